// One request, and the way to the decision on it: what `explain` prints. docs/explain.md describes it as JSON.

import type { Answer } from "../evaluation/evaluation.js";
import type { ConditionStep, KeyStep, MissedToken, PolicyAction, TokenStep } from "../evaluation/step.js";
import type { Nearness } from "../evaluation/nearness.js";
import type { Origin } from "./origin.js";
import type { Check } from "./token-checks.js";

/** A place where tokens are looked for. */
export interface LocationFinding {
  /** `header authorization, prefix Bearer ` */
  readonly location: string;
  /** The header is there, with a token or without. */
  readonly present: boolean;
  readonly tokens: number;
}

/** A token against a JWT rule. */
export interface TokenFinding {
  readonly token: TokenStep;
  readonly key: KeyStep | undefined;
  readonly checks: readonly Check[];
  readonly origin: Origin | undefined;
}

/** A JWT rule whose token is required, and was not there. */
export interface MissingToken extends MissedToken {
  readonly origin: Origin | undefined;
}

export interface ConditionFinding extends Pick<ConditionStep, "place" | "met" | "wants" | "sees"> {
  readonly origin: Origin | undefined;
}

export interface RuleFinding {
  /** `rules[0]`; of a policy without rules `rules`. */
  readonly rule: string;
  /** `ns[foo]-policy[may]-rule[0]` */
  readonly name: string;
  /** Its place in the configuration: `authorizationPolicies[0].rules[1]`. */
  readonly at: string;
  readonly matches: boolean;
  /** The first condition that is not met; undefined if the rule matches, or if its policy has no rules. */
  readonly failed: ConditionFinding | undefined;
  /** How near it has come: what lacks, and of how many conditions. */
  readonly nearness: Nearness<ConditionFinding>;
  /** All of them; none if the log was not written at level trace. */
  readonly conditions: readonly ConditionFinding[];
  readonly origin: Origin | undefined;
}

export interface PolicyFinding {
  readonly action: PolicyAction;
  readonly namespace: string;
  readonly name: string;
  /** Whether a rule of it decided. */
  readonly decides: boolean;
  readonly rules: readonly RuleFinding[];
  readonly origin: Origin | undefined;
}

/** A rule with the policy that it is of. */
export interface Reason {
  readonly policy: PolicyFinding;
  readonly rule: RuleFinding;
}

/** Why no token counts, though there may be some. */
export interface ExemptionFinding {
  /** `extensions.ignoreTokens[0]`: none was looked at. `extensions.foreignTokens[0]`: one was no reason to refuse the request. */
  readonly at: string;
  readonly origin: Origin | undefined;
}

/** What happens to a header field on its way to the upstream. */
export interface HeaderFinding {
  readonly name: string;
  readonly change: "added" | "removed" | "replaced";
  /** The values that the upstream gets, tokens taken out; undefined where they are not known or nothing is left. */
  readonly values: readonly string[] | undefined;
}

export interface Explanation {
  /** `answered`: by the filter itself, without refusing anything; `unknown`: the keys that it depends on could not be fetched here. */
  readonly decision: "allowed" | "denied" | "answered" | "unknown";
  /** HTTP status of the filter's answer; undefined when allowed. */
  readonly status: number | undefined;
  /** Text of the outcome (docs/outcomes.md); undefined when allowed. */
  readonly reason: string | undefined;
  /** The filter's answer as a client gets it; undefined when allowed, and where only a log is known. */
  readonly answer: Answer | undefined;
  readonly request: { readonly method: string; readonly authority: string; readonly path: string };
  /** Seconds since 1970; undefined where the log does not tell. */
  readonly now: number | undefined;
  /** The stream of the log that the request is; undefined outside of logs. */
  readonly stream: number | undefined;
  /** `iss/sub` */
  readonly principal: string | undefined;
  readonly locations: readonly LocationFinding[];
  readonly tokens: readonly TokenFinding[];
  /** Undefined unless the request goes on without identity by an entry of the extensions. */
  readonly exemption: ExemptionFinding | undefined;
  /** Undefined unless the request is refused for it. */
  readonly missing: MissingToken | undefined;
  /** In the order in which the filter asks them. */
  readonly policies: readonly PolicyFinding[];
  /** The rules that the decision is about: the one that decided, or where none did those that could have allowed the request, nearest first. */
  readonly reasons: readonly Reason[];
  readonly headers: readonly HeaderFinding[];
  readonly why: string;
  /** What to do about it; none when there is nothing to do. */
  readonly remedies: readonly string[];
}
