/**
 * Names in the peer's certificate: `principals`, `namespaces`, `serviceAccounts`, `trustDomains`. Istio turns each value into a
 * match or a regular expression over the SPIFFE id (istio authz/model/generator.go); here are the expressions, written out.
 */
import { Region } from "../../memory/region";
import { Span, bytesEqual, spanAddress, spanEnd, spanLength, spanStartsWith } from "../../memory/span";
import { isTextOrEmpty } from "./text_class";
import { ValueCheck } from "./value_check";
import { PatternForm, ValuePattern, newPattern } from "./value_pattern";

const SPIFFE = "spiffe://";
const SPIFFE_LENGTH: u32 = 9;

/** So many spans in a row: u32 count, u32 unused, u64 each. */
function keepList(region: Region, texts: string[]): usize {
  const address = region.allocate(8 + ((<usize>texts.length) << 3));
  store<u32>(address, texts.length);
  for (let i = 0; i < texts.length; i++)
    store<u64>(address + ((<usize>i) << 3), region.keepText(texts[i]), 8);
  return address;
}

/** `principals`: `spiffe://` and the value; `*x` is `spiffe://.*x`, `*` is `.+` (any name at all). */
export function principalPattern(region: Region, value: string): ValuePattern {
  if (value == "*") return newPattern(region, PatternForm.Prefix, region.keepText(""), ValueCheck.Text);
  if (value.startsWith("*")) {
    const suffix = region.keepText(value.substr(1));
    return newPattern(
      region,
      PatternForm.Suffix,
      suffix,
      ValueCheck.PeerPrincipalSuffix,
      <usize>spanLength(suffix),
    );
  }
  if (value.endsWith("*"))
    return newPattern(
      region,
      PatternForm.Prefix,
      region.keepText(SPIFFE + value.substr(0, value.length - 1)),
    );
  return newPattern(region, PatternForm.Exact, region.keepText(SPIFFE + value));
}

/** `spiffe://.*x`, where x, `suffixLength` bytes, is known to be the end. */
export function matchesPrincipalSuffix(suffixLength: usize, name: Span): bool {
  const length = <usize>spanLength(name);
  if (length < <usize>SPIFFE_LENGTH + suffixLength || !startsWithScheme(name)) return false;
  return isTextOrEmpty(((<u64>(length - suffixLength)) << 32) | (<u64>(<u32>name)));
}

/** `spiffe://` as two little-endian words and a byte. */
// @ts-ignore: decorator
@inline
function startsWithScheme(name: Span): bool {
  const address = spanAddress(name);
  return load<u64>(address) == 0x2f3a656666697073 && load<u8>(address + 8) == 0x2f;
}

/** `namespaces`: `.*\/ns/VALUE/.*`, every star within the value `.*`. */
export function namespacePattern(region: Region, value: string): ValuePattern {
  const pieces = value.split("*");
  pieces[0] = "/ns/" + pieces[0];
  pieces[pieces.length - 1] += "/";
  const list = keepList(region, pieces);
  return newPattern(region, PatternForm.Prefix, region.keepText(""), ValueCheck.PeerNamespace, list);
}

/** Whether the pieces occur in their order: leftmost first is enough, since what lies between them is free. */
export function matchesNamespace(pieces: usize, name: Span): bool {
  if (!isTextOrEmpty(name)) return false;
  const count = load<u32>(pieces);
  let at = spanAddress(name);
  for (let i: u32 = 0; i < count; i++) {
    const piece = load<u64>(pieces + ((<usize>i) << 3), 8);
    at = find(piece, at, spanEnd(name));
    if (at == 0) return false;
    at += <usize>spanLength(piece);
  }
  return true;
}

/** Address of the first `piece` in [from, end), or 0. */
function find(piece: Span, from: usize, end: usize): usize {
  const length = spanLength(piece);
  for (let at = from; at + <usize>length <= end; at++) {
    if (bytesEqual(at, spanAddress(piece), length)) return at;
  }
  return 0;
}

/** `serviceAccounts`: `spiffe://.+/ns/NS/(.+/|)sa/SA(/.+)?`; without a slash the namespace is the policy's. */
export function serviceAccountPattern(region: Region, value: string, namespace: string): ValuePattern {
  const slash = value.indexOf("/");
  const space = slash < 0 ? namespace : value.substr(0, slash);
  const account = slash < 0 ? value : value.substr(slash + 1);
  const list = keepList(region, ["/ns/" + space + "/", "sa/" + account]);
  return newPattern(region, PatternForm.Prefix, region.keepText(SPIFFE), ValueCheck.PeerServiceAccount, list);
}

/** The scheme is known to be there. */
export function matchesServiceAccount(pieces: usize, name: Span): bool {
  if (!isTextOrEmpty(name)) return false;
  const namespace = load<u64>(pieces, 8);
  const account = load<u64>(pieces, 16);
  const end = spanEnd(name);
  // At least one character of trust domain.
  const first = find(namespace, spanAddress(name) + <usize>SPIFFE_LENGTH + 1, end);
  if (first == 0) return false;
  // `.+/` between the two: behind the first namespace there is the most room for it.
  const behind = first + <usize>spanLength(namespace);
  for (let at = find(account, behind + 2, end); at != 0; at = find(account, at + 1, end)) {
    if (load<u8>(at - 1) == 0x2f && isAccountEnd(at + <usize>spanLength(account), end)) return true;
  }
  // Nothing between the two: any occurrence of the namespace may be the one.
  for (let at = first; at != 0; at = find(namespace, at + 1, end)) {
    const direct = at + <usize>spanLength(namespace);
    const accountEnd = direct + <usize>spanLength(account);
    if (
      accountEnd <= end &&
      bytesEqual(direct, spanAddress(account), spanLength(account)) &&
      isAccountEnd(accountEnd, end)
    )
      return true;
  }
  return false;
}

/** `(/.+)?` */
// @ts-ignore: decorator
@inline
function isAccountEnd(at: usize, end: usize): bool {
  return at == end || (at + 1 < end && load<u8>(at) == 0x2f);
}

/** `trustDomains`: `*` is any SPIFFE id, a whole name its prefix, a part of one `spiffe://a[^/]*b/.*`. */
export function trustDomainPattern(region: Region, value: string): ValuePattern {
  if (value == "*") return newPattern(region, PatternForm.Prefix, region.keepText(SPIFFE));
  const star = value.indexOf("*");
  if (star < 0) return newPattern(region, PatternForm.Prefix, region.keepText(SPIFFE + value + "/"));
  const start = region.keepText(SPIFFE + value.substr(0, star));
  const list = keepList(region, [SPIFFE + value.substr(0, star), value.substr(star + 1) + "/"]);
  return newPattern(region, PatternForm.Prefix, start, ValueCheck.PeerTrustDomain, list);
}

export function matchesTrustDomain(pieces: usize, name: Span): bool {
  const start = load<u64>(pieces, 8);
  const rest = load<u64>(pieces, 16);
  const end = spanEnd(name);
  if (!spanStartsWith(name, start) || !isTextOrEmpty(name)) return false;
  for (let at = spanAddress(name) + <usize>spanLength(start); at + <usize>spanLength(rest) <= end; at++) {
    if (bytesEqual(at, spanAddress(rest), spanLength(rest))) return true;
    if (load<u8>(at) == 0x2f) return false;
  }
  return false;
}
