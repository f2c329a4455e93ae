// What stands in the way of a plugin in Istio, by the Services and Sidecars among the user's objects.

import type { Finding } from "../findings/finding.js";
import { outboundCluster } from "../istio/destination-rules.js";
import { labelsText } from "../istio/pods.js";
import { servicesOf } from "../istio/services.js";
import { sidecarWithout } from "../istio/sidecar-egress.js";
import { hiddenIssuer } from "../lints/keys/issuer-clusters.js";
import { opaquePortsOf } from "../lints/ports/opaque-ports.js";
import type { Resource } from "../resources/resource.js";
import { wayToKeys } from "./kubernetes/istio-resources.js";
import { servesAllNamespaces } from "../istio/workload.js";
import type { Resolved } from "../resolution/resolve.js";

export interface MeshRemarksOptions {
  /** Origin -> cluster, as given. */
  readonly clusters: ReadonlyMap<string, string>;
  /** Service ports that are TCP on purpose. */
  readonly tcpPorts: ReadonlySet<number>;
}

/** Errors for ports that the filter would not see, warnings for issuers out of reach. */
export function meshRemarks(
  resources: readonly Resource[],
  resolved: Resolved,
  options: MeshRemarksOptions,
): Finding[] {
  const { namespace, labels } = resolved.workload;
  const whose = `for ${namespace}${labels.size === 0 ? "" : `/${labelsText(labels)}`}`;
  return [
    ...servicesFor(resources, resolved).flatMap((service) => opaquePortsOf(service, whose, options.tcpPorts)),
    ...hiddenIssuers(resources, resolved, options),
  ];
}

function servicesFor(resources: readonly Resource[], resolved: Resolved): Resource[] {
  const { workload, isGateway, rootNamespace } = resolved;
  const { namespace, labels, service } = workload;
  if (service?.kind === "Service") {
    return resources.filter(
      (one) =>
        one.group === "" &&
        one.kind === "Service" &&
        one.namespace === service.namespace &&
        one.name === service.name,
    );
  }
  // What a gateway takes for HTTP is told by its Gateways.
  if (isGateway || workload.isWaypoint) return [];
  const inAllNamespaces = servesAllNamespaces(workload, rootNamespace);
  return servicesOf(resources, { namespace, labels, inAllNamespaces });
}

function hiddenIssuers(
  resources: readonly Resource[],
  resolved: Resolved,
  { clusters }: MeshRemarksOptions,
): Finding[] {
  const { workload, rootNamespace, isGateway } = resolved;
  // Sidecars are for sidecars.
  if (isGateway || workload.isWaypoint || servesAllNamespaces(workload, rootNamespace)) return [];
  const { egress, ways } = wayToKeys(resources, resolved, clusters);
  const namespaces = new Map(egress.hosts.map((one) => one.split("/").reverse() as [string, string]));
  return [...ways.values()].flatMap((name) => {
    const host = outboundCluster(name)?.host;
    if (host === undefined) return [];
    const of = namespaces.get(host) ?? workload.namespace;
    const hiding = sidecarWithout(resources, workload, host, of, rootNamespace);
    return hiding === undefined ? [] : [hiddenIssuer(hiding, host, of)];
  });
}
