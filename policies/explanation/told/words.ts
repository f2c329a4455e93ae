// What an explanation is told with, wherever it is told: in a terminal, on a page.

import { printable } from "../../text/printable.js";
import type { HeaderFinding, LocationFinding, PolicyFinding, Reason, RuleFinding } from "../explanation.js";
import type { Explanation } from "../explanation.js";
import { jwtRuleName, type Origin } from "../origin.js";

/** So many rules of a long list are told, the nearest. */
export const maxRules = 10;

/** `header authorization, prefix "Bearer "`: the blank at its end is part of it. */
export function locationText(location: string): string {
  return printable(location.replace(/, prefix (.*)$/s, ', prefix "$1"'));
}

/** What was found at a place where tokens are looked for. */
export function foundText({ present, tokens }: LocationFinding): string {
  if (tokens > 1) return `${tokens} tokens`;
  if (tokens === 1) return "a token";
  return present ? "there, but without the prefix" : "not there";
}

/** `jwtRules[0] of RequestAuthentication foo/jwt`, or the place in the configuration. */
export function ruleName(rule: string | undefined, origin: Origin | undefined): string {
  if (rule === undefined) return "no JWT rule";
  return printable(jwtRuleName(rule, origin));
}

/** What became of a policy. */
export function outcomeText({ decides, rules }: PolicyFinding): string {
  if (decides) return "matches, and decides";
  return rules.some(({ matches }) => matches) ? "matches" : "does not match";
}

/** Values with commas between them; in quotes those that would not be seen for what they are. */
export function listText(values: readonly string[]): string {
  return values.map((value) => printable(/^$|[\s,"]/.test(value) ? JSON.stringify(value) : value)).join(", ");
}

/** What a condition sees. */
export const seenText = (sees: readonly string[]): string => (sees.length === 0 ? "nothing" : listText(sees));

/** What happens to a header field, in a character. */
export const changeMark: Readonly<Record<HeaderFinding["change"], string>> = {
  added: "+",
  removed: "-",
  replaced: "~",
};

/** The rules that are the reason, nearest first; of all others, those that match. */
export function toldRules({
  policies,
  reasons,
}: Pick<Explanation, "policies" | "reasons">): ReadonlyMap<PolicyFinding, readonly RuleFinding[]> {
  const shown = new Map<PolicyFinding, RuleFinding[]>();
  const show = ({ policy, rule }: Reason) => {
    const rules = shown.get(policy);
    if (rules === undefined) shown.set(policy, [rule]);
    else if (!rules.includes(rule)) rules.push(rule);
  };
  for (const reason of reasons.slice(0, maxRules)) show(reason);
  for (const policy of policies) for (const rule of policy.rules) if (rule.matches) show({ policy, rule });
  return shown;
}
