/** What the rows ask of one attribute, sorted by its patterns: each pattern's layers and rows. */
import { AttributeModel, NEGATIVE, USE_SIZE } from "../rules/policy_model";

export class PatternUses {
  /** The rows that `rows` answers: one list for all. */
  private answer: i32[] = [];

  constructor(
    /** Where each pattern's uses begin in the two others; one more at the end. */
    private readonly starts: StaticArray<i32>,
    private readonly layers: StaticArray<i32>,
    private readonly rowNumbers: StaticArray<i32>,
  ) {}

  /** The highest layer on which a row asks for a pattern, NEGATIVE if none does. */
  lastLayer(pattern: i32): i32 {
    let last = NEGATIVE;
    for (let i = this.starts[pattern]; i < this.starts[pattern + 1]; i++) last = max(last, this.layers[i]);
    return last;
  }

  /** The rows that ask for a pattern on a layer, ascending, each once. Good until the next call. */
  rows(pattern: i32, layer: i32): i32[] {
    const answer = this.answer;
    answer.length = 0;
    for (let i = this.starts[pattern]; i < this.starts[pattern + 1]; i++) {
      const row = this.rowNumbers[i];
      if (this.layers[i] == layer && (answer.length == 0 || answer[answer.length - 1] != row))
        answer.push(row);
    }
    return answer;
  }
}

/** Sorts by counting, so that each pattern's uses stay in the order of their rows. */
export function usesByPattern(model: AttributeModel): PatternUses {
  const uses = model.uses;
  const count = uses.length / USE_SIZE;
  const starts = new StaticArray<i32>(model.patterns.length + 1);
  for (let i = 0; i < uses.length; i += USE_SIZE) starts[uses[i] + 1]++;
  for (let p = 0; p < model.patterns.length; p++) starts[p + 1] += starts[p];
  const next = starts.slice<StaticArray<i32>>();
  const layers = new StaticArray<i32>(count);
  const rows = new StaticArray<i32>(count);
  for (let i = 0; i < uses.length; i += USE_SIZE) {
    const at = next[uses[i]]++;
    layers[at] = uses[i + 1];
    rows[at] = uses[i + 2];
  }
  return new PatternUses(starts, layers, rows);
}
