/**
 * One value of a condition, compiled: how its bytes compare, and what else must hold. All of Istio's value syntaxes come
 * down to exact, prefix or suffix bytes plus a check, so that every one of them can stand in a table.
 */
import { Region } from "../../memory/region";
import { Span } from "../../memory/span";
import { ValueCheck } from "./value_check";

export const enum PatternForm {
  Exact = 0,
  Prefix = 1,
  Suffix = 2,
}

export class ValuePattern {
  constructor(
    readonly form: PatternForm,
    readonly bytes: Span,
    readonly check: ValueCheck = ValueCheck.None,
    /** What the check needs: an address in the policy set's region. */
    readonly argument: usize = 0,
  ) {}
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
export function textPattern(region: Region, value: string): ValuePattern {
  if (value == "*") return new ValuePattern(PatternForm.Prefix, region.keepText(""), ValueCheck.Text);
  return headerPattern(region, value);
}

/** As `textPattern`, but `*` matches the empty text too (istio authz/matcher/header.go). */
export function headerPattern(region: Region, value: string): ValuePattern {
  if (value.startsWith("*") && value.length > 1)
    return new ValuePattern(PatternForm.Suffix, region.keepText(value.substr(1)));
  if (value.endsWith("*"))
    return new ValuePattern(PatternForm.Prefix, region.keepText(value.substr(0, value.length - 1)));
  return new ValuePattern(PatternForm.Exact, region.keepText(value));
}
