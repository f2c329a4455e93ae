// From the steps that the filter told of one request to its explanation.

import { changeWord, type Evaluation } from "../evaluation/evaluation.js";
import {
  missedToken,
  stepsNamed,
  type ConditionStep,
  type DecisionStep,
  type ExemptionStep,
  type HeaderStep,
  type KeysStep,
  type KeyStep,
  type LocationStep,
  type PolicyStep,
  type Step,
  type TokenStep,
} from "../evaluation/step.js";
import { grouped, hasNoRules, nearestFirst, nearness } from "../evaluation/nearness.js";
import { asPoliciesWrite } from "../evaluation/condition-place.js";
import { isDenial, refusalNamed } from "../evaluation/outcomes.js";
import type {
  ConditionFinding,
  ExemptionFinding,
  Explanation,
  HeaderFinding,
  LocationFinding,
  MissingToken,
  PolicyFinding,
  Reason,
  RuleFinding,
  TokenFinding,
} from "./explanation.js";
import type { Origins } from "./origin.js";
import { parseRuleName } from "../policy-model/rule-name.js";
import { checksOf, type TokenContext } from "./token-checks.js";
import { verdictOf, type Circumstances } from "./verdict.js";

/**
 * Explains one request.
 * @param given its steps, in order; of a request that has waited for keys, and was judged anew, the last time counts
 * @param evaluation if the filter was asked here; undefined where the steps come from a log
 */
export function explainSteps(
  given: readonly Step[],
  evaluation: Evaluation | undefined,
  origins: Origins,
  circumstances: Circumstances,
): Explanation {
  const begin = given.findLastIndex(({ step }) => step === "request");
  const steps = given.filter(({ step }, i) => step === "keys" || i >= begin);
  const all = <Name extends Step["step"]>(name: Name) => stepsNamed(steps, name);
  const last = <Name extends Step["step"]>(name: Name) => all(name).at(-1);
  const decision = last("decision");
  const reason = evaluation === undefined ? decision?.status : evaluation.reason;
  const request = last("request");
  const tokens = tokenFindings(all("token"), all("key"), origins, circumstances.token);
  const policies = policyFindings(all("policy"), all("condition"), decision, origins);
  const told = {
    status: evaluation === undefined ? statusOf(reason) : evaluation.answer?.status,
    reason,
    answer: evaluation?.answer,
    request: {
      method: request?.method ?? "",
      authority: request?.authority ?? "",
      path: request?.path ?? "",
    },
    now: all("token").find(({ now }) => now !== undefined)?.now,
    stream: evaluation === undefined ? request?.stream : undefined,
    principal: evaluation === undefined ? principalOf(steps) : evaluation.principal,
    locations: locationFindings(all("location")),
    tokens,
    exemption: exemptionOf(last("exemption"), origins),
    missing: reason === "Jwt is missing" ? missingToken(steps, origins) : undefined,
    policies,
    headers: evaluation === undefined ? loggedChanges(all("header")) : changesOf(evaluation),
  };
  const result = evaluation === undefined ? decision?.result : evaluation.decision;
  const isAllowed = result === undefined ? undefined : result === "allowed";
  const reasons = reasonsOf(policies, isAllowed === false && isDenial(reason));
  const findings = { ...told, reasons };
  return { ...findings, ...verdictOf({ ...findings, isAllowed }, fetchesOf(all("keys")), circumstances) };
}

const exemptionOf = (step: ExemptionStep | undefined, origins: Origins): ExemptionFinding | undefined =>
  step === undefined ? undefined : { at: step.at, origin: origins(step.at) };

const statusOf = (reason: string | undefined) =>
  reason === undefined ? undefined : refusalNamed(reason)?.httpStatus;

const fetchesOf = (steps: readonly KeysStep[]) => new Map(steps.map((step) => [step.uri, step]));

/** Rules that look in the same places are one line to a reader. */
function locationFindings(steps: readonly LocationStep[]): LocationFinding[] {
  const found = new Map<string, LocationFinding>();
  for (const { location, present, tokens } of steps) {
    const known = found.get(location);
    found.set(location, {
      location,
      present: present || known?.present === true,
      tokens: Math.max(tokens, known?.tokens ?? 0),
    });
  }
  return [...found.values()];
}

function missingToken(steps: readonly Step[], origins: Origins): MissingToken | undefined {
  const missed = missedToken(steps);
  return missed === undefined ? undefined : { ...missed, origin: origins(missed.rule) };
}

/** With several rules, those that refused a token are asked again (docs/operations.md): the last word counts. */
function tokenFindings(
  tokens: readonly TokenStep[],
  keys: readonly KeyStep[],
  origins: Origins,
  context: TokenContext,
): TokenFinding[] {
  const found = new Map<string, TokenStep>();
  for (const token of tokens) found.set(JSON.stringify([token.rule, token.location, token.status]), token);
  const unruled = [...found.values()];
  const kept = unruled.filter(
    ({ rule, status }) =>
      rule !== undefined || !unruled.some((one) => one.rule !== undefined && one.status === status),
  );
  return kept.map((token) => {
    const key = keys.findLast(({ rule }) => rule === token.rule);
    const checks = checksOf(token, key, context);
    const origin = token.rule === undefined ? undefined : origins(token.rule);
    if (context.signedHere === undefined) return { token, key, checks, origin };
    // Nobody has to do with the throw-away key.
    return { token: { ...token, alg: undefined, kid: undefined }, key: undefined, checks, origin };
  });
}

function principalOf(steps: readonly Step[]): string | undefined {
  const authentication = steps.findLast((step) => step.step === "authentication");
  if (authentication?.rule === undefined) return undefined;
  const token = steps.findLast(
    (step): step is TokenStep =>
      step.step === "token" && step.rule === authentication.rule && step.status === "OK",
  );
  return token === undefined ? undefined : `${token.issuer ?? ""}/${token.subject ?? ""}`;
}

function policyFindings(
  rules: readonly PolicyStep[],
  conditions: readonly ConditionStep[],
  decision: DecisionStep | undefined,
  origins: Origins,
): PolicyFinding[] {
  const byRule = grouped(conditions, ({ rule }) => rule);
  const byPolicy = grouped(rules, ({ at }) => at.replace(/\.rules\[\d+\]$/, ""));
  return [...byPolicy].map(([at, steps]) => {
    const { namespace, policy } = parseRuleName(steps[0]!.rule) ?? { namespace: "", policy: steps[0]!.rule };
    return {
      action: steps[0]!.action,
      namespace,
      name: policy,
      decides: steps.some(({ rule }) => rule === decision?.policy),
      rules: steps.map((step) => ruleFinding(step, byRule.get(step.rule) ?? [], origins)),
      origin: origins(at),
    };
  });
}

function ruleFinding(step: PolicyStep, conditions: readonly ConditionStep[], origins: Origins): RuleFinding {
  const { rule, at, matches, failed } = step;
  const located = <T extends { readonly place: string; readonly sees: readonly string[] }>(condition: T) => ({
    ...asPoliciesWrite(condition),
    origin: origins(`${at}.${condition.place}`),
  });
  const isRule = !hasNoRules(step);
  const first = failed === undefined || !isRule ? undefined : { ...located(failed), met: false };
  const all = conditions.map(({ place, met, wants, sees }): ConditionFinding =>
    located({ place, met, wants, sees }),
  );
  return {
    rule: isRule ? at.slice(at.lastIndexOf(".") + 1) : "rules",
    name: rule,
    at,
    matches,
    failed: first,
    nearness: nearness<ConditionFinding>(all, first),
    conditions: all,
    origin: origins(at),
  };
}

/** The rule that decided; of a request that no rule decided, if it is refused, those of ALLOW policies. No other can be the reason. */
function reasonsOf(policies: readonly PolicyFinding[], isDenied: boolean): Reason[] {
  const reasons = policies.flatMap((policy) => policy.rules.map((rule) => ({ policy, rule })));
  const deciding = reasons.find(({ policy, rule }) => policy.decides && rule.matches);
  if (deciding !== undefined) return [deciding];
  if (!isDenied) return [];
  const candidates = reasons.filter(({ policy }) => policy.action === "ALLOW");
  return nearestFirst(
    candidates.map((one) => ({ ...one, at: one.rule.at, nearness: one.rule.nearness })),
  ).map(({ policy, rule }) => ({ policy, rule }));
}

const loggedChanges = (steps: readonly HeaderStep[]) =>
  steps.map(({ name, change }): HeaderFinding => ({ name, change, values: undefined }));

function changesOf({ headerChanges }: Evaluation): HeaderFinding[] {
  return headerChanges.map((one) => ({
    name: one.name,
    change: changeWord(one),
    values: one.after.length === 0 ? undefined : one.after,
  }));
}
