// Which policies hit which workload.

import type { Finding } from "../findings/finding.js";
import { actionOf, isDryRun, type Action, type Policy } from "../istio/policy.js";
import { resolvePolicies, type Resolved, type WorkloadOptions } from "../resolution/resolve.js";
import type { Resource } from "../resources/resource.js";
import type { FoundWorkload } from "./workloads-in.js";
import { workloadsIn } from "./workloads-in.js";

/** What of the mesh decides about all workloads. */
export type MeshOptions = Pick<WorkloadOptions, "rootNamespace" | "trust" | "strict">;

/** A policy as it applies to a workload. */
export interface AppliedPolicy {
  readonly kind: Policy["kind"];
  readonly namespace: string;
  readonly name: string;
  /** Of an AuthorizationPolicy. */
  readonly action?: Action;
  /** Whether it only counts what it would do. */
  readonly isDryRun: boolean;
}

export interface WorkloadPolicies {
  readonly found: FoundWorkload;
  /** As `--for` would say it. */
  readonly options: WorkloadOptions;
  /** In the order in which Istio puts them together. CUSTOM policies stay with the native filter. */
  readonly policies: readonly AppliedPolicy[];
  /** `open`: no policy applies, and every request is let through. `refused`: what Istio or the filter would refuse is in the way. */
  readonly state: "policies" | "open" | "refused";
  readonly isGateway: boolean;
  /** Undefined where no policy applies, or they are refused. */
  readonly resolved: Resolved | undefined;
  readonly findings: readonly Finding[];
}

/** The policies of every workload among the objects. */
export function workloadPolicies(resources: readonly Resource[], mesh: MeshOptions): WorkloadPolicies[] {
  return workloadsIn(resources).map((found) => policiesOf(found, resources, mesh));
}

function policiesOf(
  found: FoundWorkload,
  resources: readonly Resource[],
  mesh: MeshOptions,
): WorkloadPolicies {
  const options: WorkloadOptions = { ...mesh, ...found.workload, gateway: undefined, waypoint: undefined };
  const { resolved, findings } = resolvePolicies(resources, options);
  const told = { found, options, resolved, isGateway: resolved?.isGateway ?? false };
  if (resolved === undefined) {
    const isOpen = findings.every(({ id }) => id === "JP002");
    return { ...told, policies: [], state: isOpen ? "open" : "refused", findings: isOpen ? [] : findings };
  }
  const { requestAuthentications, authorizationPolicies } = resolved.selection;
  const policies = [...requestAuthentications, ...resolved.customPolicies, ...authorizationPolicies];
  return { ...told, policies: policies.map(applied), state: "policies", findings: resolved.leftToNative };
}

function applied(policy: Policy): AppliedPolicy {
  const { kind, resource } = policy;
  const { namespace, name } = resource;
  if (kind === "RequestAuthentication") return { kind, namespace, name, isDryRun: false };
  return { kind, namespace, name, action: actionOf(policy), isDryRun: isDryRun(policy) };
}
