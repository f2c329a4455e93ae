// The Services whose traffic reaches the pods of a workload.

import { textsOf, type Resource } from "../resources/resource.js";
import { itemsOf, stringAt, valueAt, type Tree } from "../resources/tree.js";
import { isGateway } from "./gateway.js";
import { canMeet, haveLabels, podsIn } from "./pods.js";

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
  const pods = podsIn(resources).filter((one) => haveLabels(one.labels, labels));
  return resources.filter((one) => {
    if (one.group !== "" || one.kind !== "Service") return false;
    if (one.namespace !== namespace && !inAllNamespaces) return false;
    const selector = textsOf(valueAt(one.tree, "spec", "selector"));
    if (selector.size === 0 || stringAt(one.tree, "spec", "type") === "ExternalName") return false;
    if (isGateway({ namespace: one.namespace, labels: selector }, resources)) return false;
    const near = pods.filter(({ resource }) => resource.namespace === one.namespace);
    if (near.length > 0) return near.some((pod) => haveLabels(pod.labels, selector));
    const sharesLabel = labels.size === 0 || [...selector].some(([label]) => labels.has(label));
    return sharesLabel && canMeet(labels, selector);
  });
}

/** The ports of a Service. */
export function portsOf(service: Resource): readonly Tree[] {
  return itemsOf(valueAt(service.tree, "spec", "ports"));
}
