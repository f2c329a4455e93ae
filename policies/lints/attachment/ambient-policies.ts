// JP246: policies that nobody asks in ambient mode. A waypoint obeys targetRefs only (Istio pilot/pkg/model/policyattachment.go); ztunnel obeys
// selectors, reads no tokens and knows no attributes of HTTP (ztunnel's architecture/README.md: rules on them match nothing, so ALLOW lets nobody in).

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";
import { isGateway } from "../../istio/gateway.js";
import { haveLabels, podsOf } from "../../istio/pods.js";
import type { Attached, Policy } from "../../istio/policy.js";
import { belongsToWaypoint, gatewayNameLabel } from "../../istio/workload.js";
import { once } from "../../lookups/once.js";
import { constraintsOf, type PolicyModel } from "../../policy-model/rule-model.js";
import type { Resource } from "../../resources/resource.js";
import { entry } from "../../resources/tree.js";
import { gatewaysIn } from "./gateways.js";

const target = "write targetRefs to the Service, or to the waypoint's Gateway, in place of the selector";

export const ambientPolicies: Lint = (context) => [
  ...context.requestAuthentications.flatMap((policy) => [
    ...ofWaypoint(policy, context),
    ...tokensInZtunnel(policy, context),
  ]),
  ...context.authorizationPolicies.flatMap((model) => [
    ...ofWaypoint(model.policy, context),
    ...httpInZtunnel(model, context),
  ]),
];

function ofWaypoint(policy: Attached, { resources }: LintContext): Finding[] {
  const { resource, matchLabels } = policy;
  if (policy.targetRefs.length > 0 || !matchLabels?.has(gatewayNameLabel)) return [];
  if (!belongsToWaypoint({ namespace: resource.namespace, labels: matchLabels }, resources)) return [];
  return [
    remark({
      id: "JP246",
      resource,
      at: selectorOf(policy),
      message: `a waypoint obeys targetRefs only: this policy is never asked`,
      remedy: target,
    }),
  ];
}

function tokensInZtunnel(policy: Policy, context: LintContext): Finding[] {
  if (!isZtunnels(policy, context)) return [];
  return [
    remark({
      id: "JP246",
      resource: policy.resource,
      at: selectorOf(policy),
      message: `the namespace ${policy.resource.namespace} is in ambient mode, where ztunnel obeys selectors and reads no tokens`,
      remedy: target,
    }),
  ];
}

function httpInZtunnel({ policy, action, rules }: PolicyModel, context: LintContext): Finding[] {
  if (action === "CUSTOM" || !isZtunnels(policy, context)) return [];
  const first = rules.flatMap(constraintsOf).find(({ attribute }) => ofHttp.test(attribute));
  if (first === undefined) return [];
  return [
    remark({
      id: "JP246",
      resource: policy.resource,
      at: first.at,
      message: `the namespace ${policy.resource.namespace} is in ambient mode, where ztunnel obeys selectors and knows no ${first.attribute}`,
      remedy: target,
    }),
  ];
}

const ofHttp = /^(requestPrincipals|hosts|methods|paths|remoteIpBlocks|remote\.ip|request\..+)$/;

/** Whether the pods of a policy are in ambient mode, by the objects: their Namespace says so, and none of them has a proxy of its own. */
function isZtunnels({ resource, matchLabels, targetRefs }: Policy, { resources }: LintContext): boolean {
  const { namespace } = resource;
  if (targetRefs.length > 0 || !ambientNamespaces(resources).has(namespace)) return false;
  const labels = matchLabels ?? new Map<string, string>();
  if (isGateway({ namespace, labels }, resources)) return false;
  const hasProxies = (all: readonly { readonly namespace: string; labels: ReadonlyMap<string, string> }[]) =>
    all.some((one) => one.namespace === namespace && haveLabels(one.labels, labels));
  const pods = podsOf(namespace, resources).map((one) => ({ ...one, namespace }));
  const injected = pods.filter((one) => one.labels.get("sidecar.istio.io/inject") === "true");
  const left = pods.filter((one) => one.labels.get("istio.io/dataplane-mode") === "none");
  // A gateway in the namespace obeys selectors, too.
  return !hasProxies(gatewaysIn(resources)) && !hasProxies(injected) && !hasProxies(left);
}

const ambientNamespaces = once(
  (resources: readonly Resource[]): ReadonlySet<string> =>
    new Set(
      resources.flatMap(({ kind, name, labels }) =>
        kind === "Namespace" && labels.get("istio.io/dataplane-mode") === "ambient" ? [name] : [],
      ),
    ),
);

const selectorOf = ({ spec, resource }: Attached) => entry(spec, "selector")?.value.at ?? resource.at;
