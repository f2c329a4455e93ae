/**
 * The decision on a request: two phases over the tables, then the lowest row of each segment. Nothing is allocated but the
 * scratch in the arena, and the work does not grow with the number of policies beyond a bit for each row.
 */
import { hashBytes } from "../../memory/hash";
import { allocate, arenaExhausted } from "../../memory/arena";
import { utf8 } from "../../memory/persistent";
import { Span, lowerCase, span, spanAddress, spanIsMissing, spanLength, subspan } from "../../memory/span";
import { HeaderList } from "../../request/header_list";
import { peerRangeKey, readPeerAddress } from "../values/address_range";
import { Attribute } from "../attributes/attribute";
import { matchClaims } from "../tables/claim_tree";
import { matchDynamicMetadata } from "../tables/dynamic_metadata";
import { matchTypedClaims } from "../tables/typed_claims";
import { matchValue } from "../tables/match_table";
import { NOT_FOUND } from "../tables/name_table";
import { Phase, beginPhase, endPhase } from "../tables/phase";
import { Segment } from "../rules/policy_model";
import { PolicySet } from "../tables/policy_set";
import { RequestAttributes } from "../attributes/request_attributes";
import { requestPrincipal } from "../attributes/request_principal";
import { firstCommonRow } from "../tables/row_set";
import { ClaimNode } from "../tables/claim_tree";

const METHOD = utf8(":method");
const PATH = utf8(":path");
const AUTHORITY = utf8(":authority");
const port: usize = memory.data(2);

// What `decide` found: numbers of rules (PolicySet.ruleName), -1 for none.
/** The DENY rule that denies, or else the ALLOW rule that allows. */
export let matchedRule: i32 = -1;
/** The AUDIT rule that matches. */
export let auditRule: i32 = -1;
/** What dry-run policies would have matched. */
export let dryRunDenyRule: i32 = -1;
export let dryRunAllowRule: i32 = -1;
/** The rows whose conditions on all but the token are met: a bit set in the arena; 0 without memory. */
export let requestRows: usize = 0;
/** Set if the arena was exhausted: the request is denied without having been looked at. */
export let outOfMemory: bool = false;

/**
 * The rows whose conditions on the token are met: a bit set of `set.claimRowsSize` bytes in the arena, which may be kept with the
 * token unless `set.comparesWithRequest`: without that it depends on nothing but `claims` and `spaceDelimitedClaims`. 0 if there is no memory: rows that lack those of a value which found none must not be kept.
 */
export function evaluateClaims(set: PolicySet, attributes: RequestAttributes): usize {
  const scratch = matchToken(set, attributes);
  if (scratch == 0) return 0;
  endPhase(set.claimsPhase, scratch);
  return arenaExhausted ? 0 : scratch;
}

/** The scratch of the claims' phase with all that the token says in it; `endPhase` is still to come. 0 if there is no memory. */
export function matchToken(set: PolicySet, attributes: RequestAttributes): usize {
  const phase = set.claimsPhase;
  const scratch = beginPhase(phase);
  if (scratch == 0) return 0;
  const principals = set.table(Attribute.RequestPrincipal);
  if (changetype<usize>(principals) != 0) {
    const principal = requestPrincipal(attributes);
    if (!spanIsMissing(principal)) matchValue(principals, principal, phase, scratch);
  }
  const tree = set.tree(Attribute.Claim);
  if (changetype<usize>(tree) != 0) matchClaims(tree, attributes, phase, scratch);
  const typed = set.tree(Attribute.TypedClaim);
  if (changetype<usize>(typed) != 0) {
    lookAtComparands(set, attributes);
    matchTypedClaims(typed, attributes, phase, scratch);
  }
  return scratch;
}

/** Must come ahead of every look at typed claims: what a request says that claims are compared with. */
export function lookAtComparands(set: PolicySet, attributes: RequestAttributes): void {
  for (let i = 0; i < set.comparands.length; i++) unchecked(set.comparands[i]).look(attributes.headers);
}

/** Whether the request is allowed, given what `evaluateClaims` said of its token; `matchedRule` and its kin say which rules matched. */
export function decide(set: PolicySet, claimRows: usize, attributes: RequestAttributes): bool {
  matchedRule = auditRule = dryRunDenyRule = dryRunAllowRule = -1;
  const phase = set.requestPhase;
  const scratch = beginPhase(phase);
  requestRows = scratch;
  outOfMemory = scratch == 0 || claimRows == 0;
  if (outOfMemory) return false;
  matchRequest(set, attributes, phase, scratch);
  endPhase(phase, scratch);
  auditRule = firstRule(set, claimRows, scratch, Segment.Audit);
  dryRunDenyRule = firstRule(set, claimRows, scratch, Segment.DryRunDeny);
  dryRunAllowRule = firstRule(set, claimRows, scratch, Segment.DryRunAllow);
  matchedRule = firstRule(set, claimRows, scratch, Segment.Deny);
  if (matchedRule >= 0) return false;
  if (!set.hasAllow) return true;
  matchedRule = firstRule(set, claimRows, scratch, Segment.Allow);
  return matchedRule >= 0;
}

/** Both steps at once. */
export function evaluate(set: PolicySet, attributes: RequestAttributes): bool {
  return decide(set, evaluateClaims(set, attributes), attributes);
}

function firstRule(set: PolicySet, claimRows: usize, requestRows: usize, segment: Segment): i32 {
  const from = unchecked(set.segmentRows[segment]);
  const row = firstCommonRow(claimRows, requestRows, from, unchecked(set.segmentRows[segment + 1]));
  return row < 0 ? -1 : load<i32>(set.rowRules + ((<usize>row) << 2));
}

function matchRequest(set: PolicySet, attributes: RequestAttributes, phase: Phase, scratch: usize): void {
  const headers = attributes.headers;
  matchAttribute(set, Attribute.Method, first(headers, METHOD), phase, scratch);
  if (changetype<usize>(set.table(Attribute.Path)) != 0)
    matchAttribute(set, Attribute.Path, pathOf(first(headers, PATH)), phase, scratch);
  if (changetype<usize>(set.table(Attribute.Host)) != 0)
    matchAttribute(set, Attribute.Host, lowered(first(headers, AUTHORITY)), phase, scratch);
  const names = set.tree(Attribute.Header);
  if (changetype<usize>(names) != 0) matchHeaders(names, headers, phase, scratch);
  if (set.needs == 0) return;
  if (attributes.destinationPort >= 0) {
    store<u16>(port, <u16>attributes.destinationPort);
    matchAttribute(set, Attribute.DestinationPort, span(port, 2), phase, scratch);
  }
  matchAddress(set, Attribute.DestinationAddress, attributes.destinationAddress, phase, scratch);
  matchAddress(set, Attribute.RemoteAddress, attributes.remoteAddress, phase, scratch);
  matchAddress(set, Attribute.DirectRemoteAddress, attributes.directRemoteAddress, phase, scratch);
  matchAttribute(set, Attribute.ServerName, attributes.serverName, phase, scratch);
  for (let i: u32 = 0; i < attributes.peerNameCount; i++) {
    const name = load<u64>(attributes.peerNames + ((<usize>i) << 3));
    matchAttribute(set, Attribute.PeerName, name, phase, scratch);
  }
  const metadata = set.tree(Attribute.DynamicMetadata);
  if (changetype<usize>(metadata) != 0)
    matchDynamicMetadata(metadata, attributes.dynamicMetadata, phase, scratch);
}

/** A missing value meets no condition, so there is nothing to look up. */
function matchAttribute(
  set: PolicySet,
  attribute: Attribute,
  value: Span,
  phase: Phase,
  scratch: usize,
): void {
  const table = set.table(attribute);
  if (changetype<usize>(table) != 0 && !spanIsMissing(value)) matchValue(table, value, phase, scratch);
}

/** Each line of a header is a value by itself, as Envoy has it since `rbac_match_headers_individually`. */
function matchHeaders(names: ClaimNode, headers: HeaderList, phase: Phase, scratch: usize): void {
  for (let i: u32 = 0; i < headers.count; i++) {
    if (!headers.isPresent(i)) continue;
    const name = headers.name(i);
    const found = names.names.find(name, hashBytes(name));
    if (found != NOT_FOUND)
      matchValue(changetype<ClaimNode>(<usize>found).table, headers.value(i), phase, scratch);
  }
}

function matchAddress(
  set: PolicySet,
  attribute: Attribute,
  address: Span,
  phase: Phase,
  scratch: usize,
): void {
  const lengths = unchecked(set.rangeLengths[attribute]);
  if (lengths == 0 || !readPeerAddress(address)) return;
  const count = load<u32>(lengths);
  for (let i: u32 = 0; i < count; i++) {
    const length = lengths + 4 + ((<usize>i) << 1);
    const key = peerRangeKey(load<u8>(length), load<u8>(length, 1));
    if (spanLength(key) > 0) matchValue(set.table(attribute), key, phase, scratch);
  }
}

function first(headers: HeaderList, name: Span): Span {
  const index = headers.find(name);
  return index < 0 ? 0 : headers.value(index);
}

/** The path that rules see: without query and fragment. */
export function pathOf(path: Span): Span {
  const address = spanAddress(path);
  const length = spanLength(path);
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(address + <usize>i);
    if (byte == 0x3f || byte == 0x23) return subspan(path, 0, i);
  }
  return path;
}

/** A lower-case copy in the arena; missing stays missing. */
export function lowered(text: Span): Span {
  if (spanIsMissing(text)) return text;
  const length = spanLength(text);
  const address = allocate(<usize>length);
  if (address == 0) return 0;
  for (let i: u32 = 0; i < length; i++)
    store<u8>(address + <usize>i, lowerCase(load<u8>(spanAddress(text) + <usize>i)));
  return span(address, length);
}
