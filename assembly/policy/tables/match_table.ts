/**
 * All the values that rules have for one attribute, as tables: a value of the request is looked up once among the exact ones,
 * once for each length of prefix and of suffix in use (the hash runs along), however many rules there are.
 *
 *     entry, 32 bytes: u64 bytes | u32 next entry of the same bytes + 1 | u32 ValueCheck | u32 its argument | u32 effects |
 *                      u32 their count | u32 unused
 *     lengths: u32 each, ascending
 */
import { hashBytes } from "../../memory/hash";
import { Span, span, spanAddress, spanEnd, spanLength } from "../../memory/span";
import { NOT_FOUND, NameTable } from "./name_table";
import { Phase, applyEffects } from "./phase";
import { ValueCheck } from "../values/value_check";
import { checkHolds } from "../values/value_match";

export const ENTRY_SIZE: usize = 32;


@unmanaged
export class MatchTable {
  entries: usize;
  /** Address 0 where there are none. */
  exact: NameTable;
  prefixes: NameTable;
  prefixLengths: usize;
  prefixLengthCount: u32;
  suffixes: NameTable;
  suffixLengths: usize;
  suffixLengthCount: u32;
}

const MULTIPLIER: u64 = 0x9e3779b97f4a7c15;
/** Hash of no bytes. Tables hold what the configuration says, so a client gains nothing by knowing it. */
const START: u64 = 0x243f6a8885a308d3;

// @ts-ignore: decorator
@inline
function stepHash(hash: u64, byte: u8): u64 {
  return (hash ^ (<u64>byte)) * MULTIPLIER;
}

// @ts-ignore: decorator
@inline
function finishHash(hash: u64): u32 {
  return <u32>(hash >> 32);
}

/** The hash that prefixes are filed under. */
export function hashForward(bytes: Span): u32 {
  let hash = START;
  for (let at = spanAddress(bytes); at < spanEnd(bytes); at++) hash = stepHash(hash, load<u8>(at));
  return finishHash(hash);
}

/** The hash that suffixes are filed under. */
export function hashBackward(bytes: Span): u32 {
  let hash = START;
  for (let at = spanEnd(bytes); at > spanAddress(bytes); at--) hash = stepHash(hash, load<u8>(at - 1));
  return finishHash(hash);
}

/** Puts the effects of all entries that match `value` into the scratch of the phase. */
export function matchValue(table: MatchTable, value: Span, phase: Phase, scratch: usize): void {
  if (changetype<usize>(table.exact) != 0)
    applyEntries(table, table.exact.find(value, hashBytes(value)), value, phase, scratch);
  if (table.prefixLengthCount != 0) matchPrefixes(table, value, phase, scratch);
  if (table.suffixLengthCount != 0) matchSuffixes(table, value, phase, scratch);
}

function matchPrefixes(table: MatchTable, value: Span, phase: Phase, scratch: usize): void {
  const address = spanAddress(value);
  let hash = START;
  let done: u32 = 0;
  for (let i: u32 = 0; i < table.prefixLengthCount; i++) {
    const length = load<u32>(table.prefixLengths + ((<usize>i) << 2));
    if (length > spanLength(value)) return;
    for (; done < length; done++) hash = stepHash(hash, load<u8>(address + <usize>done));
    const found = table.prefixes.find(span(address, length), finishHash(hash));
    applyEntries(table, found, value, phase, scratch);
  }
}

function matchSuffixes(table: MatchTable, value: Span, phase: Phase, scratch: usize): void {
  const end = spanEnd(value);
  let hash = START;
  let done: u32 = 0;
  for (let i: u32 = 0; i < table.suffixLengthCount; i++) {
    const length = load<u32>(table.suffixLengths + ((<usize>i) << 2));
    if (length > spanLength(value)) return;
    for (; done < length; done++) hash = stepHash(hash, load<u8>(end - 1 - <usize>done));
    const found = table.suffixes.find(span(end - <usize>length, length), finishHash(hash));
    applyEntries(table, found, value, phase, scratch);
  }
}

function applyEntries(table: MatchTable, first: u32, value: Span, phase: Phase, scratch: usize): void {
  if (first == NOT_FOUND) return;
  let next = first + 1;
  while (next != 0) {
    const entry = table.entries + <usize>(next - 1) * ENTRY_SIZE;
    const check: ValueCheck = load<u32>(entry, 12);
    if (check == ValueCheck.None || checkHolds(check, <usize>load<u32>(entry, 16), value))
      applyEffects(phase, scratch, <usize>load<u32>(entry, 20), load<u32>(entry, 24));
    next = load<u32>(entry, 8);
  }
}
