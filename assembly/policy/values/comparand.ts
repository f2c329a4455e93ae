/**
 * What a claim is compared with that every request says anew: a header, a segment of the path, or the place of a path template
 * (`extensions.claimPolicies`, docs/extensions.md). It says nothing, and then no claim equals it, wherever an upstream may read something else out of
 * the request than is read here.
 */
import { Region } from "../../memory/region";
import { utf8 } from "../../memory/persistent";
import {
  NO_SPAN,
  Span,
  spanAddress,
  spanEnd,
  spanEquals,
  spanIndexOf,
  spanLength,
  subspan,
} from "../../memory/span";
import { JsonKind } from "../../claims/json";
import { GREATEST_WHOLE } from "../../claims/number";
import { HeaderList } from "../../request/header_list";
import { isOneValue } from "../../request/header_value";
import { isPlainPath } from "../../request/plain_path";
import { isPathText, templateClaim } from "./path_template";

export const enum ComparandKind {
  Header = 0,
  Segment = 1,
  Template = 2,
}

/** Why it says nothing. */
export const enum Silence {
  None = 0,
  /** Not there, or empty. */
  Missing = 1,
  /** A header with more than one line, a list, blanks around it, or letters beyond ASCII: who reads it must choose. */
  Ambiguous = 2,
  /** A path that can be read in two ways (request/plain_path.ts), or a segment of other letters than a path has. */
  UnclearPath = 3,
}

const PATH = utf8(":path");
const SLASH: u8 = 0x2f;
const LAST_OF_ASCII: u8 = 0x7f;
/** Digits of GREATEST_WHOLE. */
const MOST_DIGITS: u32 = 16;

/** In the region of the policy set; what the request says lasts until the next one is looked at. */
@unmanaged
export class Comparand {
  kind: ComparandKind;
  /** Of Segment: its number, from 1. */
  number: u32;
  /** Of Header: its name as the host files it. */
  header: Span;
  /** Of Template: compiled (path_template.ts). */
  template: usize;
  /** As an explanation names it. */
  written: Span;

  /** What the request says; NO_SPAN with a silence. */
  said: Span;
  silence: Silence;
  /** What the request says as a whole number, NaN if it is none. */
  private saidNumber: f64;

  /** Looks what a request says. @param headers as a filter behind jwt_authn sees them */
  look(headers: HeaderList): void {
    this.said = this.kind == ComparandKind.Header ? this.ofHeader(headers) : this.ofPath(headers);
    this.saidNumber = wholeNumber(this.said);
  }

  /**
   * Whether a claim's value is what the request says: a string to the letter, a whole number by its digits.
   * @param kind a JsonKind @param value as typedValue makes it
   */
  equals(kind: u8, value: Span): bool {
    // Where it says nothing, it is no text and no number.
    if (kind == <u8>JsonKind.String) return spanEquals(subspan(value, 1, spanLength(value)), this.said);
    // NaN equals nothing.
    return kind == <u8>JsonKind.Number && load<f64>(spanAddress(value) + 1) == this.saidNumber;
  }

  private ofHeader(headers: HeaderList): Span {
    const index = headers.find(this.header);
    if (index < 0) return this.silent(Silence.Missing);
    const value = headers.value(index);
    if (headers.find(this.header, index + 1) >= 0) return this.silent(Silence.Ambiguous);
    if (spanLength(value) == 0) return this.silent(Silence.Missing);
    if (!isOneValue(value)) return this.silent(Silence.Ambiguous);
    for (let at = spanAddress(value); at < spanEnd(value); at++) {
      // Letters beyond ASCII are read in two ways (RFC 9110 §5.5).
      if (load<u8>(at) > LAST_OF_ASCII) return this.silent(Silence.Ambiguous);
    }
    this.silence = Silence.None;
    return value;
  }

  private ofPath(headers: HeaderList): Span {
    const index = headers.find(PATH);
    if (index < 0) return this.silent(Silence.Missing);
    const whole = headers.value(index);
    if (!isPlainPath(whole)) return this.silent(Silence.UnclearPath);
    const query = spanIndexOf(whole, 0x3f);
    const path = query < 0 ? whole : subspan(whole, 0, <u32>query);
    const said =
      this.kind == ComparandKind.Segment ? segment(path, this.number) : templateClaim(this.template, path);
    if (spanLength(said) == 0) return this.silent(Silence.Missing);
    for (let at = spanAddress(said); at < spanEnd(said); at++) {
      if (!isPathText(load<u8>(at))) return this.silent(Silence.UnclearPath);
    }
    this.silence = Silence.None;
    return said;
  }

  private silent(why: Silence): Span {
    this.silence = why;
    return NO_SPAN;
  }
}

export function newComparand(region: Region, kind: ComparandKind, written: string): Comparand {
  const comparand = changetype<Comparand>(region.allocate(offsetof<Comparand>()));
  comparand.kind = kind;
  comparand.written = region.keepText(written);
  return comparand;
}

/** Segment `number` of a path, from 1; NO_SPAN if it has no so many, or does not begin with a slash. */
function segment(path: Span, number: u32): Span {
  if (spanLength(path) == 0 || load<u8>(spanAddress(path)) != SLASH) return NO_SPAN;
  let from: u32 = 1;
  for (let i: u32 = 1; i < number; i++) {
    const slash = spanIndexOf(path, SLASH, from);
    if (slash < 0) return NO_SPAN;
    from = <u32>slash + 1;
  }
  const end = spanIndexOf(path, SLASH, from);
  return subspan(path, from, end < 0 ? spanLength(path) : <u32>end);
}

/** A text as a whole number in the one way that it is written: no leading zero, no sign but minus. NaN for all else, and for those that doubles do not tell apart. */
function wholeNumber(text: Span): f64 {
  let at = spanAddress(text);
  const end = spanEnd(text);
  const isNegative = at < end && load<u8>(at) == 0x2d;
  if (isNegative) at++;
  const digits = <u32>(end - at);
  if (digits == 0 || digits > MOST_DIGITS) return NaN;
  if (load<u8>(at) == 0x30 && (digits > 1 || isNegative)) return NaN;
  let number: f64 = 0;
  for (; at < end; at++) {
    const digit = load<u8>(at) - 0x30;
    if (digit > 9) return NaN;
    number = number * 10 + <f64>digit;
  }
  if (number > GREATEST_WHOLE) return NaN;
  return isNegative ? -number : number;
}
