// Each JWT rule by itself, asked by the filter about a token: which would take it, and why the others would not.

import { ConfigurationRefusedError, type Filter } from "../evaluation/filter.js";
import type { GivenKeys } from "../evaluation/given-keys.js";
import { withToken } from "../evaluation/request/token-place.js";
import { refusalNamed } from "../evaluation/outcomes.js";
import { explainSteps } from "../explanation/explain-steps.js";
import type { Origin, Origins } from "../explanation/origin.js";
import { readRequestFields } from "../explanation/request-fields.js";
import type { Check } from "../explanation/token-checks.js";
import { issuerOf } from "../plugin-config/jwt-rules.js";
import { objectsIn, textsIn } from "../resources/json.js";
import type { JsonObject } from "../resources/tree.js";
import { unverifiedClaims } from "../tokens/unverified-token.js";

/** The policies that may take a token. */
export interface TokenPolicies {
  readonly configuration: JsonObject;
  readonly origins: Origins;
  /** Key sets by issuer; nothing is fetched. */
  readonly keys: GivenKeys;
}

export interface RuleVerdict {
  /** `requestAuthentications[0].jwtRules[1]` */
  readonly rule: string;
  readonly origin: Origin | undefined;
  /** Undefined: it takes any. */
  readonly issuer: string | undefined;
  /** `header authorization, prefix "Bearer "` */
  readonly looksIn: readonly string[];
  /** `takes`: a key has verified it. `would take`: if its signature is good, which no key here can say. */
  readonly verdict: "takes" | "would take" | "refuses";
  /** Outcome of the filter (docs/outcomes.md); undefined unless it refuses. */
  readonly reason: string | undefined;
  readonly why: string;
  /** In the order in which the filter makes them. */
  readonly checks: readonly Check[];
}

const fetchFailed = "Jwks remote fetch is failed";
const issuerUnknown = "Jwt issuer is not configured";

/** One verdict for each rule of the configuration, in order. */
export async function ruleVerdicts(
  filter: Filter,
  token: string,
  now: number,
  policies: TokenPolicies,
): Promise<RuleVerdict[]> {
  const verdicts: RuleVerdict[] = [];
  for (const [i, authentication] of objectsIn(policies.configuration["requestAuthentications"]).entries()) {
    for (const [j, rule] of objectsIn(authentication["jwtRules"]).entries()) {
      const place = `requestAuthentications[${i}].jwtRules[${j}]`;
      verdicts.push(await verdictOf(place, { ...authentication, jwtRules: [rule] }, rule));
    }
  }
  return verdicts;

  async function verdictOf(place: string, alone: JsonObject, rule: JsonObject): Promise<RuleVerdict> {
    const issuer = issuerOf(rule);
    const told = { rule: place, origin: policies.origins(place), issuer, looksIn: lookedForIn(rule) };
    const { status, checks } = await asked(filter, token, now, { alone, issuer, policies });
    if (status === "OK") {
      const key = checks.find(({ name }) => name === "key")?.text ?? "";
      return { ...told, verdict: "takes", reason: undefined, why: `signature verified by ${key}`, checks };
    }
    if (status === fetchFailed) {
      const open = checks.map((check): Check => {
        if (check.name === "key")
          return { name: "key", result: "assumed", text: "not looked for: no keys are given" };
        return check.name === "signature"
          ? { name: "signature", result: "assumed", text: "not verified" }
          : check;
      });
      const why = "if its signature is good, which has not been checked";
      return { ...told, verdict: "would take", reason: undefined, why, checks: open };
    }
    const why = status === issuerUnknown ? issuerText(token, issuer) : reasonText(status, checks);
    return { ...told, verdict: "refuses", reason: status, why, checks };
  }
}

/** How the filter refuses the token's form whatever the rule, and what to do; undefined if it does not. */
export async function formFault(
  filter: Filter,
  token: string,
  now: number,
): Promise<{ readonly text: string; readonly remedy: string } | undefined> {
  // A rule for any issuer and audience, whose keys nobody has.
  const alone = { name: "any", namespace: "any", jwtRules: [{ jwksUri: "https://keys.invalid/" }] };
  const policies = { configuration: {}, origins: () => undefined, keys: new Map<string, string>() };
  const { status, checks } = await asked(filter, token, now, { alone, issuer: undefined, policies });
  const isForm = checks.some(({ name, result }) => name === "form" && result === "failed");
  return isForm ? { text: status, remedy: refusalNamed(status)?.remedy ?? "" } : undefined;
}

interface Asked {
  readonly status: string;
  readonly checks: readonly Check[];
}

interface Alone {
  /** The RequestAuthentication with this one rule. */
  readonly alone: JsonObject;
  readonly issuer: string | undefined;
  readonly policies: TokenPolicies;
}

async function asked(
  filter: Filter,
  token: string,
  now: number,
  { alone, issuer, policies }: Alone,
): Promise<Asked> {
  const configuration: JsonObject = { requestAuthentications: [alone], ...ofIssuer(policies, issuer) };
  const request = withToken(readRequestFields({ request: "GET /" }), { text: token, issuer }, configuration);
  const { keys } = policies;
  const configured = await filter.configure(configuration, { keys }).catch((error: unknown) => {
    if (error instanceof ConfigurationRefusedError) return error;
    throw error;
  });
  if (configured instanceof ConfigurationRefusedError)
    return { status: `the filter refuses this rule: ${configured.faults[0] ?? ""}`, checks: [] };
  try {
    const evaluation = await configured.evaluate(request, now * 1000);
    const { tokens } = explainSteps(evaluation.steps, evaluation, policies.origins, {
      keyCalls: configured.keyCalls,
      issuers: issuer === undefined ? [] : [issuer],
      claims: unverifiedClaims(token),
      token: { signedHere: undefined, givenKeys: new Set(keys.keys()) },
      forwardedFor: false,
      severalLines: new Set(),
    });
    const [finding] = tokens;
    return { status: finding?.token.status ?? evaluation.reason ?? "OK", checks: finding?.checks ?? [] };
  } finally {
    configured.close();
  }
}

/** What `extensions` say of the tokens of a rule's issuer. */
function ofIssuer({ configuration }: TokenPolicies, issuer: string | undefined): JsonObject {
  const extensions = objectsIn([configuration["extensions"] ?? null])[0] ?? {};
  const tenants = objectsIn(extensions["tenants"]).filter((one) => issuerOf(one) === issuer);
  const tokenProfiles = objectsIn(extensions["tokenProfiles"]).flatMap(({ issuers, ...profile }) =>
    issuers === undefined || textsIn(issuers).includes(issuer ?? "") ? profile : [],
  );
  const parts = Object.entries({ tenants, tokenProfiles }).filter(([, list]) => list.length > 0);
  return parts.length === 0 ? {} : { extensions: Object.fromEntries(parts) };
}

function issuerText(token: string, issuer: string | undefined): string {
  const { iss } = unverifiedClaims(token) ?? {};
  const named = typeof iss === "string" && iss !== "" ? `its issuer is ${iss}` : "it names no issuer";
  const differ =
    typeof iss === "string" && issuer !== undefined && iss.replace(/\/$/, "") === issuer.replace(/\/$/, "")
      ? ": they differ in the slash at the end, which counts"
      : "";
  return `${named}, and the rule is for ${issuer ?? "any"}${differ}`;
}

function reasonText(status: string, checks: readonly Check[]): string {
  const failed = checks.find(({ result }) => result === "failed");
  return failed === undefined || failed.text === status ? status : `${status}: ${failed.text}`;
}

/** Where a rule looks for tokens, in the policies' own words. */
function lookedForIn(rule: JsonObject): string[] {
  const places = [
    ...objectsIn(rule["fromHeaders"]).flatMap(({ name, prefix }) => {
      if (typeof name !== "string") return [];
      return typeof prefix === "string" && prefix !== ""
        ? `header ${name}, prefix "${prefix}"`
        : `header ${name}`;
    }),
    ...textsIn(rule["fromParams"]).map((name) => `parameter ${name}`),
    ...textsIn(rule["fromCookies"]).map((name) => `cookie ${name}`),
  ];
  return places.length === 0 ? ['header authorization, prefix "Bearer "', "parameter access_token"] : places;
}
