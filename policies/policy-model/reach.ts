// Which workloads two policies have in common, by their namespaces, selectors and targetRefs alone.

import { once } from "../lookups/once.js";
import { canMeet, haveLabels } from "../istio/pods.js";
import type { Attached, Policy, TargetRef } from "../istio/policy.js";

/** What decides whom a policy applies to, as one text: where two policies have the same, each question below has one answer for both. */
export const reachOf = once(({ resource, matchLabels, targetRefs }: Policy): string =>
  JSON.stringify([resource.namespace, [...(matchLabels ?? [])], targetRefs]),
);

const noLabels: ReadonlyMap<string, string> = new Map();

/** Whether every workload that `narrow` applies to is one that `wide` applies to. */
export function covers(wide: Policy, narrow: Policy, rootNamespace: string): boolean {
  if (!sharesNamespace(wide, narrow, rootNamespace)) return false;
  if (wide.resource.namespace !== rootNamespace && narrow.resource.namespace === rootNamespace) return false;
  if (wide.targetRefs.length > 0) {
    return narrow.targetRefs.length > 0 && narrow.targetRefs.every((ref) => hasRef(wide, ref));
  }
  // Policies without targetRefs do not apply to waypoints.
  if (narrow.targetRefs.some(({ kind }) => kind !== "Gateway")) return false;
  return haveLabels(narrow.matchLabels ?? noLabels, wide.matchLabels);
}

/** Whether there may be a workload that both apply to. */
export function mayMeet(one: Attached, other: Attached, rootNamespace: string): boolean {
  if (!sharesNamespace(one, other, rootNamespace)) return false;
  if (one.targetRefs.length > 0 && other.targetRefs.length > 0) {
    return (
      one.targetRefs.some((ref) => hasRef(other, ref)) ||
      meetAtWaypoint(one, other) ||
      meetAtWaypoint(other, one)
    );
  }
  return canMeet(other.matchLabels ?? noLabels, one.matchLabels);
}

/** A Gateway may be a waypoint, which puts its own policies and those of a Service to the Service's traffic. */
function meetAtWaypoint(gateway: Attached, service: Attached): boolean {
  return (
    gateway.targetRefs.some(({ kind }) => kind === "Gateway" || kind === "GatewayClass") &&
    service.targetRefs.some(({ kind }) => kind === "Service" || kind === "ServiceEntry")
  );
}

function sharesNamespace(one: Attached, other: Attached, rootNamespace: string): boolean {
  const [here, there] = [one.resource.namespace, other.resource.namespace];
  return here === there || here === rootNamespace || there === rootNamespace;
}

function hasRef(policy: Attached, wanted: TargetRef): boolean {
  return policy.targetRefs.some((ref) => ref.kind === wanted.kind && ref.name === wanted.name);
}
