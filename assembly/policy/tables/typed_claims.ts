/**
 * The claims that `extensions.claimPolicies` ask for, with their types: a tree of names, as claim_tree.ts has it for Istio's rules. A list of objects
 * is passed through: a claim below it has the values of all elements.
 */
import { JsonDocument, JsonKind, JsonNode, ROOT } from "../../claims/json";
import { hashBytes } from "../../memory/hash";
import { Span, spanEnd, spanIsMissing, spanLength } from "../../memory/span";
import { RequestAttributes } from "../attributes/request_attributes";
import { isSuperseded, saysScope, SCOPE } from "../attributes/scope_claim";
import { isSpaceDelimited, nextWord } from "../attributes/space_delimited";
import { LIST, WITHIN_LIST, typedKind, typedText, typedValue } from "../values/typed_value";
import { ClaimNode } from "./claim_tree";
import { MatchTable, matchValue } from "./match_table";
import { NOT_FOUND } from "./name_table";
import { Phase } from "./phase";

/** Matches all claims of the request below `tree`. Without memory the arena is exhausted, and nothing of it counts. */
export function matchTypedClaims(
  tree: ClaimNode,
  attributes: RequestAttributes,
  phase: Phase,
  scratch: usize,
): void {
  if (changetype<usize>(attributes.claims) != 0) matchMembers(tree, attributes, ROOT, false, phase, scratch);
}

/** Recursion ends with the tree, which is as deep as a claim's path in the configuration. */
function matchMembers(
  tree: ClaimNode,
  attributes: RequestAttributes,
  object: JsonNode,
  withinList: bool,
  phase: Phase,
  scratch: usize,
): void {
  const claims = attributes.claims;
  if (changetype<usize>(tree.names) == 0 || claims.kind(object) != JsonKind.Object) return;
  const end = claims.next(object);
  for (let key = object + 1; key < end; key = claims.next(key + 1)) {
    const name = claims.text(key);
    if (object == ROOT) {
      if (saysScope(attributes, name))
        matchMember(tree, SCOPE, attributes, object, key, false, phase, scratch);
      if (isSuperseded(attributes, name)) continue;
    }
    matchMember(tree, name, attributes, object, key, withinList, phase, scratch);
  }
}

/** The member of an object at `key`, under the name that rules have for it. */
function matchMember(
  tree: ClaimNode,
  name: Span,
  attributes: RequestAttributes,
  object: JsonNode,
  key: JsonNode,
  withinList: bool,
  phase: Phase,
  scratch: usize,
): void {
  const found = tree.names.find(name, hashBytes(name));
  if (found == NOT_FOUND) return;
  const claims = attributes.claims;
  const node = changetype<ClaimNode>(<usize>found);
  if (changetype<usize>(node.table) != 0) {
    if (withinList) matchOne(node.table, typedKind(WITHIN_LIST), phase, scratch);
    const isWords = object == ROOT && isSpaceDelimited(attributes, name);
    matchValues(node.table, claims, key + 1, isWords, phase, scratch);
  }
  if (claims.kind(key + 1) == JsonKind.Array) {
    const last = claims.next(key + 1);
    for (let element = key + 2; element < last; element = claims.next(element))
      matchMembers(node, attributes, element, true, phase, scratch);
  } else matchMembers(node, attributes, key + 1, withinList, phase, scratch);
}

function matchValues(
  table: MatchTable,
  claims: JsonDocument,
  value: JsonNode,
  isWords: bool,
  phase: Phase,
  scratch: usize,
): void {
  const kind = claims.kind(value);
  if (kind == JsonKind.Array) {
    matchOne(table, typedKind(LIST), phase, scratch);
    const end = claims.next(value);
    for (let element = value + 1; element < end; element = claims.next(element))
      matchOne(table, typedValue(claims, element), phase, scratch);
    return;
  }
  const text = claims.text(value);
  let word = isWords && kind == JsonKind.String ? nextWord(text, 0) : 0;
  if (spanLength(word) == 0) return matchOne(table, typedValue(claims, value), phase, scratch);
  matchOne(table, typedKind(LIST), phase, scratch);
  for (; spanLength(word) > 0; word = nextWord(text, spanEnd(word)))
    matchOne(table, typedText(word), phase, scratch);
}

function matchOne(table: MatchTable, value: Span, phase: Phase, scratch: usize): void {
  if (!spanIsMissing(value)) matchValue(table, value, phase, scratch);
}
