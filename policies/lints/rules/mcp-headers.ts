// JP241: a rule on the headers of the Model Context Protocol that a client can pass by: where the server speaks a revision that does not hold headers to the
// body (before 2026-07-28, SEP-2243), or where a name is denied that can be written otherwise (`=?base64?…?=`).

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import type { Constraint, PolicyModel, RuleModel } from "../../policy-model/rule-model.js";

const firstRevision = "2026-07-28";

export const mcpHeaders: Lint = ({ authorizationPolicies }) => authorizationPolicies.flatMap(judge);

function judge({ policy, action, rules }: PolicyModel): Finding[] {
  return rules.flatMap((rule) => {
    const found = rule.conditions.find(
      (one) => isMcp(one, "method") || isMcp(one, "name") || isMcp(one, "param-"),
    );
    if (found === undefined || action === "AUDIT") return [];
    const { resource } = policy;
    const denied = deniedName(rule, action);
    if (denied !== undefined) {
      return remark({
        id: "JP241",
        resource,
        at: denied.at,
        message: `a client can write a name in Base64 (=?base64?…?=), which the server decodes and this condition does not: it is passed by`,
        remedy: "name what is allowed, under values of an ALLOW rule",
      });
    }
    if (action === "DENY" || holdsHeaders(rule)) return [];
    return remark({
      id: "JP241",
      resource,
      at: found.at,
      message: `a server that speaks a revision before ${firstRevision} reads the body alone: a client writes one ${isMcp(found, "name") ? "name" : "method"} here and another there`,
      remedy: `add {key: "request.headers[mcp-protocol-version]", values: ["${firstRevision}"]} to the rule`,
    });
  });
}

function isMcp({ attribute }: Constraint, header: string): boolean {
  return attribute.toLowerCase().startsWith(`request.headers[mcp-${header}`);
}

/** What denies by name: in a DENY rule the names, elsewhere those that must not be. */
function deniedName({ conditions }: RuleModel, action: string): Constraint | undefined {
  return conditions.find(
    (one) =>
      (isMcp(one, "name") || isMcp(one, "param-")) &&
      (action === "DENY" ? one.values : one.notValues).some(({ value }) => value !== "*"),
  );
}

function holdsHeaders({ conditions }: RuleModel): boolean {
  return conditions.some(
    (one) =>
      isMcp(one, "protocol-version") &&
      one.values.length > 0 &&
      one.values.every(({ value }) => /^\d{4}-\d\d-\d\d$/.test(value) && value >= firstRevision),
  );
}
