// The gateways that a user's objects make: by their pods, by the objects that bind them, by Gateways of the Gateway API.

import { gatewayNameLabel, waypointClass } from "../../istio/workload.js";
import { isGateway } from "../../istio/gateway.js";
import { haveLabels, podsIn } from "../../istio/pods.js";
import { once } from "../../lookups/once.js";
import { resourceName, textsOf, type Resource } from "../../resources/resource.js";
import { stringAt, valueAt } from "../../resources/tree.js";

export interface GatewayPods {
  /** `Deployment istio-system/istio-ingressgateway` */
  readonly name: string;
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Whether the namespace is that of its pods, or only of an object that binds pods by their labels. */
  readonly isPlaced: boolean;
}

/** Every gateway, waypoints apart. */
export const gatewaysIn = once((resources: readonly Resource[]): readonly GatewayPods[] => {
  const pods = podsIn(resources)
    .filter(({ resource, labels }) => isGateway({ namespace: resource.namespace, labels }, resources))
    .map(({ resource, labels }) => ({
      name: resourceName(resource),
      namespace: resource.namespace,
      labels,
      isPlaced: true,
    }));
  const objects = resources.flatMap((resource) => gatewayOf(resource) ?? []);
  return [
    ...pods,
    ...objects.filter((one) => one.isPlaced || !pods.some(({ labels }) => haveLabels(labels, one.labels))),
  ];
});

function gatewayOf(resource: Resource): GatewayPods | undefined {
  const { group, kind, namespace, name } = resource;
  if (kind !== "Gateway") return undefined;
  if (group === "gateway.networking.k8s.io") {
    if (stringAt(resource.tree, "spec", "gatewayClassName") === waypointClass) return undefined;
    return {
      name: resourceName(resource),
      namespace,
      labels: new Map([[gatewayNameLabel, name]]),
      isPlaced: true,
    };
  }
  const labels = textsOf(valueAt(resource.tree, "spec", "selector"));
  return group === "networking.istio.io" && labels.size > 0
    ? { name: resourceName(resource), namespace, labels, isPlaced: false }
    : undefined;
}
