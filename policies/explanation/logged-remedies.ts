// What to do about a denial of which only a log tells: nothing can be tried there.

import { aboutText } from "../evaluation/nearness.js";
import { shellWord } from "../text/shell-word.js";
import { conditionHints, maxHinted, maxHints, needsIdentity, type Known } from "./condition-hints.js";
import type { Explanation, RuleFinding } from "./explanation.js";

type Findings = Pick<Explanation, "reasons" | "principal" | "locations" | "request" | "tokens">;

/** For a request that no ALLOW rule lets pass; never empty. */
export function loggedRemedies(findings: Findings, known: Omit<Known, "log">): string[] {
  const { reasons, principal, locations } = findings;
  const bare = principal === undefined ? locations.filter((one) => one.present && one.tokens === 0) : [];
  const prefixes = bare.map(
    ({ location }) => `The request has the ${location.replace(/, prefix (.*)$/s, ', but without "$1"')}.`,
  );
  const hints = reasons.slice(0, maxHinted).flatMap(({ rule }) =>
    rule.nearness.lacking.flatMap((one) =>
      conditionHints(one, principal, { ...known, log: loggedTokens(findings, rule) })
        .slice(0, 1)
        .map(({ text }) => text),
    ),
  );
  const told = [...new Set([...prefixes, ...hints])].slice(0, maxHints);
  return told.length > 0 ? told : [askAnew(findings)];
}

function loggedTokens({ locations }: Findings, { nearness: { lacking } }: RuleFinding): Known["log"] {
  const others = lacking.filter((one) => !needsIdentity(one)).map(({ place }) => aboutText(place));
  return { areRead: locations.length > 0, othersLacking: [...new Set(others)] };
}

/** The line for a terminal that tries remedies. */
function askAnew({ request: { method, authority, path }, tokens }: Findings): string {
  const asked = shellWord(`${method} http://${authority}${path}`);
  const token = tokens.length > 0 ? " --token-file token.txt" : "";
  return `To see what would let it pass, ask the policies: jwt-policy explain policies/ --for NAMESPACE/app=NAME --request ${asked}${token}`;
}
