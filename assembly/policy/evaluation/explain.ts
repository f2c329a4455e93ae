/**
 * Why a rule matched or did not: the rule's conditions one by one, as they were written, with the values that the request had.
 * For the debug log and `jwt-policy explain` only: slow, and it makes strings. It goes by the same patterns as the tables but
 * not through them; tests/unit/policy_property.test.ts holds the two against each other.
 */
import { JsonKind } from "../../claims/json";
import { headerNumber } from "../../claims/number_text";
import { utf8SequenceLength } from "../../claims/json_string";
import { text } from "../../config/fields";
import { Span, span, spanAddress, spanEquals, spanLength, subspan } from "../../memory/span";
import { lowerCaseText } from "../../memory/text_case";
import { peerRangeKey, readPeerAddress } from "../values/address_range";
import { Attribute } from "../attributes/attribute";
import { valuesOf } from "./attribute_values";
import { ELEMENT } from "../tables/dynamic_metadata";
import { Alternatives, AttributeModel, Clause, Condition } from "../rules/policy_model";
import { PolicySet } from "../tables/policy_set";
import { RequestAttributes } from "../attributes/request_attributes";
import { lookAtComparands } from "./evaluate";
import { Comparand, ComparandKind, Silence } from "../values/comparand";
import { LIST, TypedTest } from "../values/typed_value";
import { PRINCIPAL_SEPARATOR, ValueCheck } from "../values/value_check";
import { patternMatches } from "../values/value_match";

/** Longer values are cut. */
const MAX_SHOWN: u32 = 256;

/** In place of a value that may be a credential. */
const NOT_SHOWN = "(not shown)";
/** Of the set that is being explained. */
let secretHeaders: string[] = [];

function isSecret(model: AttributeModel): bool {
  return model.attribute == Attribute.Header && secretHeaders.includes(lowerCaseText(model.path[0]));
}

export class RuleExplanation {
  matches: bool = true;
  /** The first condition that is not met: `from[0].source.notPaths`, relative to the rule; "" if all are. */
  place: string = "";
  /** The values that it names as they stand in the policy: one of them, or where the place has a `not` none of them. */
  wants: string[] = [];
  /** The values that the request has; none if there is nothing. */
  sees: string[] = [];
}

/** Explains one condition of the set for a request, met or not. */
export function explainCondition(
  set: PolicySet,
  condition: Condition,
  attributes: RequestAttributes,
): RuleExplanation {
  const explanation = new RuleExplanation();
  secretHeaders = set.secretHeaders;
  lookAtComparands(set, attributes);
  explanation.matches = anyMatches(condition, attributes) != condition.negative;
  return describe(explanation, condition, attributes);
}

/** Explains one rule of the set for a request. Agrees with `evaluate`. */
export function explainRule(set: PolicySet, ruleNumber: i32, attributes: RequestAttributes): RuleExplanation {
  const explanation = new RuleExplanation();
  secretHeaders = set.secretHeaders;
  lookAtComparands(set, attributes);
  const rule = set.rules[ruleNumber];
  if (rule.neverMatches) {
    // A policy without rules.
    explanation.matches = false;
    explanation.place = "rules";
    return explanation;
  }
  if (!explainAlternatives(rule.from, attributes, explanation)) return explanation;
  if (!explainAlternatives(rule.to, attributes, explanation)) return explanation;
  const broken = firstBroken(rule.when, attributes);
  return broken == null ? explanation : failedAt(explanation, broken, attributes);
}

/** Whether any alternative holds, or there is none; else what is wrong with the last one that came furthest. */
function explainAlternatives(
  clauses: Alternatives,
  attributes: RequestAttributes,
  explanation: RuleExplanation,
): bool {
  if (clauses.count == 0) return true;
  let furthest: Condition | null = null;
  let most = -1;
  for (let clause = clauses.first; changetype<usize>(clause) != 0; clause = clause.next) {
    const broken = firstBroken(clause, attributes);
    if (broken == null) return true;
    if (brokenAt > most) {
      most = brokenAt;
      furthest = broken;
    }
  }
  if (furthest != null) failedAt(explanation, furthest, attributes);
  explanation.matches = false;
  return false;
}

/** After `firstBroken`: how many conditions of the clause hold ahead of the one that does not. */
let brokenAt: i32 = 0;

function firstBroken(clause: Clause, attributes: RequestAttributes): Condition | null {
  brokenAt = 0;
  for (let condition = clause.first; changetype<usize>(condition) != 0; condition = condition.next) {
    if (anyMatches(condition, attributes) == condition.negative) return condition;
    brokenAt++;
  }
  return null;
}

function anyMatches(condition: Condition, attributes: RequestAttributes): bool {
  const model = condition.model;
  const values = valuesOf(model.attribute, model.path, attributes);
  for (let v = 0; v < values.length; v++) {
    for (let p = 0; p < condition.patternCount; p++) {
      const pattern = model.patterns[condition.pattern(p)];
      const matches = isAddress(model.attribute)
        ? isInRange(values[v], pattern.bytes)
        : patternMatches(pattern, values[v]);
      if (matches) return true;
    }
  }
  return false;
}

function isAddress(attribute: Attribute): bool {
  return (
    attribute == Attribute.RemoteAddress ||
    attribute == Attribute.DirectRemoteAddress ||
    attribute == Attribute.DestinationAddress
  );
}

function isInRange(address: Span, key: Span): bool {
  if (!readPeerAddress(address)) return false;
  return spanEquals(peerRangeKey(load<u8>(spanAddress(key)), load<u8>(spanAddress(key), 1)), key);
}

function failedAt(
  explanation: RuleExplanation,
  condition: Condition,
  attributes: RequestAttributes,
): RuleExplanation {
  explanation.matches = false;
  return describe(explanation, condition, attributes);
}

function describe(
  explanation: RuleExplanation,
  condition: Condition,
  attributes: RequestAttributes,
): RuleExplanation {
  explanation.place = condition.place;
  explanation.wants =
    condition.model.attribute == Attribute.TypedClaim ? wantedClaims(condition) : condition.values;
  const values = valuesOf(condition.model.attribute, condition.model.path, attributes);
  const secret = isSecret(condition.model);
  for (let i = 0; i < values.length; i++) {
    const attribute = condition.model.attribute;
    if (attribute == Attribute.TypedClaim && load<u8>(spanAddress(values[i])) >= LIST) continue;
    explanation.sees.push(secret ? NOT_SHOWN : shownValue(attribute, values[i]));
  }
  return explanation;
}

/** What a claim is compared with; of what the request says, that, or why it says nothing. */
function wantedClaims(condition: Condition): string[] {
  const wants = condition.values;
  for (let i = 0; i < wants.length; i++) {
    const pattern = condition.model.patterns[condition.pattern(i)];
    if (pattern.check != ValueCheck.Typed) continue;
    const comparand = changetype<TypedTest>(pattern.argument).comparand;
    if (changetype<usize>(comparand) != 0) wants[i] += ": " + shownComparand(comparand);
  }
  return wants;
}

function shownComparand(comparand: Comparand): string {
  if (comparand.silence == Silence.Missing) return "nothing there";
  if (comparand.silence == Silence.Ambiguous) return "not one value of ASCII without blanks around it";
  if (comparand.silence == Silence.UnclearPath) return "a path that can be read in two ways";
  const isSecretHeader =
    comparand.kind == ComparandKind.Header && secretHeaders.includes(lowerCaseText(text(comparand.header)));
  return isSecretHeader ? NOT_SHOWN : '"' + shownText(comparand.said) + '"';
}

/** As it stands in a policy: a slash between the parts of a request principal, brackets around an element of a list in metadata. */
function shownValue(attribute: Attribute, value: Span): string {
  if (attribute == Attribute.DestinationPort) return load<u16>(spanAddress(value)).toString();
  if (attribute == Attribute.TypedClaim) return shownTyped(value);
  if (attribute == Attribute.DynamicMetadata) {
    const shown = shownText(subspan(value, 1, spanLength(value)));
    return load<u8>(spanAddress(value)) == ELEMENT ? "[" + shown + "]" : shown;
  }
  return shownText(value);
}

/** As JSON has it; a list or an object within a list by its brackets. */
function shownTyped(value: Span): string {
  const kind = load<u8>(spanAddress(value));
  if (kind == <u8>JsonKind.String) return '"' + shownText(subspan(value, 1, spanLength(value))) + '"';
  if (kind == <u8>JsonKind.Number) return text(headerNumber(load<f64>(spanAddress(value) + 1)));
  if (kind == <u8>JsonKind.Null) return "null";
  if (kind == <u8>JsonKind.Array) return "[…]";
  if (kind == <u8>JsonKind.Object) return "{…}";
  return kind == <u8>JsonKind.True ? "true" : "false";
}

/** Text as it is; bytes that are none as \xNN, but for the one that stands between the parts of a request principal. */
function shownText(value: Span): string {
  const end = spanAddress(value) + <usize>min<u32>(spanLength(value), MAX_SHOWN);
  let shown = "";
  for (let at = spanAddress(value); at < end;) {
    const start = at;
    for (let length = utf8SequenceLength(at, end); length > 0 && at < end;) {
      at += length;
      length = at < end ? utf8SequenceLength(at, end) : 0;
    }
    shown += text(span(start, <u32>(at - start)));
    if (at == end) break;
    const byte = load<u8>(at++);
    shown += byte == PRINCIPAL_SEPARATOR ? "/" : "\\x" + byte.toString(16);
  }
  return spanLength(value) > MAX_SHOWN ? shown + "…" : shown;
}
