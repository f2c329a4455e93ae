/**
 * Assertions for specs (tests/unit/<subject>.as.ts). The first one that fails ends its case: the host throws, and unit.test.ts
 * reports file, case, actual and expected value. `what` names the row when a case walks a table.
 */
import { Span, spanAddress, spanIsMissing, spanLength } from "../../../assembly/memory/span";

// @ts-ignore: decorator
@external("expect", "fail")
declare function fail(what: string, actual: string, expected: string): void;

/** Numbers, bools, enums and strings by value. */
export function expectEqual<T>(actual: T, expected: T, what: string = ""): void {
  if (actual != expected) fail(what, shown<T>(actual), shown<T>(expected));
}

export function expectTrue(actual: bool, what: string = ""): void {
  expectEqual<bool>(actual, true, what);
}

export function expectFalse(actual: bool, what: string = ""): void {
  expectEqual<bool>(actual, false, what);
}

/** `length` bytes at `actual` against bytes in hexadecimal. */
export function expectBytes(actual: usize, length: u32, expectedHex: string, what: string = ""): void {
  expectEqual<string>(hex(actual, length), expectedHex, what);
}

/** The UTF-8 text of a span; a missing span equals no text. */
export function expectText(actual: Span, expected: string, what: string = ""): void {
  if (spanIsMissing(actual)) fail(what, "(missing)", '"' + expected + '"');
  const text = String.UTF8.decodeUnsafe(spanAddress(actual), <usize>spanLength(actual));
  expectEqual<string>(text, expected, what);
}

export function expectMissing(actual: Span, what: string = ""): void {
  if (!spanIsMissing(actual)) fail(what, hex(spanAddress(actual), spanLength(actual)), "(missing)");
}

/** The bytes of hexadecimal text, at an address that stays valid. */
export function bytesOfHex(text: string): usize {
  const address = heap.alloc(max(text.length >> 1, 1));
  for (let i = 0; i < text.length; i += 2) {
    store<u8>(address + (i >> 1), <u8>U8.parseInt(text.substr(i, 2), 16));
  }
  return address;
}

/** `length` bytes in hexadecimal. */
export function hex(address: usize, length: u32): string {
  let text = "";
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(address + <usize>i);
    text += (byte < 16 ? "0" : "") + (<u32>byte).toString(16);
  }
  return text;
}

function shown<T>(value: T): string {
  if (isString<T>()) return '"' + value + '"';
  if (isBoolean<T>()) return value ? "true" : "false";
  return (<NonNullable<T>>value).toString();
}
