// The end of an explanation: what decided, in a sentence or two, and what to do about it.

import type { KeyCall } from "../evaluation/key-calls.js";
import type { KeysStep } from "../evaluation/step.js";
import { isDenial, metadataTold, refusalNamed } from "../evaluation/outcomes.js";
import type { JsonObject } from "../resources/tree.js";
import { heldText, lackText } from "../evaluation/nearness.js";
import type {
  ExemptionFinding,
  Explanation,
  MissingToken,
  PolicyFinding,
  Reason,
  RuleFinding,
  TokenFinding,
} from "./explanation.js";
import { extensionName, jwtRuleName } from "./origin.js";
import { loggedRemedies } from "./logged-remedies.js";
import type { TokenContext } from "./token-checks.js";

/** What is known beside the steps. */
export interface Circumstances {
  /** What the filter asked issuers for; undefined in a log, where the real Envoy asked. */
  readonly keyCalls: readonly KeyCall[] | undefined;
  /** Issuers of the rules; undefined where only a log is known. */
  readonly issuers: readonly string[] | undefined;
  /** Claims of the token that the user gave, verified by nobody. */
  readonly claims: JsonObject | undefined;
  readonly token: TokenContext;
  /** Whether the request brings X-Forwarded-For without the user saying what Envoy makes of it. */
  readonly forwardedFor: boolean;
  /** Headers that the request has in several lines, in lower case; none where only a log is known. */
  readonly severalLines: ReadonlySet<string>;
}

type Findings = Omit<Explanation, "decision" | "why" | "remedies"> & {
  readonly isAllowed: boolean | undefined;
};
type Verdict = Pick<Explanation, "decision" | "why" | "remedies">;

const fetchFailed = "Jwks remote fetch is failed";

/** @param fetches the last fetch that the steps tell of, by URI */
export function verdictOf(
  findings: Findings,
  fetches: ReadonlyMap<string, KeysStep>,
  circumstances: Circumstances,
): Verdict {
  const verdict = decided(findings, fetches, circumstances);
  const exempt = exemptionText(findings.exemption);
  return exempt === undefined ? verdict : { ...verdict, why: `${verdict.why} ${exempt}` };
}

function exemptionText(exemption: ExemptionFinding | undefined): string | undefined {
  if (exemption === undefined) return undefined;
  const { at, origin } = exemption;
  const name = extensionName(at, origin);
  return at.startsWith("extensions.ignoreTokens")
    ? `The request has no identity: by ${name} no token of it was looked at.`
    : `The request has no identity: by ${name} its foreign token is no reason to refuse it, and is passed on.`;
}

function decided(
  findings: Findings,
  fetches: ReadonlyMap<string, KeysStep>,
  circumstances: Circumstances,
): Verdict {
  if (findings.isAllowed === undefined) return { decision: "unknown", ...undecided(findings) };
  if (findings.isAllowed) return { decision: "allowed", ...allowed(findings) };
  if (findings.reason === metadataTold)
    return { decision: "answered", why: refusalNamed(metadataTold)!.cause, remedies: [] };
  if (findings.reason === fetchFailed && circumstances.keyCalls !== undefined) {
    return { decision: "unknown", ...withoutKeys(findings, circumstances.keyCalls, fetches) };
  }
  if (findings.reason === fetchFailed) return { decision: "denied", ...fetchFailure(findings, fetches) };
  const refused = findings.tokens.findLast(({ token }) => token.status === findings.reason);
  if (refused !== undefined) return { decision: "denied", ...tokenRefused(refused, circumstances) };
  if (isDenial(findings.reason)) {
    return { decision: "denied", ...denied(findings, circumstances) };
  }
  const refusal = findings.reason === undefined ? undefined : refusalNamed(findings.reason);
  return {
    decision: "denied",
    why: missingText(findings.missing) ?? refusal?.cause ?? "The filter tells no reason.",
    remedies: refusal === undefined ? [] : [refusal.remedy],
  };
}

function missingText(missing: MissingToken | undefined): string | undefined {
  if (missing === undefined) return undefined;
  const { rule, origin, locations } = missing;
  const places = locations.map((one) => one.replace(/, prefix (.*)$/s, ' behind "$1"'));
  return `${jwtRuleName(rule, origin)} requires a token (presence: REQUIRED), and there is none in ${places.join(" or ")}.`;
}

function undecided({ tokens }: Findings): Reasons {
  const waits = tokens.some(({ token }) => token.status === "Jwks is being fetched");
  return {
    why: waits
      ? "The request waits for the keys of its token, and the log ends before they come."
      : "The log ends before the decision.",
    remedies: [],
  };
}

type Reasons = Pick<Explanation, "why" | "remedies">;

function allowed({ policies, principal, locations }: Findings): Reasons {
  const deciding = policies.find(({ decides }) => decides);
  const matched = deciding?.rules.find(({ matches }) => matches);
  const nobody =
    principal === undefined && locations.length > 0
      ? 'Requests without a token pass. To demand one, use a policy with requestPrincipals: ["*"].'
      : undefined;
  if (deciding !== undefined && matched !== undefined) {
    const denies = policies.some(({ action }) => action === "DENY");
    const tail = denies ? ", and no DENY rule does" : "";
    return { why: `${ruleText(deciding, matched)} matches${tail}.`, remedies: [] };
  }
  const why = policies.some(({ action }) => action === "DENY")
    ? "No DENY rule matches, and there is no ALLOW policy: whatever is not denied is allowed."
    : "No ALLOW or DENY policy applies: every request is allowed whose token, if it has one, is good.";
  return { why, remedies: nobody === undefined ? [] : [nobody] };
}

function denied(findings: Findings, circumstances: Circumstances): Reasons {
  const { reasons, policies } = findings;
  const [first] = reasons;
  if (first?.rule.matches === true) {
    return {
      why: `${ruleText(first.policy, first.rule)} matches: each of its conditions holds.`,
      // Where the filter can be asked, changes are tried (remedies/).
      remedies:
        circumstances.keyCalls === undefined
          ? ["To let such requests pass, narrow this rule: a DENY rule wins over every ALLOW rule."]
          : [],
    };
  }
  const why = `${nothingMatches(reasons, policies)}${identityText(findings)}`;
  // Where the filter can be asked, hints are tried as well.
  return {
    why,
    remedies: circumstances.keyCalls === undefined ? loggedRemedies(findings, circumstances) : [],
  };
}

function identityText({ principal, tokens, locations, exemption }: Findings): string {
  if (exemption !== undefined || principal !== undefined || tokens.length > 0) return "";
  return locations.length === 0
    ? " No rule has looked for a token."
    : " The request has no identity: no token was found.";
}

/** Which ALLOW rule was nearest, and what it lacked. */
function nothingMatches(reasons: readonly Reason[], policies: readonly PolicyFinding[]): string {
  const rules = reasons.filter(({ rule }) => rule.rule !== "rules");
  const [nearest] = rules;
  if (nearest === undefined) {
    const names = policies
      .filter(({ action }) => action === "ALLOW")
      .map(({ namespace, name }) => `${namespace}/${name}`);
    if (names.length === 0) return "No ALLOW rule matches.";
    return names.length === 1
      ? `ALLOW ${names[0]!} has no rules, so it allows no request, and there is no other ALLOW policy.`
      : `The ALLOW policies ${names.join(", ")} have no rules, so they allow no request.`;
  }
  const name = ruleText(nearest.policy, nearest.rule);
  const lacks = lacksText(nearest.rule);
  if (rules.length === 1) return `${name} is the only ALLOW rule, and it does not match: ${lacks}.`;
  return `None of the ${rules.length} ALLOW rules matches. The nearest is ${name}: ${lacks}.`;
}

/** `4 of 5 conditions hold, and it lacks methods (wants GET, sees POST)` */
export function lacksText({ nearness: near }: RuleFinding): string {
  const { lacking } = near;
  const held = heldText(near);
  const told = lacking.slice(0, maxLacking).map(lackText).join("; ");
  const more = lacking.length > maxLacking ? ` and ${lacking.length - maxLacking} more` : "";
  if (held === "") return `it lacks ${told}${more}`;
  return near.total === 1 ? `${held}: ${told}` : `${held}, and it lacks ${told}${more}`;
}

/** In a sentence. */
const maxLacking = 3;

function ruleText({ action, namespace, name }: PolicyFinding, { rule }: RuleFinding): string {
  return `${action} ${namespace}/${name} ${rule}`;
}

function tokenRefused({ token, key }: TokenFinding, { issuers, severalLines }: Circumstances): Reasons {
  const refusal = refusalNamed(token.status);
  const header = /^header ([^,]+)/.exec(token.location)?.[1] ?? "";
  const isNoToken = token.status.startsWith("Jwt is not in the form");
  const cause =
    isNoToken && severalLines.has(header.toLowerCase())
      ? `The request has several \`${header}\` headers, which count as one text: that is no token.`
      : (refusal?.cause ?? token.status);
  const remedies = refusal === undefined ? [] : [refusal.remedy];
  const { issuer } = token;
  if (token.status === "Jwt issuer is not configured" && issuer !== undefined && issuers !== undefined) {
    const near = issuers.find((one) => withoutSlash(one) === withoutSlash(issuer));
    if (near !== undefined)
      return { why: cause, remedies: [`${issuer} and ${near} differ in the slash at the end.`] };
    const known = issuers.length === 0 ? "no rule names one" : `the rules have ${issuers.join(", ")}`;
    return {
      why: cause,
      remedies: [`The token's issuer is ${issuer === "" ? "not named" : issuer}; ${known}.`],
    };
  }
  if (token.status.startsWith("Jwks doesn't have key") && key !== undefined && key.source !== "inline") {
    return {
      why: cause,
      remedies: [
        ...remedies,
        `The keys are those at ${key.source} now; the key may have been withdrawn since.`,
      ],
    };
  }
  return { why: cause, remedies };
}

const withoutSlash = (uri: string) => uri.replace(/\/$/, "");

/** The keys cannot be had here; a real Envoy may have them. */
function withoutKeys(
  { tokens }: Findings,
  calls: readonly KeyCall[],
  fetches: ReadonlyMap<string, KeysStep>,
): Reasons {
  const { token, key } = tokens.findLast((one) => one.token.status === fetchFailed) ?? {};
  const call = calls.findLast(({ outcome }) => outcome !== "given");
  const place = call?.uri ?? key?.source ?? "the issuer";
  const issuer = token?.ruleIssuer ?? key?.source ?? "issuer";
  const ended = call?.fault?.why ?? outcomeText(call?.outcome);
  return {
    why: `The token's signature cannot be checked: ${place} ${ended}${
      call?.outcome === 200 ? faultText(fetches.get(key?.source ?? "")) : ""
    }.`,
    remedies: [
      ...(call?.fault?.remedies ?? addressRemedies(call?.outcome)),
      `Give the keys in a file: --jwks ${issuer}=jwks.json`,
      "Or assume that the signature is valid, to see what the rest decides: --unverified",
    ],
  };
}

function outcomeText(outcome: KeyCall["outcome"]): string {
  if (outcome === "timeout") return "did not answer in time";
  if (outcome === "reset") return "broke off";
  if (outcome === "not allowed") return "is not asked for its keys because of --offline";
  if (outcome === 503) return "cannot be reached";
  return outcome === 200 ? "answered, but not with a key set" : `answered with status ${outcome ?? "none"}`;
}

/** What an answer without keys says about the address. */
function addressRemedies(outcome: KeyCall["outcome"]): string[] {
  if (typeof outcome !== "number") return [];
  // The filter follows none (assembly/keys/fetch_outcome.ts), and explain asks as it does.
  if (outcome >= 300 && outcome < 400)
    return [
      "Write the address that it leads to as jwksUri: the filter follows no redirect when it fetches keys.",
    ];
  return outcome === 404 || outcome === 410
    ? [
        "Look at jwksUri: jwks_uri in the issuer's /.well-known/openid-configuration is the address of its keys.",
      ]
    : [];
}

function fetchFailure({ tokens }: Findings, fetches: ReadonlyMap<string, KeysStep>): Reasons {
  const { key } = tokens.findLast(({ token }) => token.status === fetchFailed) ?? {};
  const fetch = key === undefined ? undefined : fetches.get(key.source);
  const refusal = refusalNamed(fetchFailed)!;
  const why = key === undefined ? refusal.cause : `${refusal.cause} They should come from ${key.source}.`;
  return {
    why:
      fetch === undefined
        ? why
        : `${why} The last fetch in this log ended with ${fetch.outcome}${faultText(fetch)}.`,
    remedies: [refusal.remedy],
  };
}

/** `: [kty] is missing in [keys] (key 0, kid a)`; empty if the fetch tells no reason. */
function faultText(fetch: KeysStep | undefined): string {
  if (fetch?.reason === undefined) return "";
  const { reason, found, key, kid } = fetch;
  const place = key === undefined ? "" : kid === undefined ? ` (key ${key})` : ` (key ${key}, kid ${kid})`;
  return `: ${reason}${place}${found === undefined ? "" : `; there is ${found}`}`;
}
