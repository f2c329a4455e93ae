/**
 * Query parameters of `:path` as native reads them (Envoy http/utility.cc, QueryParamsMulti): split on `&`, name and value on the first
 * `=`, both percent-decoded; `+` stays `+`.
 */
import { allocate } from "../memory/arena";
import {
  NO_SPAN,
  Span,
  copySpan,
  span,
  spanAddress,
  spanEnd,
  spanEquals,
  spanIndexOf,
  spanLength,
  subspan,
} from "../memory/span";

/** The decoded value of the first parameter named `name`; NO_SPAN if there is none. */
export function queryParameter(path: Span, name: Span): Span {
  let from = queryStart(path);
  while (from >= 0) {
    const parameter = parameterAt(path, from);
    if (spanEquals(decodePercent(parameterName(parameter)), name))
      return decodePercent(parameterValue(parameter));
    from = nextParameter(path, from, parameter);
  }
  return NO_SPAN;
}

/**
 * `:path` without any parameter named `name`; what is left stays byte for byte as it was (native would decode and sort it, which
 * changes what the upstream reads: docs/differences.md). NO_SPAN if the arena is exhausted.
 */
export function withoutParameter(path: Span, name: Span): Span {
  let from = queryStart(path);
  if (from < 0) return path;
  const address = allocate(<usize>spanLength(path));
  if (address == 0) return NO_SPAN;
  memory.copy(address, spanAddress(path), <usize>from - 1);
  let at = address + <usize>from - 1;
  let separator: u8 = 0x3f;
  while (from >= 0) {
    const parameter = parameterAt(path, from);
    if (!spanEquals(decodePercent(parameterName(parameter)), name)) {
      store<u8>(at++, separator);
      separator = 0x26;
      at = copySpan(at, parameter);
    }
    from = nextParameter(path, from, parameter);
  }
  return span(address, <u32>(at - address));
}

/** Offset behind the `?`, or -1. */
// @ts-ignore: decorator
@inline
function queryStart(path: Span): i32 {
  const mark = spanIndexOf(path, 0x3f);
  return mark < 0 ? -1 : mark + 1;
}

// @ts-ignore: decorator
@inline
function parameterAt(path: Span, from: i32): Span {
  const end = spanIndexOf(path, 0x26, from);
  return subspan(path, from, end < 0 ? spanLength(path) : end);
}

/** Offset of the parameter behind this one, or -1. */
// @ts-ignore: decorator
@inline
function nextParameter(path: Span, from: i32, parameter: Span): i32 {
  const end = from + <i32>spanLength(parameter);
  return end < <i32>spanLength(path) ? end + 1 : -1;
}

// @ts-ignore: decorator
@inline
function parameterName(parameter: Span): Span {
  const equals = spanIndexOf(parameter, 0x3d);
  return equals < 0 ? parameter : subspan(parameter, 0, equals);
}

// @ts-ignore: decorator
@inline
function parameterValue(parameter: Span): Span {
  const equals = spanIndexOf(parameter, 0x3d);
  return subspan(parameter, equals < 0 ? spanLength(parameter) : equals + 1, spanLength(parameter));
}

/** `%XX` decoded; an incomplete or wrong escape stays as it is. The text itself where there is nothing to decode. */
export function decodePercent(text: Span): Span {
  const first = spanIndexOf(text, 0x25);
  if (first < 0) return text;
  const address = allocate(<usize>spanLength(text));
  if (address == 0) return NO_SPAN;
  const end = spanEnd(text);
  let out = address;
  for (let at = spanAddress(text); at < end; at++) {
    let byte = load<u8>(at);
    if (byte == 0x25 && at + 2 < end) {
      const high = hexDigit(load<u8>(at + 1));
      const low = hexDigit(load<u8>(at + 2));
      if (high >= 0 && low >= 0) {
        byte = <u8>((high << 4) | low);
        at += 2;
      }
    }
    store<u8>(out++, byte);
  }
  return span(address, <u32>(out - address));
}

// @ts-ignore: decorator
@inline
function hexDigit(byte: u8): i32 {
  if (byte - 0x30 < 10) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : -1;
}
