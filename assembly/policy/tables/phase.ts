/**
 * The bit-vector engine (Lakshman and Stiliadis, SIGCOMM 1998). Rows are evaluated in two phases, one for the attributes that
 * the token's claims decide (its result can be kept with a cached token), one for all others; a row matches if both say so.
 *
 * Within a phase a row has positive constraints, each "one of these values" on one layer of one attribute (two constraints of a
 * row on the same attribute stand on different layers), and negative ones. A layer that many rows constrain has a bit set of
 * hits, and all such layers are ANDed word by word. A layer that few rows constrain (a claim or a header that hardly a rule asks
 * for) would cost as much without saying much, so its rows are counted down instead, and only when a value is there and hits:
 * a thousand policies, each about another claim, cost a request nothing but its own claims.
 *
 *     scratch: u64 satisfied[words] | u64 negative[words] | u64 hits[dense layers][words] | u16 missing[rows] | u64 seen[constraints]
 *
 * `satisfied` starts with the rows that have no counted constraint; `missing` with each row's number of them.
 */
import { allocate } from "../../memory/arena";
import { Region } from "../../memory/region";
import { EFFECT_SIZE, EffectKind, setRow } from "./row_set";


@unmanaged
export class Phase {
  words: u32;
  denseLayers: u32;
  /** How the scratch begins, and its size in bytes. */
  template: usize;
  scratchSize: u32;
  /** Offsets in the scratch. */
  missingOffset: u32;
  seenOffset: u32;
  /** For each dense layer, in the order of `hits`: the rows that it does not constrain. */
  unconstrained: usize;
}

/** Counted constraints that one row may have in a phase. */
export const MAX_COUNTED: u32 = 0xffff;

export function newPhase(region: Region): Phase {
  return changetype<Phase>(region.allocate(offsetof<Phase>()));
}

/** Offset of the negative set. */
// @ts-ignore: decorator
@inline
export function negativeOffset(words: u32): u32 {
  return words << 3;
}

/** Offset of the hits of a dense layer. */
// @ts-ignore: decorator
@inline
export function hitsOffset(words: u32, layer: u32): u32 {
  return (layer + 2) * (words << 3);
}

/** A fresh scratch in the arena, or 0 if there is no memory: the caller denies then. */
export function beginPhase(phase: Phase): usize {
  const scratch = allocate(<usize>phase.scratchSize);
  if (scratch != 0) memory.copy(scratch, phase.template, <usize>phase.scratchSize);
  return scratch;
}

/** Puts the effects of one matching value into the scratch. */
export function applyEffects(phase: Phase, scratch: usize, effects: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++, effects += EFFECT_SIZE) {
    const kind: EffectKind = load<u32>(effects);
    const target = scratch + <usize>load<u32>(effects, 4);
    const size = load<u32>(effects, 8);
    let data = <usize>load<u32>(effects, 12);
    if (kind == EffectKind.OrWords) {
      for (let word: usize = 0; word < (<usize>size) << 3; word += 8)
        store<u64>(target + word, load<u64>(target + word) | load<u64>(data + word));
    } else if (kind == EffectKind.SetRows) {
      for (const end = data + ((<usize>size) << 2); data < end; data += 4) setRow(target, load<u32>(data));
    } else {
      for (const end = data + ((<usize>size) << 3); data < end; data += 8)
        meetConstraint(phase, scratch, load<u32>(data), load<u32>(data, 4));
    }
  }
}

// @ts-ignore: decorator
@inline
function meetConstraint(phase: Phase, scratch: usize, constraint: u32, row: u32): void {
  const word = scratch + <usize>phase.seenOffset + (((<usize>constraint) >> 6) << 3);
  const bit = (<u64>1) << (constraint & 63);
  const seen = load<u64>(word);
  if ((seen & bit) != 0) return;
  store<u64>(word, seen | bit);
  const counter = scratch + <usize>phase.missingOffset + ((<usize>row) << 1);
  const missing = load<u16>(counter) - 1;
  store<u16>(counter, missing);
  if (missing == 0) setRow(scratch, row);
}

/** Brings all together; the rows that the phase allows then stand at the start of the scratch. */
export function endPhase(phase: Phase, scratch: usize): void {
  const bytes = (<usize>phase.words) << 3;
  const layersEnd = <usize>phase.denseLayers * bytes;
  for (let word: usize = 0; word < bytes; word += 8) {
    let rows = load<u64>(scratch + word) & ~load<u64>(scratch + bytes + word);
    for (let layer: usize = 0; layer < layersEnd && rows != 0; layer += bytes)
      rows &= load<u64>(phase.unconstrained + layer + word) | load<u64>(scratch + 2 * bytes + layer + word);
    store<u64>(scratch + word, rows);
  }
}
