// An explanation as JSON: docs/explain.md describes the shape, which later versions only add to.

import { momentText } from "../../text/moment.js";
import type { ConditionFinding, Explanation, PolicyFinding, Reason, TokenFinding } from "../explanation.js";
import type { Origin } from "../origin.js";

/** What is not known is null. */
export function explanationJson(explanation: Explanation): object {
  const {
    now,
    answer,
    stream,
    locations,
    tokens,
    exemption,
    missing,
    policies,
    reasons,
    headers,
    remedies,
    ...rest
  } = explanation;
  return {
    decision: rest.decision,
    status: rest.status ?? null,
    reason: rest.reason ?? null,
    why: rest.why,
    remedies,
    request: rest.request,
    now: now === undefined ? null : momentText(now),
    stream: stream ?? null,
    principal: rest.principal ?? null,
    locations,
    tokens: tokens.map(tokenJson),
    exemption: exemption === undefined ? null : { at: exemption.at, source: sourceJson(exemption.origin) },
    missing:
      missing === undefined
        ? null
        : { rule: missing.rule, locations: missing.locations, source: sourceJson(missing.origin) },
    policies: policies.map(policyJson),
    reasons: reasons.slice(0, maxReasons).map(reasonJson),
    headers: headers.map(({ name, change, values }) => ({ name, change, values: values ?? null })),
    answer:
      answer === undefined
        ? null
        : { ...answer, headers: answer.headers.map(([name, value]) => ({ name, value })) },
  };
}

function tokenJson({ token, key, checks, origin }: TokenFinding): object {
  return {
    location: token.location,
    rule: token.rule ?? null,
    issuer: token.issuer ?? null,
    subject: token.subject ?? null,
    audiences: token.audiences,
    algorithm: token.alg ?? null,
    kid: token.kid ?? null,
    expires: token.exp ?? null,
    notBefore: token.nbf ?? null,
    status: token.status,
    keys:
      key === undefined
        ? null
        : {
            source: key.source,
            count: key.keys ?? null,
            fitting: key.fitting,
            verifiedBy: key.verifiedBy ?? null,
          },
    checks,
    source: sourceJson(origin),
  };
}

function policyJson({ action, namespace, name, decides, rules, origin }: PolicyFinding): object {
  return {
    action,
    namespace,
    name,
    decides,
    rules: rules.map((rule) => ({
      rule: rule.rule,
      name: rule.name,
      matches: rule.matches,
      failed: rule.failed === undefined ? null : conditionJson(rule.failed),
      conditions: rule.conditions.map(conditionJson),
      source: sourceJson(rule.origin),
    })),
    source: sourceJson(origin),
  };
}

/** The others are in `policies`. */
const maxReasons = 20;

function reasonJson({ policy, rule }: Reason): object {
  const { held, total, lacking } = rule.nearness;
  return {
    action: policy.action,
    namespace: policy.namespace,
    name: policy.name,
    rule: rule.rule,
    matches: rule.matches,
    held: held ?? null,
    of: total ?? null,
    lacks: rule.matches ? [] : lacking.map(conditionJson),
    source: sourceJson(rule.origin),
  };
}

function conditionJson({ place, met, wants, sees, origin }: ConditionFinding): object {
  return { place, met, wants, sees, source: sourceJson(origin) };
}

/** Where something stands in the user's files; null where that is not known. */
export function sourceJson(origin: Origin | undefined): object | null {
  if (origin === undefined) return null;
  const { at, resource } = origin;
  return { resource: resource ?? null, file: at.file, line: at.line, column: at.column };
}
