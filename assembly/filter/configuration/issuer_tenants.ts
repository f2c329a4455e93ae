/**
 * The tenants of an issuer that has a place for them, `https://login.microsoftonline.com/{tenantid}/v2.0`: of one JWT rule (`extensions.tenants`).
 * Who else has such an issuer signs for all of its tenants with the same keys, so what a token's issuer says is held to the claim that says it, too, and
 * to the issuer that the key set names for the key (Microsoft identity platform, "Validate the issuer").
 */
import { JsonDocument, ROOT } from "../../claims/json";
import { AlgorithmId } from "../../jose/algorithm";
import { KeySet } from "../../jose/key_set";
import { mayHaveSigned } from "../../jose/verify";
import { hashBytes } from "../../memory/hash";
import {
  NO_SPAN,
  Span,
  spanAddress,
  spanEnd,
  spanEndsWith,
  spanEquals,
  spanIsMissing,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../memory/span";
import { NameTable, NOT_FOUND } from "../../policy/tables/name_table";

export class IssuerTenants {
  constructor(
    /** The issuer as the rule has it, and what of it stands before the place and behind. */
    readonly issuer: Span,
    readonly before: Span,
    readonly after: Span,
    /** The claim that says the tenant, too. */
    readonly claim: Span,
    readonly allowed: NameTable,
    /** Whether every tenant is allowed: said in so many words, never by a list that is empty. */
    readonly any: bool,
  ) {}

  /** The tenant in a token's issuer; NO_SPAN if that is no issuer of this form. */
  tenantOf(issuer: Span): Span {
    const from = spanLength(this.before);
    const length = spanLength(issuer);
    if (length < from + spanLength(this.after)) return NO_SPAN;
    if (!spanStartsWith(issuer, this.before) || !spanEndsWith(issuer, this.after)) return NO_SPAN;
    const tenant = subspan(issuer, from, length - spanLength(this.after));
    return isName(tenant) ? tenant : NO_SPAN;
  }

  /** Whether a token is one of an allowed tenant: that of its issuer (`tenantOf`), which its claim says, too. */
  allows(tenant: Span, claims: JsonDocument): bool {
    const said = claims.string(claims.member(ROOT, this.claim));
    if (spanIsMissing(said) || !spanEquals(said, tenant)) return false;
    return this.any || this.allowed.find(tenant, hashBytes(tenant)) != NOT_FOUND;
  }

  /**
   * Whether the keys that may have signed a token are for its issuer: a key that the set names an issuer for is that issuer's, which may have the
   * same place. Asked of the key set, at every request, since a token that is remembered may have come through another rule.
   */
  hasKeys(keys: KeySet, id: AlgorithmId, keyId: Span, issuer: Span): bool {
    for (let i: u32 = 0; i < keys.count; i++) {
      const key = keys.key(i);
      if (spanIsMissing(key.issuer) || !mayHaveSigned(key, id, keyId)) continue;
      if (!spanEquals(key.issuer, this.issuer) && !spanEquals(key.issuer, issuer)) return false;
    }
    return true;
  }
}

/** One segment of letters, digits, `-`, `_` and `.`: whatever else is no tenant's id, and no part of a SPIFFE ID. */
export function isName(text: Span): bool {
  for (let at = spanAddress(text); at < spanEnd(text); at++) {
    const byte = load<u8>(at);
    const letter = <u32>(byte | 0x20) - 0x61 < 26 || <u32>byte - 0x30 < 10;
    if (!letter && byte != 0x2d && byte != 0x5f && byte != 0x2e) return false;
  }
  return spanLength(text) > 0;
}
