// The policies of workloads, as what runs the filter.

import type { Filter } from "./evaluation/filter.js";
import { InputError } from "./resources/input-error.js";
import { pluginKind, type RenderFormat } from "./render/formats.js";
import { renderWorkloads, type Rendered } from "./render/render-workloads.js";
import { readWorkloadFields, type WorkloadFields } from "./resolution/workload-fields.js";
import { parseResources } from "./documents/documents.js";
import type { Address } from "./resources/address.js";
import type { SourceFile } from "./resources/source-file.js";

export interface RenderFields {
  /** One; or more, for objects of Kubernetes. */
  readonly workloads: readonly WorkloadFields[];
  /** Of objects that name none. Default: default. */
  readonly namespace?: string;
  /** Default: config, the plugin configuration alone. */
  readonly format?: RenderFormat;
  /** Whether to write JSON where YAML is usual. */
  readonly json?: boolean;
  /** Origin of an issuer -> the Envoy cluster to it. */
  readonly clusters?: ReadonlyMap<string, string>;
  /** Service ports that are TCP on purpose: the filter sees nothing of them. */
  readonly tcpPorts?: ReadonlySet<number>;
  /** Policies count and log, and decide nothing. */
  readonly dryRun?: boolean;
  /** Tokens stay in the request, for native filters behind this one. */
  readonly forwardToken?: boolean;
  /** Of the plugin. Default: one that only this workload has in its namespace. */
  readonly name?: string;
  /** Where a WasmPlugin or TrafficExtension fetches the filter. */
  readonly image?: string;
  /** The digest that the filter must have. */
  readonly sha256?: string;
  /** Of the format envoy: the service behind the filter, and where Envoy listens. */
  readonly upstream?: Address;
  readonly listener?: Address;
  readonly admin?: Address;
  /** Of the format envoy: the authorities that issuers are trusted by, and the filter, as files where Envoy runs. */
  readonly caFile?: string;
  readonly wasm?: string;
}

/**
 * Resolves which policies apply to workloads, as Istio does, and writes what runs the filter for them.
 * @throws InputError if something has another form, or no image is given where one is needed
 */
export async function render(
  sources: readonly SourceFile[],
  filter: Filter,
  fields: RenderFields,
): Promise<Rendered> {
  const { format = "config", dryRun = false, forwardToken = false, image } = fields;
  const options = {
    workloads: fields.workloads.map((workload) => readWorkloadFields(workload)),
    format,
    json: fields.json ?? false,
    clusters: fields.clusters ?? new Map<string, string>(),
    tcpPorts: fields.tcpPorts ?? new Set<number>(),
    coexistence: { dryRun, forwardToken },
    name: fields.name,
    image: image ?? "",
    sha256: fields.sha256,
    upstream: fields.upstream ?? { host: "127.0.0.1", port: 80 },
    listener: fields.listener ?? { host: "127.0.0.1", port: 10000 },
    admin: fields.admin ?? { host: "127.0.0.1", port: 9901 },
    caFile: fields.caFile ?? "/etc/ssl/certs/ca-certificates.crt",
    wasm: fields.wasm ?? "jwt-policy.wasm",
  };
  if (image === undefined && pluginKind(format) !== undefined) {
    throw new InputError(
      `image: a ${format} needs the place where the filter is fetched, as oci://registry/name@sha256:…`,
    );
  }
  return renderWorkloads(parseResources(sources, fields.namespace ?? "default"), options, filter);
}
