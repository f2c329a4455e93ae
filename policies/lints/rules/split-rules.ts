// JP229: what belongs together, as two rules: `- from` and `- to`. Rules are alternatives, so each of the two opens something by itself.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import { isDryRun } from "../../istio/policy.js";
import { demandsIdentity } from "../../policy-model/identity.js";
import type { PolicyModel, RuleModel } from "../../policy-model/rule-model.js";

export const splitRules: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies
    .filter(({ policy, action }) => action === "ALLOW" && !isDryRun(policy))
    .flatMap(judge);

type PartName = "from" | "to" | "when";

function judge({ policy, rules }: PolicyModel): Finding[] {
  const pairs = rules.slice(1).map((rule, i) => [rules[i]!, rule] as const);
  // One finding for a policy: with three parts split, the first pair tells all.
  const split = pairs.find(([one, other]) => belongTogether(one, other));
  if (split === undefined) return [];
  const [one, other] = split;
  const names = [onlyPart(one), onlyPart(other)] as const;
  const open = names[0] === "to" ? one : other;
  return [
    remark({
      id: "JP229",
      resource: policy.resource,
      at: other.at,
      severity: rules.length === 2 ? "warning" : "note",
      message: `\`- ${names[0]}\` and \`- ${names[1]}\` are two rules, and either is enough: ${opened(open)}`,
      remedy: `for both at once write one rule: \`${names[1]}:\` without its dash, below \`${names[0]}:\``,
    }),
  ];
}

function opened(rule: RuleModel): string {
  if (onlyPart(rule) === "to") return "these operations are open to anybody";
  return "each lets in by itself what only both together should";
}

function belongTogether(one: RuleModel, other: RuleModel): boolean {
  const [first, second] = [onlyPart(one), onlyPart(other)];
  if (first === undefined || second === undefined || first === second) return false;
  if (first === "to")
    return second === "when" ? !isMeantForAll(one) && demandsIdentity(other) : isPrivate(one);
  if (second === "to") return !isMeantForAll(other);
  // A token, and what must stand in it.
  return first === "from" && second === "when" && demandsIdentity(one) && demandsIdentity(other);
}

/** The one part that a rule has; undefined if it has none or several. */
function onlyPart({ sources, operations, conditions }: RuleModel): PartName | undefined {
  const parts: readonly (readonly [PartName, number])[] = [
    ["from", sources.length],
    ["to", operations.length],
    ["when", conditions.length],
  ];
  const there = parts.filter(([, length]) => length > 0);
  return there.length === 1 ? there[0]![0] : undefined;
}

/** Words of paths that are open to anybody on purpose. */
const publicWords =
  /health|ready|live|ping|status|metric|public|static|asset|favicon|robots|well-known|log-?in|log-?out|sign-?in|sign-?up|regist|callback|oauth|auth|token|docs|openapi|swagger|version|info|jwks|webhook|hook|open|anonym|guest|error|probe|stats|\.(html|css|js|png|svg|ico|txt)$|^\/(index.*)?$/i;
const privateWords = /admin|internal|private|secret|manage|debug|config|delete/i;

function isMeantForAll({ operations }: RuleModel): boolean {
  return operations.every((operation) => {
    const of = (name: string) => operation.find(({ attribute }) => attribute === name)?.values ?? [];
    if (of("paths").length > 0) return of("paths").every(({ value }) => publicWords.test(value));
    const methods = of("methods").map(({ value }) => value);
    if (methods.length > 0) return methods.every((method) => method === "OPTIONS" || method === "HEAD");
    // A port of its own, such as that of metrics.
    return of("ports").length > 0 && of("hosts").length === 0;
  });
}

function isPrivate({ operations }: RuleModel): boolean {
  return operations
    .flat()
    .some(
      ({ attribute, values }) =>
        attribute === "paths" && values.some(({ value }) => privateWords.test(value)),
    );
}
