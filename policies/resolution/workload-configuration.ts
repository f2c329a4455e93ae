// The configuration with which a workload's policies are evaluated in this process.

import type { Filter } from "../evaluation/filter.js";
import type { Finding } from "../findings/finding.js";
import type { Resource } from "../resources/resource.js";
import type { JsonObject } from "../resources/tree.js";
import { filterObjections } from "./filter-objections.js";
import { pluginConfig } from "../plugin-config/plugin-config.js";
import { resolvePolicies, type Resolved, type WorkloadOptions } from "./resolve.js";

export type WorkloadConfiguration =
  | { readonly kind: "ready"; readonly configuration: JsonObject; readonly resolved: Resolved }
  /** What Istio, `render` or the filter refuses. */
  | { readonly kind: "refused"; readonly findings: readonly Finding[] };

/** Resolves the policies of a workload, and asks the filter whether it takes them. */
export async function workloadConfiguration(
  resources: readonly Resource[],
  options: WorkloadOptions,
  filter: Filter,
): Promise<WorkloadConfiguration> {
  const { resolved, findings } = resolvePolicies(resources, options);
  if (resolved === undefined) return { kind: "refused", findings };
  const { selection } = resolved;
  const configuration: JsonObject = { ...pluginConfig(selection, new Map(), options.trust) };
  const objections = await filterObjections(filter, configuration, selection);
  if (objections.length > 0) return { kind: "refused", findings: objections };
  return { kind: "ready", configuration, resolved };
}
