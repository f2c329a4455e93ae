// The filter's log lines as values: one step of a request each (docs/operations.md, "Log lines").

/** What all lines of one request have in common: the stream that Envoy's VM knows it by; undefined outside of requests. */
interface InStream {
  readonly stream: number | undefined;
}

/** The request begins; its path has no query. */
export interface RequestStep extends InStream {
  readonly step: "request";
  readonly method: string;
  readonly authority: string;
  readonly path: string;
}

/** A place where a rule looks for tokens. */
export interface LocationStep extends InStream {
  readonly step: "location";
  /** Place of the rule in the configuration, `requestAuthentications[0].jwtRules[0]`; undefined: all rules look here. */
  readonly rule: string | undefined;
  /** `header authorization, prefix Bearer `, `parameter access_token`, `cookie session` */
  readonly location: string;
  /** Whether there is a header, parameter or cookie of the name. */
  readonly present: boolean;
  /** How many tokens were taken from it. */
  readonly tokens: number;
}

/** A token against a rule. What comes behind `ruleAudiences` is there if the token could be read. */
export interface TokenStep extends InStream {
  readonly step: "token";
  /** Undefined: the token cannot be read, or no rule is for its issuer. */
  readonly rule: string | undefined;
  readonly location: string;
  /** The rule's issuer; undefined: any. */
  readonly ruleIssuer: string | undefined;
  /** The rule's audiences; empty: any. */
  readonly ruleAudiences: readonly string[];
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly audiences: readonly string[];
  readonly alg: string | undefined;
  readonly kid: string | undefined;
  /** Seconds since 1970. */
  readonly exp: number | undefined;
  readonly nbf: number | undefined;
  readonly now: number | undefined;
  /** Text of the outcome; `OK`. */
  readonly status: string;
}

/** Which keys a token's signature was checked with; written in front of the token's own line. */
export interface KeyStep extends InStream {
  readonly step: "key";
  readonly rule: string;
  /** The jwksUri or the URI of the provider configuration; `inline` for keys in the configuration. */
  readonly source: string;
  /** Keys in the set; undefined: there is none. */
  readonly keys: number | undefined;
  /** The kids of those that fit the token's `kid` and `alg`; `#0` for a key without one, by its place in the set. */
  readonly fitting: readonly string[];
  /** The kid of the key that verified the token; undefined if none did, or if that was in an earlier request. */
  readonly verifiedBy: string | undefined;
  /** Whether the token had been verified in an earlier request. */
  readonly remembered: boolean;
}

export interface AuthenticationStep extends InStream {
  readonly step: "authentication";
  readonly status: string;
  /** The rule that gave the request its identity; undefined: it has none. */
  readonly rule: string | undefined;
}

/** The request goes on without identity, whatever tokens it has: docs/extensions.md. */
export interface ExemptionStep extends InStream {
  readonly step: "exemption";
  /** Place of the entry that says so: `extensions.ignoreTokens[0]`, `extensions.foreignTokens[1]`. */
  readonly at: string;
}

/** One condition of a rule; written at level trace. */
export interface ConditionStep extends InStream {
  readonly step: "condition";
  /** `ns[foo]-policy[bar]-rule[0]` */
  readonly rule: string;
  /** Relative to the rule: `to[0].operation.notPaths`, `when[1].values`. */
  readonly place: string;
  readonly met: boolean;
  /** The values that the policy names: one of them, or for a place with `not` none of them. */
  readonly wants: readonly string[];
  /** The values that the request has. */
  readonly sees: readonly string[];
}

export type PolicyAction = "DENY" | "ALLOW" | "AUDIT" | "DENY-dry-run" | "ALLOW-dry-run" | "AUDIT-dry-run";

/** A rule, and whether it matches. */
export interface PolicyStep extends InStream {
  readonly step: "policy";
  readonly action: PolicyAction;
  readonly rule: string;
  /** Its place in the configuration: `authorizationPolicies[0].rules[1]`. */
  readonly at: string;
  readonly matches: boolean;
  /** The first condition that is not met; undefined if the rule matches. */
  readonly failed: Pick<ConditionStep, "place" | "wants" | "sees"> | undefined;
}

/** What a policy that only watches would have done. */
export interface ShadowStep extends InStream {
  readonly step: "shadow";
  readonly action: PolicyAction;
  readonly rule: string;
}

/** A change to the request's header fields towards the upstream; values are not logged. */
export interface HeaderStep extends InStream {
  readonly step: "header";
  readonly change: "added" | "removed" | "replaced";
  readonly name: string;
}

export interface DecisionStep extends InStream {
  readonly step: "decision";
  readonly result: "allowed" | "denied";
  /** Text of the outcome; undefined when allowed. */
  readonly status: string | undefined;
  /** The rule that decided. */
  readonly policy: string | undefined;
}

/** A fetch of keys has ended. */
export interface KeysStep extends InStream {
  readonly step: "keys";
  readonly uri: string;
  /** One of docs/operations.md, "Fetches". */
  readonly outcome: string;
  readonly failures: number;
  readonly ageMilliseconds: number | undefined;
  readonly keys: number | undefined;
  /** Why it failed, where the outcome does not say all; what was there instead, and the key of the set that is at fault. */
  readonly reason: string | undefined;
  readonly found: string | undefined;
  readonly key: number | undefined;
  readonly kid: string | undefined;
}

export type Step =
  | RequestStep
  | LocationStep
  | KeyStep
  | TokenStep
  | AuthenticationStep
  | ExemptionStep
  | ConditionStep
  | PolicyStep
  | ShadowStep
  | HeaderStep
  | DecisionStep
  | KeysStep;

/** The steps of one name, in order. */
export function stepsNamed<Name extends Step["step"]>(
  steps: readonly Step[],
  name: Name,
): Extract<Step, { step: Name }>[] {
  return steps.filter((step): step is Extract<Step, { step: Name }> => step.step === name);
}

/** Where a JWT rule has looked for the token that it requires. */
export interface MissedToken {
  /** Its place in the configuration: `requestAuthentications[0].jwtRules[0]`. */
  readonly rule: string;
  /** Each once. */
  readonly locations: readonly string[];
}

/** Of a request that is refused since `Jwt is missing`: the last rule that looked for tokens is the one that found none. Undefined if no step tells of it. */
export function missedToken(steps: readonly Step[]): MissedToken | undefined {
  const looks = stepsNamed(steps, "location");
  const rule = looks.at(-1)?.rule;
  if (rule === undefined) return undefined;
  const locations = looks.filter((one) => one.rule === rule).map(({ location }) => location);
  return { rule, locations: [...new Set(locations)] };
}
