// Which workloads two policies have in common, by their namespaces, selectors and targetRefs alone.

import type { Attached, Policy, TargetRef } from "../istio/policy.js";

/** Whether every workload that `narrow` applies to is one that `wide` applies to. */
export function covers(wide: Policy, narrow: Policy, rootNamespace: string): boolean {
  if (!sharesNamespace(wide, narrow, rootNamespace)) return false;
  if (wide.resource.namespace !== rootNamespace && narrow.resource.namespace === rootNamespace) return false;
  if (wide.targetRefs.length > 0) {
    return narrow.targetRefs.length > 0 && narrow.targetRefs.every((ref) => hasRef(wide, ref));
  }
  // Policies without targetRefs do not apply to waypoints.
  if (narrow.targetRefs.some(({ kind }) => kind !== "Gateway")) return false;
  const labels = narrow.matchLabels ?? new Map<string, string>();
  return [...(wide.matchLabels ?? [])].every(([label, value]) => labels.get(label) === value);
}

/** Whether there may be a workload that both apply to. */
export function mayMeet(one: Attached, other: Attached, rootNamespace: string): boolean {
  if (!sharesNamespace(one, other, rootNamespace)) return false;
  if (one.targetRefs.length > 0 && other.targetRefs.length > 0) {
    return one.targetRefs.some((ref) => hasRef(other, ref));
  }
  return [...(one.matchLabels ?? [])].every(([label, value]) => {
    const wanted = other.matchLabels?.get(label);
    return wanted === undefined || wanted === value;
  });
}

function sharesNamespace(one: Attached, other: Attached, rootNamespace: string): boolean {
  const [here, there] = [one.resource.namespace, other.resource.namespace];
  return here === there || here === rootNamespace || there === rootNamespace;
}

function hasRef(policy: Attached, wanted: TargetRef): boolean {
  return policy.targetRefs.some((ref) => ref.kind === wanted.kind && ref.name === wanted.name);
}
