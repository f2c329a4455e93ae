// What would let a refused request pass: each change is made and put to the filter, and told only if the answer is another then.

import { isDenial } from "../evaluation/outcomes.js";
import type { Evaluation } from "../evaluation/evaluation.js";
import { isNegative, keyOf, withoutKey } from "../evaluation/condition-place.js";
import { issuersIn, jwtRulesIn } from "../plugin-config/jwt-rules.js";
import { isObject, objectsIn, textsIn } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";
import { unverifiedClaims, unverifiedHeader } from "../tokens/unverified-token.js";
import { conditionHints, maxHinted, maxHints, type Known, type ProposedChange } from "./condition-hints.js";
import type { ConditionFinding, Explanation, Reason } from "./explanation.js";
import { isTypedClaim, wantedClaim } from "../extensions/wanted-claim.js";
import { tokenPlaceholder, type DescribedRequest, type Question } from "./question.js";

/** Asks the filter about a changed question; undefined if there is no such question, as where the filter refuses the changed policies. */
export type Ask = (question: Question) => Promise<Evaluation | undefined>;

interface Trial {
  readonly text: string;
  readonly question: Question;
}

/** So many changes are tried; and so many that help are told. */
const maxTrials = 16;
const maxRemedies = 4;

/** What helps, and what is known not to: every denial ends in a sentence about what to do. */
export async function triedRemedies(
  explanation: Explanation,
  question: Question,
  ask: Ask,
): Promise<string[]> {
  const helping: string[] = [];
  for (const { text, question: changed } of trialsOf(explanation, question).slice(0, maxTrials)) {
    if (helping.length >= maxRemedies || helping.includes(text)) continue;
    if ((await ask(changed))?.decision === "allowed") helping.push(text);
  }
  if (!isDenial(explanation.reason) || helping.length > 0) return helping;
  return [await policyRemedy(explanation, question, ask)];
}

/**
 * What people get wrong about the conditions of the nearest rules. A sentence that proposes a change is told if the rule matches with it, and not
 * without it, were its other conditions met.
 */
export async function triedHints(
  { reason, reasons, principal }: Explanation,
  question: Question,
  ask: Ask,
  known: Omit<Known, "isLog">,
): Promise<string[]> {
  if (!isDenial(reason) || reasons[0]?.rule.matches === true) return [];
  const told = new Set<string>();
  for (const { rule } of reasons.slice(0, maxHinted)) {
    for (const condition of rule.nearness.lacking) {
      const others = rule.nearness.lacking.filter((one) => one !== condition);
      const lacking = changedRule(question.configuration, rule.at, (one) => others.reduce(widened, one));
      const isAllowed = async (configuration: JsonObject) =>
        (await ask({ ...question, configuration }))?.decision === "allowed";
      let without: boolean | undefined;
      for (const { text, change } of conditionHints(condition, principal, { ...known, isLog: false })) {
        if (told.size >= maxHints) break;
        if (change !== undefined) {
          without ??= await isAllowed(lacking);
          if (without || !(await isAllowed(withChange(lacking, rule.at, condition, change)))) continue;
        }
        told.add(text);
        break;
      }
    }
  }
  return [...told];
}

function withChange(
  configuration: JsonObject,
  at: string,
  { place }: ConditionFinding,
  { values, paths, spaceDelimited, issuer }: ProposedChange,
): JsonObject {
  if (spaceDelimited !== undefined) {
    const split = (rule: JsonObject) => ({
      ...rule,
      spaceDelimitedClaims: [...textsIn(rule["spaceDelimitedClaims"]), spaceDelimited],
    });
    const authentications = objectsIn(configuration["requestAuthentications"]).map((one) => ({
      ...one,
      jwtRules: objectsIn(one["jwtRules"]).map(split),
    }));
    return { ...configuration, requestAuthentications: authentications };
  }
  return changedRule(configuration, at, (rule) => {
    if (issuer !== undefined) {
      const others = Object.fromEntries(Object.entries(rule).filter(([name]) => name !== "from"));
      const asks = { key: "request.auth.claims[iss]", values: [issuer] };
      return { ...others, when: [...objectsIn(rule["when"]), asks] };
    }
    const changed = withValues(rule, place, (old) =>
      textsIn(old).flatMap((one) => (one === values?.want ? values.by : [one])),
    );
    return paths === undefined
      ? changed
      : withValues(changed, place.replace(/methods$/, "paths"), (old) => [...textsIn(old), ...paths]);
  });
}

/** Policies that only watch: whether the request would be refused if they did not. Undefined if not. */
export async function inEarnest(question: Question, ask: Ask): Promise<string | undefined> {
  const { configuration } = question;
  const policies = objectsIn(configuration["authorizationPolicies"]);
  if (policies.every(({ dryRun }) => dryRun !== true)) return undefined;
  const enforced = policies.map((policy) => ({ ...policy, dryRun: false }));
  const evaluation = await ask({
    ...question,
    configuration: { ...configuration, authorizationPolicies: enforced },
  });
  if (evaluation === undefined || evaluation.decision === "allowed") return undefined;
  const by =
    evaluation.policy === undefined ? "no ALLOW rule would match" : `${evaluation.policy} would refuse it`;
  return `A policy here is a dry run: in earnest this request would be denied, since ${by}.`;
}

function trialsOf(explanation: Explanation, question: Question): Trial[] {
  if (!isDenial(explanation.reason)) return withoutToken(explanation, question);
  const trials = [
    ...preflight(explanation, question),
    ...unreadTokens(explanation, question),
    ...missingPrefix(explanation, question),
  ];
  const [first] = explanation.reasons;
  if (first?.rule.matches === true) return [...trials, ...againstDeny(first, question)];
  return [...trials, ...explanation.reasons.slice(0, 5).flatMap((reason) => towardsAllow(reason, question))];
}

/** A token that is there has to be good, whatever the policies say. */
function withoutToken({ locations }: Explanation, question: Question): Trial[] {
  const places = locations.filter(({ tokens }) => tokens > 0).map(({ location }) => location);
  if (places.length === 0) return [];
  const bare = places.reduce(withoutPlace, question.request);
  const request = { ...bare, headers: bare.headers.filter(([, value]) => !value.includes(tokenPlaceholder)) };
  return [
    {
      text: "A token that is there must be good, whatever the policies say: the same request without any token is allowed.",
      question: { ...question, token: undefined, request },
    },
  ];
}

function withoutPlace(request: DescribedRequest, location: string): DescribedRequest {
  const [, kind, name = ""] = /^(header|parameter|cookie) ([^,]*)/.exec(location) ?? [];
  if (kind === "parameter") {
    const [path = "", query = ""] = request.path.split("?");
    const rest = query.split("&").filter((part) => part !== "" && part.split("=")[0] !== name);
    return { ...request, path: rest.length === 0 ? path : `${path}?${rest.join("&")}` };
  }
  const headers = request.headers.flatMap(([field, value]): (readonly [string, string])[] => {
    const lower = field.toLowerCase();
    if (kind === "header") return lower === name.toLowerCase() ? [] : [[field, value]];
    if (lower !== "cookie") return [[field, value]];
    const rest = value.split(/;\s*/).filter((part) => part.split("=")[0] !== name);
    return rest.length === 0 ? [] : [[field, rest.join("; ")]];
  });
  return { ...request, headers };
}

const headerOf = ({ headers }: DescribedRequest, wanted: string) =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1];

/** Browsers ask whether they may ask, and send no token with that. */
function preflight({ reasons, request: told }: Explanation, question: Question): Trial[] {
  const { request, configuration } = question;
  const asks = headerOf(request, "access-control-request-method") !== undefined;
  if (told.method !== "OPTIONS" || !asks) return [];
  const [first] = reasons;
  const policies = objectsIn(configuration["authorizationPolicies"]);
  const lead = "This is a CORS preflight, and browsers send those without a token:";
  if (first?.rule.matches === true) {
    const changed = changedRule(configuration, first.rule.at, (rule) => {
      const operations = objectsIn(rule["to"]);
      const list = operations.length === 0 ? [{ operation: {} }] : operations;
      return {
        ...rule,
        to: list.map(({ operation }) => ({
          operation: { ...(operation as JsonObject), notMethods: ["OPTIONS"] },
        })),
      };
    });
    return [
      {
        text: `${lead} add notMethods: ["OPTIONS"] to ${nameOf(first)}.`,
        question: { ...question, configuration: changed },
      },
    ];
  }
  const open = { to: [{ operation: { methods: ["OPTIONS"] } }] };
  const extra = { name: "preflight", namespace: "preflight", action: "ALLOW", rules: [open] };
  return [
    {
      text: `${lead} let it pass by a rule of its own, to: [{ operation: { methods: ["OPTIONS"] } }].`,
      question: {
        ...question,
        configuration: { ...configuration, authorizationPolicies: [...policies, extra] },
      },
    },
  ];
}

/** A token nobody reads: no RequestAuthentication applies, or none looks where it is. */
function unreadTokens({ principal, locations }: Explanation, question: Question): Trial[] {
  const { request, configuration, elsewhere = [] } = question;
  if (principal !== undefined) return [];
  const found = tokensIn(request, question);
  if (found.length === 0) return [];
  const authentications = objectsIn(configuration["requestAuthentications"]);
  const trials: Trial[] = [];
  if (locations.length === 0 || authentications.length === 0) {
    for (const { name, why, entry } of elsewhere) {
      const changed = { ...configuration, requestAuthentications: [...authentications, entry] };
      trials.push({
        text: `No RequestAuthentication that applies to this workload reads the token. ${name} would, but it ${why}.`,
        question: { ...withClaimsOf(found[0]!, question), configuration: changed },
      });
    }
  }
  for (const { place, text, kind, name } of found) {
    const claims = unverifiedClaims(text);
    if (claims === undefined || locations.some(({ location }) => location.startsWith(place))) continue;
    const moved = withoutPlace(request, place);
    const field =
      kind === "cookie"
        ? `fromCookies: [${name}]`
        : kind === "parameter"
          ? `fromParams: [${name}]`
          : `fromHeaders: [{ name: ${name} }]`;
    trials.push({
      text: `There is a token in the ${place}, where no JWT rule looks: add ${field} to the rule of ${issuerText(claims)}, or send it where the rule looks.`,
      question: { ...question, request: moved, token: { claims } },
    });
  }
  return trials;
}

/** The question with the claims of a token that the request has somewhere: its signature is another matter. */
function withClaimsOf({ place, text }: FoundToken, question: Question): Question {
  if (question.token !== undefined && "claims" in question.token) return question;
  const claims = unverifiedClaims(text);
  if (claims === undefined) return question;
  return { ...question, request: withoutPlace(question.request, place), token: { claims } };
}

const issuerText = ({ iss }: JsonObject) => (typeof iss === "string" ? iss : "its issuer");

interface FoundToken {
  readonly kind: "header" | "cookie" | "parameter";
  readonly name: string;
  /** `cookie session` */
  readonly place: string;
  readonly text: string;
}

const looksLikeToken = (text: string) =>
  /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text) && unverifiedHeader(text) !== undefined;

/** Everything in a request that looks like a token. */
function tokensIn(request: DescribedRequest, { token }: Question): FoundToken[] {
  const given = token !== undefined && "text" in token ? token.text : undefined;
  const found: FoundToken[] = [];
  const add = (kind: FoundToken["kind"], name: string, value: string) => {
    const text = given === undefined ? value : value.replaceAll(tokenPlaceholder, given);
    if (looksLikeToken(text)) found.push({ kind, name, place: `${kind} ${name}`, text });
  };
  for (const [field, value] of request.headers) {
    const name = field.toLowerCase();
    if (name === "cookie") {
      for (const part of value.split(/;\s*/))
        add("cookie", part.split("=")[0]!, part.slice(part.indexOf("=") + 1));
    } else add("header", name, value.replace(/^\w+ +/, ""));
  }
  for (const part of (request.path.split("?")[1] ?? "").split("&")) {
    add("parameter", part.split("=")[0]!, part.slice(part.indexOf("=") + 1));
  }
  if (token !== undefined && found.length === 0) {
    found.push({ kind: "header", name: "authorization", place: "header authorization", text: given ?? "" });
  }
  return found;
}

/** The header is there, without the word in front of the token. */
function missingPrefix({ locations, principal }: Explanation, question: Question): Trial[] {
  if (principal !== undefined) return [];
  return locations.flatMap(({ location, present, tokens }): Trial[] => {
    const [, name, prefix] = /^header ([^,]*), prefix (.*)$/s.exec(location) ?? [];
    if (!present || tokens > 0 || name === undefined || prefix === undefined) return [];
    const [token] = tokensIn(question.request, question).filter(({ place }) => place === `header ${name}`);
    const text = `The header ${name} lacks "${prefix}" in front of the token.`;
    if (question.token === undefined && token !== undefined)
      return [{ text, question: withClaimsOf(token, question) }];
    const headers = question.request.headers.map(([field, value]) =>
      field.toLowerCase() === name.toLowerCase()
        ? ([field, prefix + value.replace(/^\w+ +/, "")] as const)
        : ([field, value] as const),
    );
    return [
      {
        text,
        question: { ...question, request: { ...question.request, headers } },
      },
    ];
  });
}

/** What a caller would have to bring, under construction. */
interface Draft {
  question: Question;
  claims: JsonObject | undefined;
  readonly hadToken: boolean;
  readonly token: string[];
  readonly others: string[];
}

function draftOf(question: Question): Draft {
  const { token } = question;
  const [found] = token === undefined ? tokensIn(question.request, question) : [];
  const claims =
    token === undefined
      ? found === undefined
        ? undefined
        : unverifiedClaims(found.text)
      : "text" in token
        ? unverifiedClaims(token.text)
        : (token.claims as JsonObject);
  const request = found === undefined ? question.request : withoutPlace(question.request, found.place);
  return {
    question: { ...question, request },
    claims,
    hadToken: claims !== undefined,
    token: [],
    others: [],
  };
}

function finished({ question, claims, hadToken, token, others }: Draft): Trial["question"] | undefined {
  // One that brings nothing else than it has brought.
  if (others.length === 0 && (token.length === 0 || (hadToken && token.every((one) => one === ""))))
    return undefined;
  return hadToken || token.length > 0
    ? { ...question, token: { claims: withAudience(claims ?? {}, question) } }
    : question;
}

/** A token of the issuer is for somebody whom its rule takes. */
function withAudience(claims: JsonObject, { configuration }: Question): JsonObject {
  if (claims["aud"] !== undefined) return claims;
  const rules = jwtRulesIn(configuration);
  const rule = rules.find(({ issuer }) => issuer === claims["iss"]) ?? rules[0];
  const [audience] = textsIn(rule?.["audiences"]);
  return audience === undefined ? claims : { ...claims, aud: audience };
}

function sentence({ hadToken, token, others, claims, question }: Draft, tail: string): string {
  const issuer = claims?.["iss"] ?? [...issuersIn(question.configuration)][0];
  const whose = hadToken ? "a token" : `a token of ${typeof issuer === "string" ? issuer : "the issuer"}`;
  const parts =
    token.length === 0
      ? others
      : [
          [whose, ...token.filter((one) => one !== "")]
            .join(" with ")
            .replace(/ with ([^]*) with /, " with $1 and "),
          ...others,
        ];
  return `Send ${parts.join(", and ")}: ${tail}`;
}

/** All that a rule lacks, brought by the caller. */
function towardsAllow(reason: Reason, question: Question): Trial[] {
  const { lacking } = reason.rule.nearness;
  const draft = draftOf(question);
  if (lacking.length === 0 || !lacking.every((condition) => bring(condition, draft))) return [];
  const changed = finished(draft);
  return changed === undefined
    ? []
    : [{ text: sentence(draft, `${nameOf(reason)} lets it pass then.`), question: changed }];
}

/** One of the conditions of a DENY rule, no longer met. */
function againstDeny(reason: Reason, question: Question): Trial[] {
  return reason.rule.conditions.flatMap((condition): Trial[] => {
    const draft = draftOf(question);
    if (!isNegative(condition.place) || !bring({ ...condition, place: positive(condition.place) }, draft))
      return [];
    const changed = finished(draft);
    return changed === undefined
      ? []
      : [{ text: sentence(draft, `${nameOf(reason)} does not match then.`), question: changed }];
  });
}

const positive = (place: string) =>
  place.replace(/\.not([A-Z])/, (_, letter: string) => `.${letter.toLowerCase()}`);

/** Changes what the caller brings so that the condition is met; false if no caller can, or it would be another request. */
function bring({ place, wants, sees }: ConditionFinding, draft: Draft): boolean {
  // No certificate has the scheme twice.
  const [want] = wants.filter((one) => !one.startsWith("spiffe://"));
  if (want === undefined || isNegative(place)) return false;
  const key = keyOf(place);
  const field = key ?? /(\w+)$/.exec(withoutKey(place))?.[1] ?? "";
  const value = example(want);
  const { question } = draft;
  const request = (change: Partial<DescribedRequest>, text: string) => {
    draft.question = { ...question, request: { ...question.request, ...change } };
    draft.others.push(text);
    return true;
  };
  if (field === "requestPrincipals" || field === "request.auth.principal") return bringPrincipal(want, draft);
  const claim = /^request\.auth\.claims((?:\[[^\]]*\])+)$/.exec(field)?.[1];
  if (claim !== undefined) {
    const path = [...claim.matchAll(/\[([^\]]*)\]/g)].map(([, name]) => name!);
    const typed = isTypedClaim(place) ? wantedClaim(place, want) : { value };
    if (typed === undefined) return false;
    draft.claims = withClaim(draft.claims ?? {}, path, typed.value);
    const text = isTypedClaim(place) ? JSON.stringify(typed.value) : wantText(wants);
    draft.token.push(`${text} in its claim ${path.join(".")}`);
    return true;
  }
  if (field === "request.auth.audiences" || field === "request.auth.presenter") {
    const name = field.endsWith("s") ? "aud" : "azp";
    draft.claims = { ...draft.claims, [name]: value };
    draft.token.push(`${wantText(wants)} as its ${name}`);
    return true;
  }
  const header = /^request\.headers\[(.*)\]$/.exec(field)?.[1];
  if (header !== undefined) {
    const rest = question.request.headers.filter(([name]) => name.toLowerCase() !== header.toLowerCase());
    return request({ headers: [...rest, [header, value]] }, `the header ${header}: ${wantText(wants)}`);
  }
  if (field === "methods" && /^[A-Z]+$/.test(want))
    return request({ method: value }, `${wantText(wants)} in place of ${sees[0] ?? "that"}`);
  if (["ipBlocks", "source.ip"].includes(field))
    return request({ peer: addressIn(want) }, `it from ${wantText(wants)} (--peer)`);
  if (["remoteIpBlocks", "remote.ip"].includes(field))
    return request({ remote: addressIn(want) }, `it from ${wantText(wants)} (--remote)`);
  if (field === "connection.sni")
    return request({ serverName: value }, `the server name ${wantText(wants)} in TLS (--sni)`);
  if (field === "principals" || field === "source.principal") {
    return request(
      { certificate: { uriSan: `spiffe://${value}` } },
      `it with the client certificate of ${wantText(wants)} (--principal)`,
    );
  }
  if (field === "namespaces" || field === "source.namespace") {
    const principal = `cluster.local/ns/${value}/sa/default`;
    return request(
      { certificate: { uriSan: `spiffe://${principal}` } },
      `it from the namespace ${wantText(wants)} in mTLS (--principal ${principal})`,
    );
  }
  return false;
}

/** `iss/sub`: the issuer has to be one whose tokens are read. */
function bringPrincipal(want: string, draft: Draft): boolean {
  const issuers = [...issuersIn(draft.question.configuration)];
  const issuer =
    issuers.find((one) => want.startsWith(`${one}/`)) ?? (want.startsWith("*") ? issuers[0] : undefined);
  if (issuer === undefined) return false;
  const old = draft.claims?.["sub"];
  const rest = want.startsWith("*") ? want.slice(1).replace(/^.*\//, "") : want.slice(issuer.length + 1);
  const anybody = rest === "" || rest === "*";
  const sub = anybody ? (typeof old === "string" && old !== "" ? old : "anybody") : example(rest);
  draft.claims = { ...draft.claims, iss: issuer, sub };
  const lacksSub = draft.hadToken && (old === undefined || old === "");
  draft.token.push(
    anybody
      ? lacksSub
        ? "a sub, since a principal is iss/sub and this token has no sub"
        : ""
      : `the sub ${rest}`,
  );
  return true;
}

function withClaim(claims: JsonObject, [name, ...rest]: readonly string[], value: Json): JsonObject {
  if (name === undefined) return claims;
  const old = claims[name];
  if (rest.length > 0) return { ...claims, [name]: withClaim(isObject(old) ? old : {}, rest, value) };
  return { ...claims, [name]: value };
}

const wantText = (wants: readonly string[]) => wants.slice(0, 3).join(" or ");

/** A text that a pattern takes. */
function example(pattern: string): string {
  if (pattern === "*") return "x";
  if (pattern.startsWith("*")) return `x${pattern.slice(1)}`;
  return pattern.endsWith("*") ? `${pattern.slice(0, -1)}x` : pattern;
}

const addressIn = (block: string) => block.replace(/\/.*$/, "");

const nameOf = ({ policy, rule }: Reason) =>
  `${policy.action} ${policy.namespace}/${policy.name} ${rule.rule}`;

/** No caller can help: what the policy would have to say. */
async function policyRemedy(
  { reasons, request }: Explanation,
  question: Question,
  ask: Ask,
): Promise<string> {
  const nobody = "No token and no header of the caller lets this request pass:";
  const [first] = reasons;
  if (first === undefined) return `${nobody} it takes another policy.`;
  if (first.rule.matches) {
    const without = changedPolicies(question.configuration, first.rule.at);
    const { decision, policy, answer } = (await ask({ ...question, configuration: without })) ?? {};
    if (decision === "allowed") {
      return `${nobody} to let such requests pass, narrow ${nameOf(first)}; a DENY rule wins over every ALLOW rule, and without this one the request is allowed.`;
    }
    const then =
      policy === undefined
        ? `no ALLOW rule would match (${answer?.status ?? 403})`
        : `${policy} would refuse it`;
    return `${nobody} ${nameOf(first)} refuses it, and without that rule ${then}.`;
  }
  if (first.rule.rule === "rules")
    return `${nobody} the ALLOW policies have no rules. Add one for ${request.method} ${request.path}.`;
  const wider = changedRule(question.configuration, first.rule.at, (rule) =>
    first.rule.nearness.lacking.reduce<JsonObject>((changed, condition) => widened(changed, condition), rule),
  );
  const decision = (await ask({ ...question, configuration: wider }))?.decision;
  const lacks = first.rule.nearness.lacking.map(
    ({ place, sees }) =>
      `${place}${sees.length === 0 ? "" : ` would have to take ${sees.slice(0, 3).join(", ")}`}`,
  );
  return decision === "allowed"
    ? `${nobody} to allow it, change the nearest rule, ${nameOf(first)}: ${lacks.join("; ")}. Or write a rule of its own.`
    : `${nobody} it takes a rule of its own.`;
}

/** The rule with a condition that takes what it sees, or without it where it sees nothing. */
const widened = (rule: JsonObject, { place, sees }: ConditionFinding): JsonObject =>
  withValues(rule, place, () => (sees.length === 0 || isNegative(place) ? [] : [...sees]));

/** The rule with other values in a list of it. */
function withValues(rule: JsonObject, place: string, values: (old: Json | undefined) => Json): JsonObject {
  const path = [...withoutKey(place).matchAll(/[^.[\]]+/g)].map(([name]) => name);
  const change = (holder: Json, [name, ...rest]: readonly string[]): Json => {
    if (name === undefined) return holder;
    if (Array.isArray(holder))
      return holder.map((item, i) => (i === Number(name) ? change(item, rest) : item));
    if (!isObject(holder)) return holder;
    if (rest.length > 0) return { ...holder, [name]: change(holder[name] ?? {}, rest) };
    return { ...holder, [name]: values(holder[name]) };
  };
  return change(rule, path) as JsonObject;
}

function changedRule(
  configuration: JsonObject,
  at: string,
  change: (rule: JsonObject) => JsonObject,
): JsonObject {
  return withRules(configuration, at, (rules, index) =>
    rules.map((rule, i) => (i === index ? change(rule) : rule)),
  );
}

/** The configuration without a rule. */
const changedPolicies = (configuration: JsonObject, at: string): JsonObject =>
  withRules(configuration, at, (rules, index) => rules.filter((_, i) => i !== index));

function withRules(
  configuration: JsonObject,
  at: string,
  change: (rules: readonly JsonObject[], index: number) => JsonObject[],
): JsonObject {
  const [, list, policy, rule] =
    /^(authorizationPolicies|extensions\.claimPolicies)\[(\d+)\]\.rules\[(\d+)\]$/.exec(at) ?? [];
  const changed = (policies: Json | undefined) =>
    objectsIn(policies).flatMap((one, i) => {
      if (i !== Number(policy)) return [one];
      const rules = change(objectsIn(one["rules"]), Number(rule));
      // A policy without rules would be another one: a DENY policy is gone with its last rule.
      return rules.length === 0 ? [] : [{ ...one, rules }];
    });
  if (list !== "extensions.claimPolicies")
    return { ...configuration, authorizationPolicies: changed(configuration["authorizationPolicies"]) };
  const { extensions } = configuration;
  if (!isObject(extensions)) return configuration;
  const { claimPolicies, ...others } = extensions;
  const left = changed(claimPolicies);
  // An empty list is refused.
  return { ...configuration, extensions: left.length === 0 ? others : { ...others, claimPolicies: left } };
}
