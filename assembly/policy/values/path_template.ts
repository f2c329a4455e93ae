/**
 * Path templates: `{*}` is one segment, `{**}` the rest of the path, with more literal text behind it if wanted. Istio hands them
 * to Envoy's uri_template matcher; the characters that an operator takes are those of its regular expressions
 * (envoy path/uri_template_lib/uri_template_internal.cc, toRegexPattern).
 *
 *     compiled: u32 parts | u32 unused, then for each part 16 bytes: u32 PathPart | u32 whether it is `{claim}` | u64 literal
 */
import { Region } from "../../memory/region";
import {
  NO_SPAN,
  Span,
  bytesEqual,
  span,
  spanAddress,
  spanEnd,
  spanEndsWith,
  spanLength,
} from "../../memory/span";
import { ValueCheck } from "./value_check";
import { PatternForm, ValuePattern, newPattern } from "./value_pattern";

const enum PathPart {
  Literal = 0,
  Segment = 1,
  Rest = 2,
}

/** What an operator takes of a path, beside `/` for `{**}`: letters, digits and `-._~%!$&'()+,;:@=*{}` (observed on Envoy 1.40), as a set of bytes. */
const TEXT = memory.data<u64>([0x2fff7ff200000000, 0x6ffffffe87ffffff]);

// @ts-ignore: decorator
@inline
export function isPathText(byte: u8): bool {
  return byte < 0x80 && ((load<u64>(TEXT + (((<usize>byte) >> 6) << 3)) >> (byte & 63)) & 1) != 0;
}

/** Whether a value of `paths` is a template. */
export function isPathTemplate(value: string): bool {
  return value.includes("{*}") || value.includes("{**}");
}

/** The one segment of a template that a claim is compared with (`extensions.claimPolicies`): a `{*}` that is told from the others. */
const CLAIM = "{claim}";

/** Why a template can't be compared with a claim, or "". */
export function claimTemplateFault(value: string): string {
  const first = value.indexOf(CLAIM);
  if (first < 0 || value.indexOf(CLAIM, first + 1) >= 0)
    return "must have {claim} as one segment, and once: what the claim is compared with";
  return pathTemplateFault(value.replace(CLAIM, "{*}"));
}

/** Why Istio or Envoy would refuse a value of `paths`, or "". */
export function pathTemplateFault(value: string): string {
  const template = isPathTemplate(value);
  if (template && !value.startsWith("/")) return "a path template must begin with /";
  let restSeen = false;
  const segments = trimSlashes(value).split("/");
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (segment == "{*}" || segment == "{**}") {
      if (restSeen) return "invalid or unsupported path " + value + ". {**} is not the last operator";
      restSeen = segment == "{**}";
    } else if (segment.includes("{") || segment.includes("}")) {
      return (
        "invalid or unsupported path " + value + ". Contains '{' or '}' beyond a supported path template"
      );
    } else if (template && !isLiteral(segment)) {
      const what = ". Contains segment " + segment + " with invalid string literal";
      return "invalid or unsupported path " + value + what;
    }
  }
  if (template && (value.startsWith("//") || value.endsWith("//")))
    return "a path template has no empty segment";
  return "";
}

function trimSlashes(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && value.charCodeAt(start) == 0x2f) start++;
  while (end > start && value.charCodeAt(end - 1) == 0x2f) end--;
  return value.substring(start, end);
}

function isLiteral(segment: string): bool {
  for (let i = 0; i < segment.length; i++) {
    const code = segment.charCodeAt(i);
    if (code >= 0x80 || !isPathText(<u8>code) || code == 0x2a) return false;
  }
  return segment.length > 0;
}

/** Compiles a template without faults. What stands before the first operator is its prefix. */
export function pathTemplatePattern(region: Region, value: string): ValuePattern {
  const kinds: PathPart[] = [];
  const literals: string[] = [];
  let literal = "";
  let claim = -1;
  for (let i = 0; i < value.length; i++) {
    const operator = operatorAt(value, i);
    if (operator.length == 0) {
      literal += value.charAt(i);
      continue;
    }
    kinds.push(PathPart.Literal);
    literals.push(literal);
    if (operator == CLAIM) claim = kinds.length;
    kinds.push(operator == "{**}" ? PathPart.Rest : PathPart.Segment);
    literals.push("");
    literal = "";
    i += operator.length - 1;
  }
  kinds.push(PathPart.Literal);
  literals.push(literal);
  const compiled = region.allocate(8 + ((<usize>kinds.length) << 4));
  store<u32>(compiled, kinds.length);
  for (let i = 0; i < kinds.length; i++) {
    store<u32>(compiled + ((<usize>i) << 4), kinds[i], 8);
    store<u32>(compiled + ((<usize>i) << 4), i == claim ? 1 : 0, 12);
    const bytes = kinds[i] == PathPart.Literal ? region.keepText(literals[i]) : NO_SPAN;
    store<u64>(compiled + ((<usize>i) << 4), bytes, 16);
  }
  return newPattern(region, PatternForm.Prefix, load<u64>(compiled, 16), ValueCheck.PathTemplate, compiled);
}

/** The operator that begins at a place of a template; "" if there is none. */
function operatorAt(value: string, at: i32): string {
  if (value.substr(at, 3) == "{*}") return "{*}";
  if (value.substr(at, 4) == "{**}") return "{**}";
  return value.substr(at, CLAIM.length) == CLAIM ? CLAIM : "";
}

/** What `{claim}` took when a path was last matched. */
let claimSegment: Span = NO_SPAN;

/** The segment of a path (without query and fragment) that stands for `{claim}`; NO_SPAN if the path does not match. */
export function templateClaim(compiled: usize, path: Span): Span {
  claimSegment = NO_SPAN;
  return matchesPathTemplate(compiled, path) ? claimSegment : NO_SPAN;
}

/** Whether all of a path (without query and fragment) matches. Linear: a segment ends at a slash or at the end, nowhere else. */
export function matchesPathTemplate(compiled: usize, path: Span): bool {
  const count = load<u32>(compiled);
  const end = spanEnd(path);
  let at = spanAddress(path);
  for (let i: u32 = 0; i < count; i++) {
    const part = compiled + 8 + ((<usize>i) << 4);
    const kind: PathPart = load<u32>(part);
    if (kind == PathPart.Literal) {
      const literal = load<u64>(part, 8);
      const length = spanLength(literal);
      if (at + <usize>length > end || !bytesEqual(at, spanAddress(literal), length)) return false;
      at += <usize>length;
    } else if (kind == PathPart.Segment) {
      const start = at;
      while (at < end && isPathText(load<u8>(at))) at++;
      if (at == start) return false;
      if (load<u32>(part, 4) != 0) claimSegment = span(start, <u32>(at - start));
    } else {
      return matchesRest(load<u64>(part, 24), at, path);
    }
  }
  return at == end;
}

/** `{**}` from `at` on, then `tail` at the end of the path. */
function matchesRest(tail: Span, at: usize, path: Span): bool {
  const stop = spanEnd(path) - <usize>spanLength(tail);
  if (stop < at || !spanEndsWith(path, tail)) return false;
  for (; at < stop; at++) {
    const byte = load<u8>(at);
    if (byte != 0x2f && !isPathText(byte)) return false;
  }
  return true;
}
