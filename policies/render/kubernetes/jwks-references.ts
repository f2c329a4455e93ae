// A waypoint's clusters are those that its routes name, and so are a gateway's where istiod has PILOT_FILTER_GATEWAY_CLUSTER_CONFIG. No route names
// an issuer. istiod makes a cluster nevertheless for each host in this annotation (pilot/pkg/model/envoyfilter.go, convertToEnvoyFilterWrapper).

import type { Workload } from "../../istio/workload.js";
import { envoyFilterAttachment } from "./envoy-filter-attachment.js";
import type { KubernetesObject } from "./written-once.js";

const annotation = "envoyfilter.istio.io/referenced-services";

/**
 * An EnvoyFilter without patches, for a gateway or waypoint.
 * @param hosts `namespace/host`; without a namespace: the host, whoever has it
 */
export function jwksReferences(workload: Workload, hosts: readonly string[], name: string): KubernetesObject {
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: {
      name: `${name}-jwks`,
      namespace: workload.namespace,
      // Istio takes blanks for parts of the names.
      annotations: { [annotation]: [...new Set(hosts)].join(",") },
    },
    spec: envoyFilterAttachment(workload),
  };
}
