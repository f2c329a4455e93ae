// Policies that are left out of what is written for a workload, though they may be meant for it. Where one was, a DENY is missing.

import type { Finding } from "../findings/finding.js";
import { extensionsIn, isExtensions } from "../extensions/extensions-object.js";
import { actionOf, policiesIn, readPolicy, type Attached, type Policy } from "../istio/policy.js";
import { canMeet, haveLabels, labelsText, podsIn, podsOf } from "../istio/pods.js";
import { isGateway } from "../istio/gateway.js";
import { once } from "../lookups/once.js";
import { gatewayNameLabel, waypointClass } from "../istio/workload.js";
import { resourceName, type Resource } from "../resources/resource.js";
import { entry, stringAt } from "../resources/tree.js";
import { servesAllNamespaces } from "../istio/workload.js";
import type { Resolved } from "./resolve.js";

/** A warning for each policy that is left to the native filter, and for each that names no namespace and is therefore not looked at for this workload. */
export function leftOut(resources: readonly Resource[], resolved: Resolved): Finding[] {
  return [
    ...resolved.leftToNative,
    ...withoutNamespace(resources).flatMap((resource) => ofNoNamespace(resource, resolved)),
  ];
}

/** The policies, and objects of ours, that name no namespace. */
const withoutNamespace = once((resources: readonly Resource[]) =>
  resources.filter(
    (resource) =>
      (readPolicy(resource) !== undefined || isExtensions(resource)) &&
      (stringAt(resource.tree, "metadata", "namespace") ?? "") === "",
  ),
);

function ofNoNamespace(resource: Resource, { workload, rootNamespace }: Resolved): Finding[] {
  const isOurs = isExtensions(resource);
  const { namespace } = resource;
  if ([workload.namespace, rootNamespace, workload.service?.namespace].includes(namespace)) return [];
  return [
    {
      id: "JP007",
      severity: "warning",
      message: `the ${isOurs ? "object" : "policy"} names no namespace: it is taken for one of ${namespace}, and left out`,
      at: resource.at,
      resource: resourceName(resource),
      remedy: `write its namespace, or give the one that objects without have: -n ${workload.namespace}`,
    },
  ];
}

/**
 * A warning for each policy that applies to some of the pods that the plugin is for, and not to all: one plugin cannot tell them apart, so
 * what is written for the workload leaves the policy out.
 */
export function ofSomePods(resources: readonly Resource[], resolved: Resolved): Finding[] {
  const { workload, selection } = resolved;
  const { requestAuthentications, authorizationPolicies, extensions } = selection;
  const selected = new Set<Resource>(
    [...requestAuthentications, ...authorizationPolicies, ...extensions].map(({ resource }) => resource),
  );
  const isOfGatewayApi = workload.labels.has(gatewayNameLabel);
  return notCustom(resources).flatMap((policy) => {
    if (selected.has(policy.resource)) return [];
    return isOfGatewayApi ? ofService(policy, resolved) : ofFewerPods(policy, resources, resolved);
  });
}

const notCustom = once((resources: readonly Resource[]): readonly Attached[] => [
  ...policiesIn(resources).filter((policy) => !isCustom(policy)),
  ...extensionsIn(resources),
]);

/** CUSTOM stays with Istio's native filter. */
function isCustom(policy: Policy): boolean {
  return policy.kind === "AuthorizationPolicy" && actionOf(policy) === "CUSTOM";
}

function ofFewerPods(policy: Attached, resources: readonly Resource[], resolved: Resolved): Finding[] {
  const { workload, rootNamespace, isGateway } = resolved;
  const { resource, matchLabels } = policy;
  const { namespace } = resource;
  const isNear = namespace === workload.namespace || namespace === rootNamespace;
  // Each workload is put to each policy: what is cheapest to tell comes first.
  if (!isNear && !servesAllNamespaces(workload, rootNamespace)) return [];
  if (policy.targetRefs.length > 0 || !canMeet(workload.labels, matchLabels)) return [];
  // Gateways are seldom in other namespaces than the one that is named: a selector has to say so.
  const sharesLabel = [...workload.labels].some(([label]) => matchLabels?.has(label));
  if (!isNear && isGateway && !sharesLabel) return [];
  const pods = podsIn(resources).filter(({ labels }) => haveLabels(labels, workload.labels));
  const isOfSome = pods.some(
    (one) =>
      haveLabels(one.labels, matchLabels) &&
      (namespace === rootNamespace || one.resource.namespace === namespace),
  );
  if (pods.length > 0 && !isOfSome) return [];
  const whose = (matchLabels?.size ?? 0) === 0 ? `of ${namespace}` : `with ${labelsText(matchLabels!)}`;
  const all =
    workload.labels.size === 0
      ? `all of ${workload.namespace}${workload.namespace === rootNamespace ? " and of every other namespace" : ""}`
      : `those with ${labelsText(workload.labels)}`;
  return [
    {
      id: "JP008",
      severity: "warning",
      message: `left out: the policy is for pods ${whose} alone, and the plugin for ${all}`,
      at: entry(policy.spec, "selector")?.keyAt ?? resource.at,
      resource: resourceName(resource),
      remedy:
        "give each workload a plugin of its own, by labels that only its pods have; two plugins on one pod do not add up: the first takes the token out",
    },
  ];
}

/** A waypoint has policies for the traffic of each of its Services. */
function ofService(policy: Attached, { workload }: Resolved): Finding[] {
  if (!workload.isWaypoint || workload.service !== undefined) return [];
  if (policy.resource.namespace !== workload.namespace) return [];
  const ref = policy.targetRefs.find(({ kind }) => kind === "Service" || kind === "ServiceEntry");
  if (ref === undefined) return [];
  const option = ref.kind === "Service" ? "--service" : "--service-entry";
  return [
    {
      id: "JP008",
      severity: "warning",
      message: `left out: the policy is for the traffic of the ${ref.kind} ${ref.name}, and the plugin for all of the waypoint's`,
      at: (entry(policy.spec, "targetRefs") ?? entry(policy.spec, "targetRef"))?.keyAt ?? policy.resource.at,
      resource: resourceName(policy.resource),
      remedy: `render it by ${option} ${ref.name}`,
    },
  ];
}

/** Told once for a plugin without labels: gateways are left out, where the policies apply as well. */
export function gatewaysLeftOut(resources: readonly Resource[], resolved: Resolved): Finding[] {
  const { workload, selection, rootNamespace } = resolved;
  const { namespace } = workload;
  const [first] = [...selection.authorizationPolicies, ...selection.requestAuthentications];
  if (workload.labels.size > 0 || resolved.isGateway || first === undefined) return [];
  // In the root namespace policies without a selector are for every gateway of the mesh.
  if (namespace !== rootNamespace && !hasGateways(namespace, resources)) return [];
  return [
    {
      id: "JP008",
      severity: "warning",
      message: `left out: gateways, to which the policies of ${namespace} without a selector apply as well; the plugin is for sidecars`,
      at: first.resource.at,
      resource: resourceName(first.resource),
      remedy:
        "render each gateway by its namespace and labels, such as --for istio-system/istio=ingressgateway",
    },
  ];
}

function hasGateways(namespace: string, resources: readonly Resource[]): boolean {
  return (
    podsOf(namespace, resources).some(({ labels }) => isGateway({ namespace, labels }, resources)) ||
    resources.some(
      (one) =>
        one.kind === "Gateway" &&
        one.group === "gateway.networking.k8s.io" &&
        one.namespace === namespace &&
        stringAt(one.tree, "spec", "gatewayClassName") !== waypointClass,
    )
  );
}
