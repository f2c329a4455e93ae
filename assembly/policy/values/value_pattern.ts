/**
 * One value of a condition, compiled: how its bytes compare, and what else must hold. All of Istio's value syntaxes come
 * down to exact, prefix or suffix bytes plus a check, so that every one of them can stand in a table.
 */
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import { Span, spanAddress, spanEnd, spanLength, subspan } from "../../memory/span";
import { ValueCheck } from "./value_check";

export const enum PatternForm {
  Exact = 0,
  Prefix = 1,
  Suffix = 2,
}


@unmanaged
export class ValuePattern {
  bytes: Span;
  /** The value as it stands in a policy. */
  written: Span;
  form: PatternForm;
  check: ValueCheck;
  /** What the check needs: an address in the policy set's region. */
  argument: usize;
}

/** A pattern in the region; whoever asked for it fills in what was written. */
export function newPattern(
  region: Region,
  form: PatternForm,
  bytes: Span,
  check: ValueCheck = ValueCheck.None,
  argument: usize = 0,
): ValuePattern {
  const pattern = changetype<ValuePattern>(region.allocate(offsetof<ValuePattern>()));
  pattern.bytes = bytes;
  pattern.form = form;
  pattern.check = check;
  pattern.argument = argument;
  return pattern;
}

/** How the texts of a field are to be read. */
export const enum PatternSyntax {
  /** Strings: `*` wants at least one character. */
  Text = 0,
  /** Headers: `*` wants the header, even an empty one. */
  HeaderText = 1,
  /** Hosts: as headers, in any case. */
  Host = 2,
  Path = 3,
  RequestPrincipal = 4,
  Port = 5,
  AddressRange = 6,
  PeerPrincipal = 7,
  PeerNamespace = 8,
  PeerServiceAccount = 9,
  PeerTrustDomain = 10,
  DynamicMetadata = 11,
}

/** `*`, `*suffix`, `prefix*` or the text itself; the star in front is tested first (istio authz/matcher/string.go). */
export function textPattern(region: Region, value: Span): ValuePattern {
  if (isStar(value)) return newPattern(region, PatternForm.Prefix, region.keep(EMPTY), ValueCheck.Text);
  return headerPattern(region, value);
}

/** As `textPattern`, but `*` matches the empty text too (istio authz/matcher/header.go). */
export function headerPattern(region: Region, value: Span): ValuePattern {
  const length = spanLength(value);
  if (startsWithStar(value) && length > 1)
    return newPattern(region, PatternForm.Suffix, region.keep(subspan(value, 1, length)));
  if (endsWithStar(value))
    return newPattern(region, PatternForm.Prefix, region.keep(subspan(value, 0, length - 1)));
  return newPattern(region, PatternForm.Exact, region.keep(value));
}

const EMPTY = utf8("");
const STAR: u8 = 0x2a;

export function isStar(value: Span): bool {
  return spanLength(value) == 1 && startsWithStar(value);
}

export function startsWithStar(value: Span): bool {
  return spanLength(value) > 0 && load<u8>(spanAddress(value)) == STAR;
}

export function endsWithStar(value: Span): bool {
  return spanLength(value) > 0 && load<u8>(spanEnd(value) - 1) == STAR;
}
