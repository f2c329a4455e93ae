/**
 * Why a rule matched or did not: the rule's conditions one by one, as they were written, with the values that the request had.
 * For the debug log and `jwt-policy explain` only: slow, and it makes strings. It goes by the same patterns as the tables but
 * not through them; tests/unit/policy_property.test.ts holds the two against each other.
 */
import { Span, spanAddress, spanEquals, spanLength } from "../memory/span";
import { peerRangeKey, readPeerAddress } from "./address_range";
import { Attribute } from "./attribute";
import { valuesOf } from "./attribute_values";
import { AttributeModel, Clause, Condition } from "./policy_model";
import { PolicySet } from "./policy_set";
import { RequestAttributes } from "./request_attributes";

/** Values and texts longer than this are cut in the explanation. */
const MAX_SHOWN: u32 = 256;
/** So many values are shown of a list. */
const MAX_VALUES = 8;

/** In place of a value that may be a credential. */
const NOT_SHOWN = "(not shown)";
/** Of the set that is being explained. */
let secretHeaders: string[] = [];

function isSecret(model: AttributeModel): bool {
  return model.attribute == Attribute.Header && secretHeaders.includes(model.path[0].toLowerCase());
}

export class RuleExplanation {
  matches: bool = true;
  /** The first condition that is not met: `from[0].source.notPaths`; "" if all are. */
  place: string = "";
  /** What it asks for: `one of ["a", "b"]`, `none of ["c"]`. */
  wanted: string = "";
  /** What the request has: `["x"]`, or `nothing`. */
  saw: string = "";
}

/** Explains one rule of the set for a request. Agrees with `evaluate`. */
export function explainRule(set: PolicySet, ruleNumber: i32, attributes: RequestAttributes): RuleExplanation {
  const explanation = new RuleExplanation();
  secretHeaders = set.secretHeaders;
  const rule = set.rules[ruleNumber];
  if (rule.neverMatches)
    return failed(explanation, "rules", "a rule", "a policy without rules: it never matches");
  if (!explainAlternatives(rule.from, attributes, explanation)) return explanation;
  if (!explainAlternatives(rule.to, attributes, explanation)) return explanation;
  const broken = firstBroken(rule.when, attributes);
  return broken == null ? explanation : failedAt(explanation, broken, attributes);
}

/** Whether any alternative holds, or there is none; else what is wrong with the last one that came furthest. */
function explainAlternatives(
  clauses: Clause[],
  attributes: RequestAttributes,
  explanation: RuleExplanation,
): bool {
  if (clauses.length == 0) return true;
  let furthest: Condition | null = null;
  let most = -1;
  for (let i = 0; i < clauses.length; i++) {
    const broken = firstBroken(clauses[i], attributes);
    if (broken == null) return true;
    const held = clauses[i].conditions.indexOf(broken);
    if (held > most) {
      most = held;
      furthest = broken;
    }
  }
  if (furthest != null) failedAt(explanation, furthest, attributes);
  explanation.matches = false;
  return false;
}

function firstBroken(clause: Clause, attributes: RequestAttributes): Condition | null {
  for (let i = 0; i < clause.conditions.length; i++) {
    const condition = clause.conditions[i];
    if (anyMatches(condition, attributes) == condition.negative) return condition;
  }
  return null;
}

function anyMatches(condition: Condition, attributes: RequestAttributes): bool {
  const model = condition.model;
  const values = valuesOf(model.attribute, model.path, attributes);
  for (let v = 0; v < values.length; v++) {
    for (let p = 0; p < condition.patterns.length; p++) {
      const pattern = model.patterns[condition.patterns[p]];
      const matches = isAddress(model.attribute)
        ? isInRange(values[v], pattern.bytes)
        : pattern.matches(values[v]);
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
  const wanted = (condition.negative ? "none of " : "one of ") + shownTexts(condition.values);
  const values = valuesOf(condition.model.attribute, condition.model.path, attributes);
  const seen: string[] = [];
  const secret = isSecret(condition.model);
  for (let i = 0; i < values.length; i++)
    seen.push(secret ? NOT_SHOWN : shownValue(condition.model.attribute, values[i]));
  return failed(explanation, condition.place, wanted, seen.length == 0 ? "nothing" : shownTexts(seen));
}

function failed(explanation: RuleExplanation, place: string, wanted: string, saw: string): RuleExplanation {
  explanation.matches = false;
  explanation.place = place;
  explanation.wanted = wanted;
  explanation.saw = saw;
  return explanation;
}

/** As it stands in a policy: the parts of a request principal with a slash between them, a port as a number. */
function shownValue(attribute: Attribute, value: Span): string {
  if (attribute == Attribute.DestinationPort) return load<u16>(spanAddress(value)).toString();
  const length = min<u32>(spanLength(value), MAX_SHOWN);
  let shown = "";
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(spanAddress(value) + <usize>i);
    if (byte == 0xff) shown += attribute == Attribute.RequestPrincipal ? "/" : "";
    else if (byte == 0xfe) continue;
    else shown += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "\\x" + byte.toString(16);
  }
  return spanLength(value) > MAX_SHOWN ? shown + "..." : shown;
}

function shownTexts(texts: string[]): string {
  let shown = "[";
  for (let i = 0; i < texts.length && i < MAX_VALUES; i++) {
    if (i > 0) shown += ", ";
    shown += '"' + withoutControls(texts[i]) + '"';
  }
  return shown + (texts.length > MAX_VALUES ? ", ...]" : "]");
}

/** Nothing that a policy says can start a line of its own in the log. */
function withoutControls(text: string): string {
  let shown = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    shown += code >= 0x20 && code != 0x7f ? text.charAt(i) : "\\x" + code.toString(16);
  }
  return shown;
}
