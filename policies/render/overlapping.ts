// JP011: plugins that `render` is to write for pods that they have in common, with each other or with one that is among the files.

import type { Finding } from "../findings/finding.js";
import { gatewayNameLabel, servesAllNamespaces } from "../istio/workload.js";
import { attachedPlugins, pairText, type AttachedPlugin } from "../lints/policies/plugin-pairs.js";
import type { Resource } from "../resources/resource.js";
import type { Resolved } from "../resolution/resolve.js";
import { workloadName } from "./kubernetes/workload-name.js";

/** Two plugins for the same pods. */
export interface OverlappingPlugins {
  /** `WasmPlugin foo/httpbin-jwt-policy` */
  readonly names: readonly [string, string];
  readonly finding: Finding;
}

/**
 * An error where it is certain, a warning where it may be.
 * @param kind of the plugins
 * @param name of the one plugin, if the user gives one
 */
export function overlappingPlugins(
  resources: readonly Resource[],
  accepted: readonly Resolved[],
  kind: "WasmPlugin" | "TrafficExtension",
  name: string | undefined,
): OverlappingPlugins[] {
  const rendered = new Map(accepted.map((one) => [pluginName(one, kind, name), attachedOf(one, kind, name)]));
  const rootNamespace = accepted[0]?.rootNamespace ?? "";
  // One of the same name is replaced.
  const there = attachedPlugins(resources, rootNamespace).filter((one) => !rendered.has(one.name));
  const all = [...rendered.values()];
  const nowhere = { file: "-", line: 1, column: 1, offset: 0, end: 0 };
  return all.flatMap((one, i) => {
    const others = [...all.slice(0, i).map((other) => ({ ...other, at: nowhere })), ...there];
    return others.flatMap((other) => {
      const said = pairText(other, one, resources);
      if (said === undefined) return [];
      const finding = { id: "JP011", at: other.at, resource: one.name, ...said };
      return [{ names: [other.name, one.name] as const, finding }];
    });
  });
}

/** What the plugin of a workload will be called. */
export function pluginName(
  { workload }: Pick<Resolved, "workload">,
  kind: string,
  name: string | undefined,
): string {
  return `${kind} ${workload.service?.namespace ?? workload.namespace}/${name ?? workloadName(workload)}`;
}

function attachedOf(resolved: Resolved, kind: string, name: string | undefined): AttachedPlugin {
  const { workload, isGateway, rootNamespace } = resolved;
  const { namespace, labels, service } = workload;
  const gateway = labels.get(gatewayNameLabel);
  const targets =
    gateway === undefined
      ? []
      : [service === undefined ? `Gateway ${gateway}` : `${service.kind} ${service.name}`];
  return {
    name: pluginName(resolved, kind, name),
    attachment: {
      ...{ namespace: service?.namespace ?? namespace, targets, labels, isGateway },
      inAllNamespaces: servesAllNamespaces(workload, rootNamespace),
    },
  };
}
