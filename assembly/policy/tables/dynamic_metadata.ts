/**
 * `experimental.envoy.filters.X[key]`: values that filters ahead left in Envoy's dynamic metadata. The host property `metadata` is
 * a serialised envoy.config.core.v3.Metadata, read here as far as needed:
 *
 *     Metadata { map<string, Struct> filter_metadata = 1 }   Struct { map<string, Value> fields = 1 }
 *     Value { string string_value = 3; ListValue list_value = 6 }   ListValue { repeated Value values = 1 }
 *
 * A condition's `v` wants the string v, its `[v]` a list with v among its elements; so a value of the attribute is a first byte
 * for which of the two it is (neither byte is in valid UTF-8), then the text.
 */
import { allocate } from "../../memory/arena";
import { hashBytes } from "../../memory/hash";
import { Region } from "../../memory/region";
import { NO_SPAN, Span, span, spanAddress, spanEnd, spanIsMissing, spanLength } from "../../memory/span";
import { ClaimNode } from "./claim_tree";
import { MatchTable, matchValue } from "./match_table";
import { NOT_FOUND } from "./name_table";
import { Phase } from "./phase";
import { ValueCheck } from "../values/value_check";
import { PatternForm, ValuePattern, newPattern } from "../values/value_pattern";

export const STRING: u8 = 0xfe;
export const ELEMENT: u8 = 0xff;

/** Compiles a value: `v` or `[v]`, with `*` as everywhere. */
export function dynamicMetadataPattern(region: Region, value: string): ValuePattern {
  const isElement = value.startsWith("[") && value.endsWith("]") && value.length > 1;
  const kind = isElement ? ELEMENT : STRING;
  const text = isElement ? trimBrackets(value) : value;
  if (text == "*")
    return newPattern(region, PatternForm.Prefix, kindAndText(region, kind, ""), ValueCheck.MetadataText);
  if (text.startsWith("*"))
    return newPattern(
      region,
      PatternForm.Suffix,
      region.keepText(text.substr(1)),
      ValueCheck.MetadataKind,
      <usize>kind,
    );
  if (text.endsWith("*"))
    return newPattern(region, PatternForm.Prefix, kindAndText(region, kind, text.substr(0, text.length - 1)));
  return newPattern(region, PatternForm.Exact, kindAndText(region, kind, text));
}

/** Go's strings.Trim(value, "[]"): all brackets of either kind at both ends. */
function trimBrackets(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBracket(value.charCodeAt(start))) start++;
  while (end > start && isBracket(value.charCodeAt(end - 1))) end--;
  return value.substring(start, end);
}

function isBracket(code: i32): bool {
  return code == 0x5b || code == 0x5d;
}

function kindAndText(region: Region, kind: u8, text: string): Span {
  const length = String.UTF8.byteLength(text) + 1;
  const address = region.allocate(<usize>length);
  store<u8>(address, kind);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, address + 1);
  return span(address, <u32>length);
}

/** Matches all metadata that rules ask for; `tree` has the names of filters, below them those of keys. */
export function matchDynamicMetadata(tree: ClaimNode, metadata: Span, phase: Phase, scratch: usize): void {
  for (let entry = field(metadata, 1); !spanIsMissing(entry); entry = nextField(metadata, 1)) {
    const rest = metadataCursor;
    const filter = lookUp(tree, field(entry, 1));
    if (changetype<usize>(filter) != 0) matchStruct(filter, field(entry, 2), phase, scratch);
    metadataCursor = rest;
  }
}

function matchStruct(filter: ClaimNode, fields: Span, phase: Phase, scratch: usize): void {
  for (let entry = field(fields, 1); !spanIsMissing(entry); entry = nextField(fields, 1)) {
    const rest = metadataCursor;
    const key = lookUp(filter, field(entry, 1));
    if (changetype<usize>(key) != 0) {
      const value = field(entry, 2);
      matchKind(key.table, STRING, field(value, 3), phase, scratch);
      const list = field(value, 6);
      for (let element = field(list, 1); !spanIsMissing(element); element = nextField(list, 1)) {
        const behind = metadataCursor;
        matchKind(key.table, ELEMENT, field(element, 3), phase, scratch);
        metadataCursor = behind;
      }
    }
    metadataCursor = rest;
  }
}

function lookUp(node: ClaimNode, name: Span): ClaimNode {
  // An empty string is not on the wire at all.
  const found = spanIsMissing(name) ? NOT_FOUND : node.names.find(name, hashBytes(name));
  return changetype<ClaimNode>(<usize>(found == NOT_FOUND ? 0 : found));
}

function matchKind(table: MatchTable, kind: u8, text: Span, phase: Phase, scratch: usize): void {
  if (spanIsMissing(text)) return;
  const value = kindAndBytes(kind, text);
  if (!spanIsMissing(value)) matchValue(table, value, phase, scratch);
}

/** A value of the attribute in the arena: kind, then text. */
export function kindAndBytes(kind: u8, text: Span): Span {
  const address = allocate(<usize>spanLength(text) + 1);
  if (address == 0) return NO_SPAN;
  store<u8>(address, kind);
  memory.copy(address + 1, spanAddress(text), <usize>spanLength(text));
  return span(address, spanLength(text) + 1);
}

/** Address behind the field that `field` or `nextField` found. */
export let metadataCursor: usize = 0;

/** Goes back to where a search stood, after others within what it found. */
export function moveTo(cursor: usize): void {
  metadataCursor = cursor;
}

/** The first length-delimited field of this number in a message, or NO_SPAN. */
export function field(message: Span, number: u32): Span {
  metadataCursor = spanAddress(message);
  return nextField(message, number);
}

/** The next one behind the last one found. Anything that is no protobuf ends the search. */
export function nextField(message: Span, number: u32): Span {
  const end = spanEnd(message);
  while (metadataCursor < end) {
    const tag = varint(end);
    const wire = (<u32>tag) & 7;
    if (wire == 0) {
      varint(end);
    } else if (wire == 1) {
      metadataCursor += 8;
    } else if (wire == 5) {
      metadataCursor += 4;
    } else if (wire == 2) {
      const length = varint(end);
      if (length > <u64>(end - metadataCursor)) break;
      const found = span(metadataCursor, <u32>length);
      metadataCursor += <usize>length;
      if (tag >> 3 == number) return found;
    } else {
      break;
    }
  }
  metadataCursor = end;
  return NO_SPAN;
}

/** A varint at the cursor; one that does not end within the message moves the cursor to its end. */
function varint(end: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 64 && metadataCursor < end; shift += 7) {
    const byte = load<u8>(metadataCursor++);
    value |= (<u64>(byte & 0x7f)) << shift;
    if (byte < 0x80) return value;
  }
  metadataCursor = end;
  return 0;
}
