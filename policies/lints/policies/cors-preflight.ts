// JP214: a CORS preflight has no token, and jwt_authn does not look at one: a rule that wants a principal denies it. Of interest where browsers of
// other origins come, which a corsPolicy tells, or a rule that names OPTIONS; where nothing tells, services call each other, and nothing is wrong.

import type { Finding } from "../../findings/finding.js";
import { isDryRun } from "../../istio/policy.js";
import { catchesAnonymous, demandsIdentity, isOnIdentity } from "../../policy-model/identity.js";
import { contains } from "../../policy-model/pattern.js";
import { covers, mayMeet } from "../../policy-model/reach.js";
import { constraintsOf, type PolicyModel, type RuleModel } from "../../policy-model/rule-model.js";
import type { Position } from "../../resources/position.js";
import { once } from "../../lookups/once.js";
import type { Resource } from "../../resources/resource.js";
import { itemsOf, stringAt, valueAt } from "../../resources/tree.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";

export const corsPreflight: Lint = (context) => {
  const enforced = context.authorizationPolicies.filter(({ policy }) => !isDryRun(policy));
  const allow = enforced.filter(({ action }) => action === "ALLOW");
  const deny = enforced.filter(({ action }) => action === "DENY");
  return [
    ...allow.flatMap((model) => notAllowed(model, allow, context)),
    ...deny.flatMap((model) => denied(model, context)),
  ];
};

function notAllowed(model: PolicyModel, allow: readonly PolicyModel[], context: LintContext): Finding[] {
  const { rootNamespace } = context;
  const demanding = model.rules.filter(demandsIdentity);
  if (demanding.length === 0) return [];
  const opened = allow.some(
    (other) => other.rules.some(letsPreflightPass) && covers(other.policy, model.policy, rootNamespace),
  );
  if (opened) return [];
  const { resource } = model.policy;
  const remedy =
    'for browsers of other origins, add an ALLOW rule `to: [{operation: {methods: ["OPTIONS"]}}]` without `from`';
  const explicit = demanding.find((rule) => namesOptions(rule));
  if (explicit !== undefined) {
    const message = "the rule names OPTIONS and wants a principal: a CORS preflight has none, and is denied";
    return [remark({ id: "JP214", resource, at: explicit.at, message, remedy })];
  }
  // One remark is enough where several policies add up.
  const first = allow.find(
    (other) => mayMeet(other.policy, model.policy, rootNamespace) && other.rules.some(demandsIdentity),
  );
  if (first !== model) return [];
  const message = "CORS preflights are denied: they carry no token, and no rule lets OPTIONS through without";
  return preflightsDenied(resource, resource.at, message, remedy, context);
}

/** DENY rules for requests without a token, OPTIONS among them. Those that deny everything speak for themselves. */
function denied({ policy, rules }: PolicyModel, context: LintContext): Finding[] {
  return rules
    .filter((rule) => constraintsOf(rule).some(isOnIdentity) && catchesAnonymous(rule) && meetsOptions(rule))
    .flatMap((rule) =>
      preflightsDenied(
        policy.resource,
        rule.at,
        "CORS preflights are denied: they carry no token",
        'for browsers of other origins, leave them out: `notMethods: ["OPTIONS"]` in `to.operation`',
        context,
      ),
    );
}

/** Where browsers are known to come from other origins. */
function preflightsDenied(
  resource: Resource,
  at: Position,
  message: string,
  remedy: string,
  { resources }: LintContext,
): Finding[] {
  const cors = corsPolicies(resources).find((one) => one.namespace === resource.namespace);
  if (cors === undefined) return [];
  return [
    remark({
      id: "JP214",
      resource,
      at,
      message: `${message}; the ${cors.kind} ${cors.name} has ${cors.kind === "VirtualService" ? "a corsPolicy" : "a CORS filter"}`,
      remedy,
    }),
  ];
}

const letsPreflightPass = once((rule: RuleModel): boolean => !demandsIdentity(rule) && meetsOptions(rule));

function meetsOptions({ operations }: RuleModel): boolean {
  return operations.length === 0 || operations.some(takesOptions);
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

const corsPolicies = once((resources: readonly Resource[]) => resources.filter(hasCorsPolicy));

/** Istio's corsPolicy, or the CORS filter of the Gateway API (GEP-1767). */
function hasCorsPolicy({ kind, tree }: Resource): boolean {
  if (kind === "VirtualService")
    return itemsOf(valueAt(tree, "spec", "http")).some((route) => valueAt(route, "corsPolicy") !== undefined);
  return (
    kind === "HTTPRoute" &&
    itemsOf(valueAt(tree, "spec", "rules")).some((one) =>
      itemsOf(valueAt(one, "filters")).some((filter) => stringAt(filter, "type") === "CORS"),
    )
  );
}
