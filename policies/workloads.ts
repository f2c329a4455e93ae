// The workloads among a user's objects, and the policies of each.

import { noTrust } from "./plugin-config/plugin-config.js";
import { parseResources } from "./documents/documents.js";
import type { SourceFile } from "./resources/source-file.js";
import { workloadPolicies, type WorkloadPolicies } from "./workloads/workload-policies.js";

export interface WorkloadsOptions {
  /** Of objects that name none. Default: default. */
  readonly namespace?: string;
  /** Of the mesh. Default: istio-system. */
  readonly rootNamespace?: string;
}

/**
 * Which policies hit which workload: Deployments and their like, Services whose pods are not there, Gateways of the Gateway API.
 * @throws InputError if a text is no YAML
 */
export function workloads(
  sources: readonly SourceFile[],
  options: WorkloadsOptions = {},
): WorkloadPolicies[] {
  const { namespace = "default", rootNamespace = "istio-system" } = options;
  return workloadPolicies(parseResources(sources, namespace), { rootNamespace, trust: noTrust });
}
