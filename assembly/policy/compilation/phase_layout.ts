/**
 * The last step of compilation: lays out the scratch of a phase, then writes each attribute's tables with the effects that its
 * values have there.
 */
import { hashBytes } from "../../memory/hash";
import { Region } from "../../memory/region";
import { spanLength } from "../../memory/span";
import { ENTRY_SIZE, MatchTable, hashBackward, hashForward } from "../tables/match_table";
import { NOT_FOUND, NameTable, nameTable } from "../tables/name_table";
import { MAX_COUNTED, Phase, hitsOffset, negativeOffset, newPhase } from "../tables/phase";
import { AttributeModel, NEGATIVE } from "../rules/policy_model";
import { PatternUses, usesByPattern } from "./pattern_uses";
import { EFFECT_SIZE, rowWords, writeConstraintEffect, writeRowEffect } from "../tables/row_set";
import { PatternForm, ValuePattern } from "../values/value_pattern";

export class PhaseLayout {
  readonly phase: Phase;
  private words: u32;
  /** For each layer of each attribute, in order: number of the dense layer, or -1 - number of the first counted constraint. */
  private places: i32[] = [];
  /** For each attribute the number of its first layer in `places`. */
  private firstPlaces: i32[] = [];
  /** Counted constraints of each row. */
  private counted: i32[];
  private constraints: i32 = 0;
  private dense: i32[][] = [];
  /** Set if some row has more counted constraints than a counter can hold. */
  tooManyConditions: bool = false;

  constructor(
    private region: Region,
    private models: AttributeModel[],
    private rowCount: i32,
  ) {
    this.words = (<u32>rowCount + 63) >> 6;
    this.counted = new Array<i32>(rowCount).fill(0);
    this.phase = newPhase(region);
    for (let m = 0; m < models.length; m++) {
      this.firstPlaces.push(this.places.length);
      for (let layer = 0; layer < models[m].layers.length; layer++) this.placeLayer(models[m], layer);
    }
    this.writePhase();
  }

  /** A layer is counted if ANDing its words would take longer than counting its rows. */
  private placeLayer(model: AttributeModel, layer: i32): void {
    const rows = model.layers[layer];
    if (<u32>rows.length > this.words) {
      this.places.push(this.dense.length);
      this.dense.push(rows);
      return;
    }
    this.places.push(-1 - this.constraints);
    this.constraints += rows.length;
    for (let i = 0; i < rows.length; i++) {
      if (<u32>++this.counted[rows[i]] > MAX_COUNTED) this.tooManyConditions = true;
    }
  }

  private writePhase(): void {
    const phase = this.phase;
    const words = this.words;
    phase.words = words;
    phase.denseLayers = this.dense.length;
    phase.missingOffset = hitsOffset(words, this.dense.length);
    const counters: u32 = this.constraints > 0 ? (((<u32>this.rowCount) << 1) + 7) & ~7 : 0;
    phase.seenOffset = phase.missingOffset + counters;
    phase.scratchSize = phase.seenOffset + (((<u32>this.constraints + 63) >> 6) << 3);
    phase.template = this.region.allocate(<usize>phase.scratchSize);
    const satisfied: i32[] = [];
    for (let row = 0; row < this.rowCount; row++) {
      if (this.counted[row] == 0) satisfied.push(row);
      else
        store<u16>(phase.template + <usize>phase.missingOffset + ((<usize>row) << 1), <u16>this.counted[row]);
    }
    const free = rowWords(this.region, satisfied, words);
    memory.copy(phase.template, free, (<usize>words) << 3);
    phase.unconstrained = this.region.allocate(<usize>this.dense.length * ((<usize>words) << 3));
    for (let layer = 0; layer < this.dense.length; layer++) {
      const constrained = rowWords(this.region, this.dense[layer], words);
      const to = phase.unconstrained + <usize>layer * ((<usize>words) << 3);
      for (let word: usize = 0; word < (<usize>words) << 3; word += 8)
        store<u64>(to + word, ~load<u64>(constrained + word));
    }
  }

  /** The tables of one of the models. */
  table(modelIndex: i32): MatchTable {
    const model = this.models[modelIndex];
    const table = changetype<MatchTable>(this.region.allocate(offsetof<MatchTable>()));
    table.entries = this.region.allocate(<usize>model.patterns.length * ENTRY_SIZE);
    table.exact = this.names(model, PatternForm.Exact);
    table.prefixes = this.names(model, PatternForm.Prefix);
    table.suffixes = this.names(model, PatternForm.Suffix);
    const prefixLengths = lengthsOf(model, PatternForm.Prefix);
    table.prefixLengths = this.keepLengths(prefixLengths);
    table.prefixLengthCount = prefixLengths.length;
    const suffixLengths = lengthsOf(model, PatternForm.Suffix);
    table.suffixLengths = this.keepLengths(suffixLengths);
    table.suffixLengthCount = suffixLengths.length;
    const uses = usesByPattern(model);
    for (let i = 0; i < model.patterns.length; i++)
      this.writeEntry(table, model, i, uses, this.firstPlaces[modelIndex]);
    return table;
  }

  private names(model: AttributeModel, form: PatternForm): NameTable {
    let count = 0;
    for (let i = 0; i < model.patterns.length; i++) {
      if (model.patterns[i].form == form) count++;
    }
    return count > 0 ? nameTable(this.region, count) : changetype<NameTable>(0);
  }

  private keepLengths(lengths: i32[]): usize {
    const address = this.region.allocate((<usize>lengths.length) << 2);
    for (let i = 0; i < lengths.length; i++) store<u32>(address + ((<usize>i) << 2), lengths[i]);
    return address;
  }

  private writeEntry(
    table: MatchTable,
    model: AttributeModel,
    index: i32,
    uses: PatternUses,
    firstPlace: i32,
  ): void {
    const pattern = model.patterns[index];
    const entry = table.entries + <usize>index * ENTRY_SIZE;
    store<u64>(entry, pattern.bytes);
    store<u32>(entry, pattern.check, 12);
    store<u32>(entry, <u32>pattern.argument, 16);
    this.writeEffects(entry, model, index, uses, firstPlace);
    const names = tableOfForm(table, pattern);
    const hash = hashOf(pattern);
    const first = names.find(pattern.bytes, hash);
    if (first == NOT_FOUND) {
      names.insert(pattern.bytes, hash, index);
    } else {
      const head = table.entries + <usize>first * ENTRY_SIZE;
      store<u32>(entry, load<u32>(head, 8), 8);
      store<u32>(head, index + 1, 8);
    }
  }

  private writeEffects(
    entry: usize,
    model: AttributeModel,
    index: i32,
    uses: PatternUses,
    firstPlace: i32,
  ): void {
    const lastLayer = uses.lastLayer(index);
    const effects = this.region.allocate(<usize>(lastLayer + 2) * EFFECT_SIZE);
    let at = effects;
    for (let layer = NEGATIVE; layer <= lastLayer; layer++) {
      const rows = uses.rows(index, layer);
      if (rows.length == 0) continue;
      const place = layer == NEGATIVE ? 0 : this.places[firstPlace + layer];
      if (layer == NEGATIVE) writeRowEffect(this.region, at, negativeOffset(this.words), rows);
      else if (place >= 0) writeRowEffect(this.region, at, hitsOffset(this.words, place), rows);
      else writeConstraintEffect(this.region, at, constraintsOf(model.layers[layer], rows, -1 - place), rows);
      at += EFFECT_SIZE;
    }
    store<u32>(entry, <u32>effects, 20);
    store<u32>(entry, <u32>((at - effects) / EFFECT_SIZE), 24);
  }
}

/** Numbers of the constraints that rows of a layer have, both ascending; the layer's first row has number `first`. */
function constraintsOf(layer: i32[], rows: i32[], first: i32): i32[] {
  const constraints = new Array<i32>(rows.length);
  let from = 0;
  for (let i = 0; i < rows.length; i++) {
    // By halves: a layer has a row for each of many patterns.
    let to = layer.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (layer[middle] < rows[i]) from = middle + 1;
      else to = middle;
    }
    constraints[i] = first + from;
  }
  return constraints;
}

function lengthsOf(model: AttributeModel, form: PatternForm): i32[] {
  const lengths: i32[] = [];
  for (let i = 0; i < model.patterns.length; i++) {
    if (model.patterns[i].form == form) insertLength(lengths, <i32>spanLength(model.patterns[i].bytes));
  }
  return lengths;
}

/** Puts a length where it belongs in the sorted list, unless it is there. Patterns are many, and their lengths few. */
function insertLength(lengths: i32[], length: i32): void {
  let from = 0;
  let to = lengths.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (lengths[middle] < length) from = middle + 1;
    else to = middle;
  }
  if (from < lengths.length && lengths[from] == length) return;
  lengths.push(length);
  for (let i = lengths.length - 1; i > from; i--) lengths[i] = lengths[i - 1];
  lengths[from] = length;
}

function tableOfForm(table: MatchTable, pattern: ValuePattern): NameTable {
  if (pattern.form == PatternForm.Exact) return table.exact;
  return pattern.form == PatternForm.Prefix ? table.prefixes : table.suffixes;
}

function hashOf(pattern: ValuePattern): u32 {
  if (pattern.form == PatternForm.Exact) return hashBytes(pattern.bytes);
  return pattern.form == PatternForm.Prefix ? hashForward(pattern.bytes) : hashBackward(pattern.bytes);
}
