// From a user's objects to the text that `render` writes.

import type { Filter } from "../evaluation/filter.js";
import { InputError } from "../resources/input-error.js";
import type { Finding } from "../findings/finding.js";
import { jsonText, printable } from "../text/printable.js";
import type { Resource } from "../resources/resource.js";
import { envoyBootstrap, type BootstrapOptions } from "./envoy/envoy-bootstrap.js";
import { filterObjections } from "../resolution/filter-objections.js";
import { istioResources, type IstioOptions } from "./kubernetes/istio-resources.js";
import { pluginConfig } from "../plugin-config/plugin-config.js";
import { pluginKind, type RenderFormat } from "./formats.js";
import { overlappingPlugins } from "./overlapping.js";
import { remarks } from "./remarks.js";
import { resolvePolicies, type Resolved, type WorkloadOptions } from "../resolution/resolve.js";
import { standaloneConfig } from "./envoy/standalone-config.js";
import { workloadName } from "./kubernetes/workload-name.js";
import { writtenOnce } from "./kubernetes/written-once.js";
import { yamlText } from "./kubernetes/yaml-text.js";

export interface RenderOptions
  extends
    Omit<IstioOptions, "kind">,
    Pick<BootstrapOptions, "upstream" | "listener" | "admin" | "caFile" | "wasm"> {
  /** One or more; several only where what is written for them has names. */
  readonly workloads: readonly WorkloadOptions[];
  readonly format: RenderFormat;
  /** Service ports that are TCP on purpose: the filter sees nothing of them. */
  readonly tcpPorts: ReadonlySet<number>;
  readonly json: boolean;
}

export interface Rendered {
  /** Undefined if the policies are refused. */
  readonly text: string | undefined;
  readonly findings: readonly Finding[];
}

/** Resolves the policies of workloads and writes them in the wanted format, if the filter takes them. */
export async function renderWorkloads(
  resources: readonly Resource[],
  options: RenderOptions,
  filter: Filter,
): Promise<Rendered> {
  const accepted: Resolved[] = [];
  const refused: Finding[] = [];
  for (const workload of options.workloads) {
    const { resolved, findings } = resolvePolicies(resources, workload);
    const { coexistence, clusters } = options;
    const objections =
      resolved === undefined
        ? findings
        : await filterObjections(
            filter,
            pluginConfig(resolved.selection, clusters, workload.trust, coexistence),
            resolved.selection,
          );
    refused.push(...objections);
    if (resolved !== undefined && objections.length === 0) accepted.push(resolved);
  }
  const remarked = accepted.flatMap((resolved) => remarks(resources, resolved, options));
  const isRefused = refused.length > 0 || remarked.some(({ severity }) => severity === "error");
  if (isRefused) return { text: undefined, findings: onceEach([...refused, ...remarked]) };
  const { text, findings } = write(resources, accepted, options);
  return { text, findings: onceEach([...findings, ...remarked]) };
}

/** Two workloads may have the same policies, with the same to be said about them. */
export function onceEach(findings: readonly Finding[]): Finding[] {
  const known = new Map(findings.map((one) => [JSON.stringify([one.id, one.at, one.message]), one]));
  return [...known.values()];
}

function write(
  resources: readonly Resource[],
  accepted: readonly Resolved[],
  options: RenderOptions,
): Rendered {
  const { format, clusters, coexistence } = options;
  const nothing: readonly Finding[] = [];
  const kind = pluginKind(format);
  if (kind !== undefined) {
    const all = accepted.flatMap((resolved) => istioResources(resources, resolved, { ...options, kind }));
    const { objects, findings: collisions } = writtenOnce(all, resources);
    const findings = [
      ...collisions,
      ...overlappingPlugins(resources, accepted, kind, options.name).map(({ finding }) => finding),
    ];
    if (findings.some(({ severity }) => severity === "error")) return { text: undefined, findings };
    if (options.json) return { text: jsonText({ apiVersion: "v1", kind: "List", items: objects }), findings };
    return { text: resourcesHead(accepted, options) + objects.map(yamlText).join("---\n"), findings };
  }
  const [resolved] = accepted;
  if (resolved === undefined || accepted.length > 1) {
    throw new InputError(`--as ${format} is for one workload: give --for once, or --as wasmplugin`);
  }
  const { trust } = resolved;
  if (format === "config") {
    return {
      text: jsonText(pluginConfig(resolved.selection, clusters, trust, coexistence)),
      findings: nothing,
    };
  }
  const { config, origins } = standaloneConfig(resolved, { trust }, clusters, coexistence);
  const filterName = `${resolved.workload.namespace}.${options.name ?? workloadName(resolved.workload)}`;
  const { isGateway } = resolved;
  const bootstrap = envoyBootstrap(config, { ...options, origins, filterName, isGateway });
  return {
    text: options.json ? jsonText(bootstrap) : bootstrapHead(options) + yamlText(bootstrap),
    findings: nothing,
  };
}

function resourcesHead(accepted: readonly Resolved[], { coexistence }: RenderOptions): string {
  const { dryRun, forwardToken } = coexistence;
  const native = forwardToken
    ? "Tokens stay in the request for the native filters behind it: once those are gone, render without --forward-token."
    : "No RequestAuthentication or AuthorizationPolicy in the cluster may select the same pods as well.";
  return `# Written by jwt-policy render for
${accepted.map((one) => `#   ${printable(workloadText(one))}\n`).join("")}# ${native}
${dryRun ? "# Policies count and log, and decide nothing: --dry-run.\n" : ""}`;
}

function workloadText({ workload, isGateway }: Resolved): string {
  const { namespace, service } = workload;
  const labels = [...workload.labels].map(([label, value]) => `${label}=${value}`).join(",");
  const of = service === undefined ? "" : `, for the ${service.kind} ${service.namespace}/${service.name}`;
  const kind = workload.isWaypoint
    ? "a waypoint"
    : isGateway
      ? "a gateway"
      : labels === ""
        ? "all sidecars; gateways need a plugin of their own"
        : "a sidecar; for a gateway, give --gateway";
  return `${namespace}${labels === "" ? "" : `/${labels}`}: ${kind}${of}`;
}

function bootstrapHead({ listener, admin }: RenderOptions): string {
  return `# Written by jwt-policy render. To run it: envoy -c <this file>
# It listens on ${printable(`${listener.host}:${listener.port}; its admin endpoint is ${admin.host}:${admin.port}`)}.
`;
}
