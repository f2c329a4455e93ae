/**
 * A claim's value with its type in front, so that 5, "5" and true are three values of one table: a byte for the kind, then the bytes of a string, or a
 * number as a double, as natively every number is one. And what `extensions.claimPolicies` compare with it (docs/extensions.md).
 */
import { JsonDocument, JsonKind, JsonNode } from "../../claims/json";
import { allocate } from "../../memory/arena";
import { NO_SPAN, Span, copySpan, span, spanAddress, spanEquals, spanLength } from "../../memory/span";
import { SpanList, listItem, listLength } from "../../memory/span_list";
import { Comparand } from "./comparand";

/** In the place of a kind: the claim is a list, whose elements follow; and the claim was found in elements of a list. */
export const LIST: u8 = 0x7e;
export const WITHIN_LIST: u8 = 0x7f;

export const enum ClaimTest {
  LessThan = 0,
  AtMost = 1,
  MoreThan = 2,
  AtLeast = 3,
  Equal = 4,
  /** There, and not null. */
  Present = 5,
  /** Any value of a list or a claim by itself. */
  Some = 6,
  /** What the request says (comparand.ts). */
  Request = 7,
}

/** A test, compiled; in the region of the policy set. */
@unmanaged
export class TypedTest {
  test: ClaimTest;
  /** Holds for the values that the test does not hold for. */
  isInverse: bool;
  number: f64;
  /** Of Equal. */
  values: SpanList;
  /** Of Request; else null (address 0). */
  comparand: Comparand;
}

/** The value of a node, in the arena; NO_SPAN without memory. */
export function typedValue(claims: JsonDocument, node: JsonNode): Span {
  const kind = claims.kind(node);
  if (kind == JsonKind.String) return typedText(claims.text(node));
  return kind == JsonKind.Number ? typedNumber(claims.number(node), allocate(9)) : typedKind(<u8>kind);
}

export function typedText(text: Span): Span {
  const address = allocate(<usize>spanLength(text) + 1);
  return address == 0 ? NO_SPAN : putText(address, text);
}

/** @param address of spanLength(text) + 1 bytes */
export function putText(address: usize, text: Span): Span {
  store<u8>(address, <u8>JsonKind.String);
  copySpan(address + 1, text);
  return span(address, spanLength(text) + 1);
}

/** @param address of 9 bytes; 0: NO_SPAN */
export function typedNumber(value: f64, address: usize): Span {
  if (address == 0) return NO_SPAN;
  store<u8>(address, <u8>JsonKind.Number);
  // -0 is 0.
  store<f64>(address + 1, value + 0.0);
  return span(address, 9);
}

export function typedKind(kind: u8): Span {
  const address = allocate(1);
  if (address == 0) return NO_SPAN;
  store<u8>(address, kind);
  return span(address, 1);
}

/** Whether a test holds for a value. What is no number is neither less nor more than one. */
export function typedTestHolds(argument: usize, value: Span): bool {
  const test = changetype<TypedTest>(argument);
  const kind = load<u8>(spanAddress(value));
  // A list is there, and is none of its values.
  if (kind == LIST) return test.test == ClaimTest.Present;
  // Elements of a list need not all have the claim: nobody can say that every value is such.
  if (kind == WITHIN_LIST) return test.isInverse;
  return holds(test, kind, value) != test.isInverse;
}

function holds(test: TypedTest, kind: u8, value: Span): bool {
  if (test.test == ClaimTest.Some) return true;
  if (test.test == ClaimTest.Present) return kind != <u8>JsonKind.Null;
  if (test.test == ClaimTest.Equal) {
    for (let i = 0; i < listLength(test.values); i++)
      if (spanEquals(listItem(test.values, i), value)) return true;
    return false;
  }
  if (test.test == ClaimTest.Request) return test.comparand.equals(kind, value);
  if (kind != <u8>JsonKind.Number) return false;
  const number = load<f64>(spanAddress(value) + 1);
  if (test.test == ClaimTest.LessThan) return number < test.number;
  if (test.test == ClaimTest.AtMost) return number <= test.number;
  return test.test == ClaimTest.MoreThan ? number > test.number : number >= test.number;
}
