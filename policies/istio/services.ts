// The Services whose traffic reaches the pods of a workload.

import { once } from "../lookups/once.js";
import { textsOf, type Resource } from "../resources/resource.js";
import { itemsOf, stringAt, valueAt, type Tree } from "../resources/tree.js";
import { isGateway } from "./gateway.js";
import { canMeet, haveLabels, podsIn, podsOf } from "./pods.js";

/** Pods by their labels; none: all of the namespace. */
export interface PodSelection {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  /** As for a selector in the root namespace. */
  readonly inAllNamespaces: boolean;
}

/**
 * The Services among the objects that lead to pods of a selection, those of gateways but for: what they pass on is told by Gateways, not by
 * the ports of their Services. Where the objects have the pods themselves, these tell; otherwise a Service counts that selects by one of
 * the labels and contradicts none.
 */
export function servicesOf(resources: readonly Resource[], wanted: PodSelection): Resource[] {
  const { namespace, labels, inAllNamespaces } = wanted;
  const services = selectingServices(resources).filter(
    ({ service }) => service.namespace === namespace || inAllNamespaces,
  );
  const there = inAllNamespaces ? podsIn(resources) : podsOf(namespace, resources);
  const pods = there.filter((one) => haveLabels(one.labels, labels));
  return services
    .filter(({ service, selector }) => {
      const near = pods.filter(({ resource }) => resource.namespace === service.namespace);
      if (near.length > 0) return near.some((pod) => haveLabels(pod.labels, selector));
      const sharesLabel = labels.size === 0 || [...selector].some(([label]) => labels.has(label));
      return sharesLabel && canMeet(labels, selector);
    })
    .map(({ service }) => service);
}

/** The Services with a selector, those of gateways but for. */
const selectingServices = once((resources: readonly Resource[]) =>
  resources.flatMap((service) => {
    if (service.group !== "" || service.kind !== "Service") return [];
    const selector = textsOf(valueAt(service.tree, "spec", "selector"));
    if (selector.size === 0 || stringAt(service.tree, "spec", "type") === "ExternalName") return [];
    const isOfGateway = isGateway({ namespace: service.namespace, labels: selector }, resources);
    return isOfGateway ? [] : [{ service, selector }];
  }),
);

/** The ports of a Service. */
export function portsOf(service: Resource): readonly Tree[] {
  return itemsOf(valueAt(service.tree, "spec", "ports"));
}
