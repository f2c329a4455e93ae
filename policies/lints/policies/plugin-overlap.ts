// Whether two plugins run in the same proxies. Istio puts every plugin that is attached to a pod into its listeners, one behind the other: two of
// this filter do not add up. The first takes the token out of the request, and the second, which sees none, refuses it.

import type { Resource } from "../../resources/resource.js";
import { canMeet, haveLabels, podsIn, type Pods } from "../../istio/pods.js";

/** What a plugin is attached to. */
export interface Attachment {
  readonly namespace: string;
  /** `Gateway gw`, `Service shop`: what its targetRefs name; if there is one, labels do not matter. */
  readonly targets: readonly string[];
  /** None: every pod. */
  readonly labels: ReadonlyMap<string, string>;
  /** Whether the selector reaches into every namespace: that of a plugin in the root namespace. */
  readonly inAllNamespaces: boolean;
  /** Whether it is for gateways: one for sidecars does nothing there. */
  readonly isGateway: boolean;
}

/** `certain`: a pod of both is among the objects, or all pods of one are the other's too. `possible`: nothing tells. */
export type Overlap = "none" | "possible" | "certain";

/** @param resources the user's objects: the pods among them tell more than labels */
export function overlapOf(a: Attachment, b: Attachment, resources: readonly Resource[]): Overlap {
  if (a.namespace !== b.namespace && !a.inAllNamespaces && !b.inAllNamespaces) return "none";
  if (a.targets.length > 0 || b.targets.length > 0) {
    return a.targets.some((target) => b.targets.includes(target)) ? "certain" : "none";
  }
  if (a.isGateway !== b.isGateway || !canMeet(a.labels, b.labels)) return "none";
  const pods = podsIn(resources);
  if (pods.some((one) => isOf(a, one) && isOf(b, one))) return "certain";
  // Pods of either are there, and none is of both.
  if (pods.some((one) => isOf(a, one)) && pods.some((one) => isOf(b, one))) return "none";
  return haveLabels(a.labels, b.labels) || haveLabels(b.labels, a.labels) ? "certain" : "possible";
}

function isOf(attachment: Attachment, pods: Pods): boolean {
  const isThere = attachment.inAllNamespaces || pods.resource.namespace === attachment.namespace;
  return isThere && haveLabels(pods.labels, attachment.labels);
}

/** The labels of pods that both are for. */
export function sharedLabels(a: Attachment, b: Attachment): ReadonlyMap<string, string> {
  return new Map([...a.labels, ...b.labels]);
}
