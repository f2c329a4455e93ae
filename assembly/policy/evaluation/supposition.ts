/**
 * What would become of a denied request if its token said more. The rows of the request's phase are those that `decide` has found; the claims'
 * phase is evaluated anew, with the values that are supposed put in beside those of the token. So an answer of these functions is a decision of
 * the same tables, not an estimate. For refusals alone: each supposition costs a claims' phase.
 */
import { hashBytes } from "../../memory/hash";
import { arenaExhausted, markArena, rewindArena } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import { Span } from "../../memory/span";
import { Attribute } from "../attributes/attribute";
import { RequestAttributes } from "../attributes/request_attributes";
import { Segment } from "../rules/policy_model";
import { ClaimNode } from "../tables/claim_tree";
import { matchValue } from "../tables/match_table";
import { NOT_FOUND } from "../tables/name_table";
import { endPhase } from "../tables/phase";
import { PolicySet } from "../tables/policy_set";
import { firstCommonRow } from "../tables/row_set";
import { matchToken, requestRows } from "./evaluate";

/** More scopes than this are not supposed: they are bits of a set. */
export const MAX_SCOPES: i32 = 64;

/** The claims that scopes stand in (RFC 8693 §4.2; `scp` as Entra ID and Okta write it). */
const SCOPE = utf8("scope");
const SCP = utf8("scp");

/**
 * Whether a token could change the denial of a request that has none: every DENY row that matches wants something not to be in the token, and where
 * there are ALLOW policies a row of theirs has all that it wants of the request itself.
 * @param claimRows what `evaluateClaims` said without token
 */
export function identityCouldAllow(set: PolicySet, claimRows: usize): bool {
  if (requestRows == 0 || claimRows == 0) return false;
  const last = unchecked(set.segmentRows[Segment.Deny + 1]);
  for (
    let row = firstCommonRow(claimRows, requestRows, unchecked(set.segmentRows[Segment.Deny]), last);
    row >= 0;
  ) {
    if (!isSet(set.claimsForbid, row)) return false;
    row = firstCommonRow(claimRows, requestRows, row + 1, last);
  }
  return !set.hasAllow || firstOf(set, Segment.Allow, requestRows, requestRows) >= 0;
}

/**
 * The fewest of `scopes` that would let the request through if the token had them beside its own: one of them if one does, else a set from which none
 * can be left out. Bit i stands for scopes[i]; 0: no scope would, or there is no memory.
 */
export function scopesThatAllow(
  set: PolicySet,
  attributes: RequestAttributes,
  scopes: StaticArray<Span>,
): u64 {
  const count = min(scopes.length, MAX_SCOPES);
  if (requestRows == 0 || count == 0 || changetype<usize>(set.tree(Attribute.Claim)) == 0) return 0;
  let all = ~(<u64>0) >> (64 - <u64>count);
  for (let i = 0; i < count; i++) {
    if (allowedWith(set, attributes, scopes, (<u64>1) << i)) return (<u64>1) << i;
  }
  if (!allowedWith(set, attributes, scopes, all)) return 0;
  for (let i = 0; i < count; i++) {
    const fewer = all & ~((<u64>1) << i);
    if (allowedWith(set, attributes, scopes, fewer)) all = fewer;
  }
  return all;
}

function allowedWith(
  set: PolicySet,
  attributes: RequestAttributes,
  scopes: StaticArray<Span>,
  supposed: u64,
): bool {
  const mark = markArena();
  const rows = matchToken(set, attributes);
  if (rows == 0) return false;
  supposeIn(set, SCOPE, scopes, supposed, rows);
  supposeIn(set, SCP, scopes, supposed, rows);
  endPhase(set.claimsPhase, rows);
  const allowed =
    !arenaExhausted &&
    firstOf(set, Segment.Deny, rows, requestRows) < 0 &&
    (!set.hasAllow || firstOf(set, Segment.Allow, rows, requestRows) >= 0);
  rewindArena(mark);
  return allowed;
}

/** Puts scopes into the scratch as if they were among the values of the claim `name`. */
function supposeIn(
  set: PolicySet,
  name: Span,
  scopes: StaticArray<Span>,
  supposed: u64,
  scratch: usize,
): void {
  const found = set.tree(Attribute.Claim).names.find(name, hashBytes(name));
  if (found == NOT_FOUND) return;
  const table = changetype<ClaimNode>(<usize>found).table;
  if (changetype<usize>(table) == 0) return;
  for (let rest = supposed; rest != 0; rest &= rest - 1)
    matchValue(table, unchecked(scopes[<i32>ctz<u64>(rest)]), set.claimsPhase, scratch);
}

function firstOf(set: PolicySet, segment: Segment, a: usize, b: usize): i32 {
  return firstCommonRow(a, b, unchecked(set.segmentRows[segment]), unchecked(set.segmentRows[segment + 1]));
}

function isSet(rows: usize, row: i32): bool {
  return ((load<u64>(rows + (((<usize>row) >> 6) << 3)) >> ((<u64>row) & 63)) & 1) != 0;
}
