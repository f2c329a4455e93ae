// Which policies apply to a workload, in the order in which Istio puts them together. After Istio's
// pilot/pkg/model/policyattachment.go (ShouldAttachPolicy), authentication.go and authorization.go.

import { once } from "../lookups/once.js";
import { haveLabels } from "./pods.js";
import { isOneOf } from "./target-kinds.js";
import type { Attached, Policy } from "./policy.js";
import { gatewayNameLabel, waypointClass, type Workload } from "./workload.js";

export interface Selection {
  /** Those of the workload's namespace before those of the root namespace, each in order of creation. */
  readonly requestAuthentications: readonly Policy[];
  /** Those of the root namespace first. */
  readonly authorizationPolicies: readonly Policy[];
  /** What stands beside Istio's objects (../extensions), in the order of the RequestAuthentications. */
  readonly extensions: readonly Attached[];
}

/** All of these, whomever they are for. */
export function selectionOf(policies: readonly Policy[]): Selection {
  const of = (kind: Policy["kind"]) => policies.filter((policy) => policy.kind === kind);
  return {
    requestAuthentications: of("RequestAuthentication"),
    authorizationPolicies: of("AuthorizationPolicy"),
    extensions: [],
  };
}

/** Resolves attachment for one workload. `policies` and `extensions` are in order of their files. */
export function selectPolicies(
  policies: readonly Policy[],
  extensions: readonly Attached[],
  workload: Workload,
  rootNamespace: string,
): Selection {
  const serviceNamespace = workload.service === undefined ? [] : [workload.service.namespace];
  const nearFirst = [...new Set([workload.namespace, rootNamespace, ...serviceNamespace])];
  const rootFirst = [...new Set([rootNamespace, workload.namespace, ...serviceNamespace])];
  const applies = (one: Attached) => shouldAttach(one, workload, rootNamespace);
  const from = <T extends Attached>(objects: readonly T[], namespaces: readonly string[]) =>
    namespaces.flatMap((namespace) => objects.filter(({ resource }) => resource.namespace === namespace));
  const inReach = new Set(nearFirst);
  const attached = byCreation(policies).filter(
    (policy) => inReach.has(policy.resource.namespace) && applies(policy),
  );
  const of = (kind: Policy["kind"]) => attached.filter((policy) => policy.kind === kind);
  return {
    requestAuthentications: from(of("RequestAuthentication"), nearFirst),
    authorizationPolicies: from(of("AuthorizationPolicy"), rootFirst),
    extensions: from(byCreation(extensions).filter(applies), nearFirst),
  };
}

/**
 * Istio sorts by creation time, then name, then namespace (sortConfigByCreationTime). Files that people write have no
 * such time: then the order of the files stands for it.
 */
function byCreation<T extends Attached>(policies: readonly T[]): readonly T[] {
  return sortedByCreation(policies) as readonly T[];
}

const sortedByCreation = once((policies: readonly Attached[]): readonly Attached[] => {
  const created = (policy: Attached) => policy.resource.creationTimestamp ?? "";
  if (policies.some((policy) => created(policy) === "")) return policies;
  const key = (policy: Attached) => [created(policy), policy.resource.name, policy.resource.namespace];
  return policies.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    const differs = left.findIndex((part, i) => part !== right[i]);
    return differs < 0 ? 0 : left[differs]! < right[differs]! ? -1 : 1;
  });
});

function shouldAttach(policy: Attached, workload: Workload, rootNamespace: string): boolean {
  const gateway = workload.labels.get(gatewayNameLabel);
  if (gateway === undefined)
    return policy.targetRefs.length === 0 && haveLabels(workload.labels, policy.matchLabels);
  if (policy.targetRefs.length === 0)
    return !workload.isWaypoint && haveLabels(workload.labels, policy.matchLabels);
  const { namespace } = policy.resource;
  return policy.targetRefs.some((ref) => {
    if (workload.isWaypoint && refersToService(policy, ref, workload)) return true;
    if (
      workload.isWaypoint &&
      namespace === rootNamespace &&
      isOneOf(ref, "GatewayClass") &&
      ref.name === waypointClass
    ) {
      return true;
    }
    if (namespace !== workload.namespace) return false;
    if (ref.namespace !== "" && ref.namespace !== workload.namespace) return false;
    return isOneOf(ref, "Gateway") && ref.name === gateway;
  });
}

function refersToService(policy: Attached, ref: Attached["targetRefs"][number], workload: Workload): boolean {
  const { service } = workload;
  return (
    service !== undefined &&
    isOneOf(ref, service.kind) &&
    ref.name === service.name &&
    policy.resource.namespace === service.namespace
  );
}
