// JP232: a policy that means a gateway and stands in another namespace: selectors and targetRefs do not leave their own.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";
import { gatewaysIn, type GatewayPods } from "./gateways.js";
import type { Policy } from "../../istio/policy.js";
import { haveLabels, labelsText, podsOf } from "../../istio/pods.js";
import { entry } from "../../resources/tree.js";

export const gatewayElsewhere: Lint = (context) => {
  const gateways = gatewaysIn(context.resources);
  return [
    ...context.requestAuthentications,
    ...context.authorizationPolicies.map(({ policy }) => policy),
  ].flatMap((policy) => [...judgeSelector(policy, gateways, context), ...judgeTargets(policy, context)]);
};

/** The labels that Istio's own installations give their gateways. */
const conventional = /^(ingress|egress)(gateway)?$/;

/** What people call a namespace of gateways, or one of all that belongs to the platform. */
const gatewayNamespace =
  /istio|ingress|egress|gateway|\bgw\b|edge|infra|platform|mesh|network|traffic|proxy|system/;

function judgeSelector(
  { resource, spec, matchLabels }: Policy,
  gateways: readonly GatewayPods[],
  { resources, rootNamespace }: LintContext,
): Finding[] {
  if (matchLabels === undefined || matchLabels.size === 0 || resource.namespace === rootNamespace) return [];
  const { namespace } = resource;
  const isHere = podsOf(namespace, resources).some(({ labels }) => haveLabels(labels, matchLabels));
  if (isHere) return [];
  const meant = gateways.filter(({ labels }) => haveLabels(labels, matchLabels));
  const placed = meant.filter(({ isPlaced }) => isPlaced);
  if (placed.some((one) => one.namespace === namespace)) return [];
  const isConventional = conventional.test(matchLabels.get("istio") ?? "");
  // Without the gateway's pods, the namespace's name is what there is to go by.
  if (placed.length === 0 && (!isConventional || gatewayNamespace.test(namespace))) return [];
  const where =
    placed.length > 0
      ? `${placed.map(({ name }) => name).join(", ")} is not in the namespace ${namespace}`
      : `Istio's gateways are seldom in the namespace ${namespace}`;
  return [
    remark({
      id: "JP232",
      resource,
      at: entry(spec, "selector")?.value.at ?? resource.at,
      message: `the selector ${labelsText(matchLabels)} means a gateway, and ${where}: this policy applies to nothing there`,
      remedy: `put it into the gateway's namespace${placed.length > 0 ? `, ${placed[0]!.namespace}` : ""}: a selector does not leave its own`,
    }),
  ];
}

function judgeTargets({ resource, spec, targetRefs }: Policy, { resources }: LintContext): Finding[] {
  return targetRefs.flatMap((ref) => {
    if (ref.kind !== "Gateway") return [];
    const named = resources.filter(
      ({ group, kind, name }) =>
        group === "gateway.networking.k8s.io" && kind === "Gateway" && name === ref.name,
    );
    if (named.length === 0 || named.some(({ namespace }) => namespace === resource.namespace)) return [];
    return [
      remark({
        id: "JP232",
        resource,
        at: (entry(spec, "targetRefs") ?? entry(spec, "targetRef"))?.value.at ?? resource.at,
        message: `the Gateway ${ref.name} is in the namespace ${named[0]!.namespace}: a targetRef does not leave its own, ${resource.namespace}`,
        remedy: `put the policy into ${named[0]!.namespace}`,
      }),
    ];
  });
}
