// JP214: a CORS preflight has no token, and jwt_authn does not look at one: a rule that wants a principal denies it.

import type { Finding } from "../findings.js";
import { demandsIdentity } from "../policy-model/identity.js";
import { contains } from "../policy-model/pattern.js";
import { covers, mayMeet } from "../policy-model/reach.js";
import type { PolicyModel, RuleModel } from "../policy-model/rule-model.js";
import type { Resource } from "../resources/resource.js";
import { itemsOf, valueAt } from "../resources/tree.js";
import { remark, type Lint, type LintContext } from "./lint.js";

const remedy =
  'for browsers of other origins, add an ALLOW rule `to: [{operation: {methods: ["OPTIONS"]}}]` without `from`';

export const corsPreflight: Lint = (context) => {
  const allow = context.authorizationPolicies.filter(({ action }) => action === "ALLOW");
  return allow.flatMap((model) => judge(model, allow, context));
};

function judge(model: PolicyModel, allow: readonly PolicyModel[], context: LintContext): Finding[] {
  const { rootNamespace } = context;
  const demanding = model.rules.filter(demandsIdentity);
  const opened = allow.some(
    (other) => covers(other.policy, model.policy, rootNamespace) && other.rules.some(letsPreflightPass),
  );
  if (demanding.length === 0 || opened) return [];
  const explicit = demanding.find((rule) => namesOptions(rule));
  const { resource } = model.policy;
  if (explicit !== undefined) {
    const message = "the rule names OPTIONS and wants a principal: a CORS preflight has none, and is denied";
    return [remark({ id: "JP214", resource, at: explicit.at, message, remedy })];
  }
  // One remark is enough where several policies add up.
  const first = allow.find(
    (other) => mayMeet(other.policy, model.policy, rootNamespace) && other.rules.some(demandsIdentity),
  );
  if (first !== model) return [];
  const cors = context.resources.find((one) => hasCorsPolicy(one) && one.namespace === resource.namespace);
  return [
    remark({
      id: "JP214",
      resource,
      at: resource.at,
      severity: cors === undefined ? "note" : "warning",
      message:
        "CORS preflights are denied: they carry no token, and no rule lets OPTIONS through without" +
        (cors === undefined ? "" : `; the VirtualService ${cors.name} has a corsPolicy`),
      remedy,
    }),
  ];
}

function letsPreflightPass(rule: RuleModel): boolean {
  return !demandsIdentity(rule) && (rule.operations.length === 0 || rule.operations.some(takesOptions));
}

function takesOptions(operation: RuleModel["operations"][number]): boolean {
  const methods = operation.find(({ attribute }) => attribute === "methods");
  if (methods === undefined) return true;
  if (methods.notValues.some(({ value }) => contains("methods", value, "OPTIONS"))) return false;
  return (
    methods.values.length === 0 || methods.values.some(({ value }) => contains("methods", value, "OPTIONS"))
  );
}

function namesOptions(rule: RuleModel): boolean {
  return rule.operations
    .flat()
    .some(
      ({ attribute, values }) => attribute === "methods" && values.some(({ value }) => value === "OPTIONS"),
    );
}

function hasCorsPolicy(resource: Resource): boolean {
  return (
    resource.kind === "VirtualService" &&
    itemsOf(valueAt(resource.tree, "spec", "http")).some(
      (route) => valueAt(route, "corsPolicy") !== undefined,
    )
  );
}
