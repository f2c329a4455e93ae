// The WasmPlugin or TrafficExtension that loads the filter into a workload (istio/api extensions/v1alpha1).

import { gatewayNameLabel, type Workload } from "../../istio/workload.js";
import type { PluginConfig } from "../../plugin-config/plugin-config.js";
import type { KubernetesObject } from "./written-once.js";

export interface PluginOptions {
  readonly workload: Workload;
  /** Whether the workload is a gateway: its listeners are clients' side to Istio. */
  readonly isGateway: boolean;
  /** metadata.name. */
  readonly name: string;
  /** Where Istio's agent fetches the filter: oci://, https:// or file://. */
  readonly image: string;
  /** 64 hexadecimal digits of the image's manifest or of the wasm; undefined: not pinned. */
  readonly sha256: string | undefined;
}

/** The object, ready to be written as YAML. TrafficExtension takes WasmPlugin's place from Istio 1.30 on. */
export function pluginResource(
  kind: "WasmPlugin" | "TrafficExtension",
  config: PluginConfig,
  options: PluginOptions,
): KubernetesObject {
  const { service } = options.workload;
  const wasm = {
    url: options.image,
    ...(options.sha256 === undefined ? {} : { sha256: options.sha256 }),
    // A filter that cannot run must not let requests through.
    failStrategy: "FAIL_CLOSE",
    pluginName: "jwt-policy",
    pluginConfig: config,
  };
  const where = {
    ...attachment(options.workload),
    // Before Istio's own jwt_authn and rbac.
    phase: "AUTHN",
    // Without this a sidecar runs the filter on the workload's outgoing requests too (pilot/pkg/model/extensions.go,
    // matchMode). A gateway has no SERVER listeners, and a waypoint is told by targetRefs.
    ...(options.isGateway ? {} : { match: [{ mode: "SERVER" }] }),
  };
  return {
    apiVersion: "extensions.istio.io/v1alpha1",
    kind,
    // What refers to a Service must be in its namespace: Istio passes it over in the waypoint's (policyattachment.go, ShouldAttachPolicy).
    metadata: { name: options.name, namespace: service?.namespace ?? options.workload.namespace },
    spec: kind === "WasmPlugin" ? { ...where, ...wasm } : { ...where, wasm },
  };
}

/** The attachment of the workload itself, with its own labels: not those of any one policy. */
function attachment(workload: Workload): object {
  const gateway = workload.labels.get(gatewayNameLabel);
  if (gateway !== undefined) {
    const { service } = workload;
    if (service === undefined) {
      return { targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway }] };
    }
    const group = service.kind === "Service" ? "" : "networking.istio.io";
    return { targetRefs: [{ group, kind: service.kind, name: service.name }] };
  }
  if (workload.labels.size === 0) return {};
  return { selector: { matchLabels: Object.fromEntries(workload.labels) } };
}
