/**
 * The claims that rules ask for, as a tree of names: `request.auth.claims[a][b]` is the leaf b below a. The token's claims are
 * walked, each name looked up; a claim that no rule asks for costs one look-up, a claim that the token lacks costs nothing.
 */
import { JsonDocument, JsonKind, JsonNode, ROOT } from "../../claims/json";
import { hashBytes } from "../../memory/hash";
import { Span, spanEnd, spanLength } from "../../memory/span";
import { MatchTable, matchValue } from "./match_table";
import { NOT_FOUND, NameTable } from "./name_table";
import { Phase } from "./phase";
import { RequestAttributes } from "../attributes/request_attributes";
import { isSuperseded, saysScope, SCOPE } from "../attributes/scope_claim";
import { isSpaceDelimited, nextWord } from "../attributes/space_delimited";


@unmanaged
export class ClaimNode {
  /** What rules want of this claim; address 0 if only of claims within it. */
  table: MatchTable;
  /** Names within this claim, each with the address of its node; address 0 if there are none. */
  names: NameTable;
}

/** Matches all claims of the request below `tree`. */
export function matchClaims(
  tree: ClaimNode,
  attributes: RequestAttributes,
  phase: Phase,
  scratch: usize,
): void {
  const claims = attributes.claims;
  if (changetype<usize>(claims) == 0 || claims.kind(ROOT) != JsonKind.Object) return;
  const end = claims.next(ROOT);
  for (let key = ROOT + 1; key < end; key = claims.next(key + 1)) {
    const name = claims.text(key);
    if (saysScope(attributes, name)) matchNamed(tree, SCOPE, attributes, key + 1, phase, scratch);
    if (!isSuperseded(attributes, name)) matchNamed(tree, name, attributes, key + 1, phase, scratch);
  }
}

/** @param name of a top-level claim, as rules have it */
function matchNamed(
  tree: ClaimNode,
  name: Span,
  attributes: RequestAttributes,
  value: JsonNode,
  phase: Phase,
  scratch: usize,
): void {
  const found = tree.names.find(name, hashBytes(name));
  if (found == NOT_FOUND) return;
  const claims = attributes.claims;
  const node = changetype<ClaimNode>(<usize>found);
  if (claims.kind(value) == JsonKind.String && isSpaceDelimited(attributes, name)) {
    if (changetype<usize>(node.table) != 0) matchWords(node.table, claims.text(value), phase, scratch);
  } else {
    matchClaim(node, claims, value, phase, scratch);
  }
}

/** Recursion ends with the tree, and is bounded by the depth of a document (claims/json.ts, MAX_DEPTH). */
function matchClaim(
  node: ClaimNode,
  claims: JsonDocument,
  value: JsonNode,
  phase: Phase,
  scratch: usize,
): void {
  const kind = claims.kind(value);
  if (kind == JsonKind.Object) {
    if (changetype<usize>(node.names) == 0) return;
    const end = claims.next(value);
    for (let key = value + 1; key < end; key = claims.next(key + 1)) {
      const name = claims.text(key);
      const found = node.names.find(name, hashBytes(name));
      if (found != NOT_FOUND)
        matchClaim(changetype<ClaimNode>(<usize>found), claims, key + 1, phase, scratch);
    }
  } else if (changetype<usize>(node.table) == 0) {
    return;
  } else if (kind == JsonKind.String) {
    matchValue(node.table, claims.text(value), phase, scratch);
  } else if (kind == JsonKind.Array) {
    const end = claims.next(value);
    for (let element = value + 1; element < end; element = claims.next(element)) {
      if (claims.kind(element) == JsonKind.String)
        matchValue(node.table, claims.text(element), phase, scratch);
    }
  }
}

/** A text without words (nothing, or spaces alone) stays as it is (observed on Envoy 1.40). */
function matchWords(table: MatchTable, text: Span, phase: Phase, scratch: usize): void {
  let word = nextWord(text, 0);
  if (spanLength(word) == 0) matchValue(table, text, phase, scratch);
  while (spanLength(word) > 0) {
    matchValue(table, word, phase, scratch);
    word = nextWord(text, spanEnd(word));
  }
}
