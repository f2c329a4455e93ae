// To which proxies an EnvoyFilter applies.

import { gatewayNameLabel, type Workload } from "../../istio/workload.js";

/** The fields of its spec. A waypoint obeys targetRefs alone; Service and ServiceEntry are none for an EnvoyFilter. */
export function envoyFilterAttachment({ labels }: Workload): object {
  const gateway = labels.get(gatewayNameLabel);
  if (gateway !== undefined) {
    return { targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway }] };
  }
  return labels.size === 0 ? {} : { workloadSelector: { labels: Object.fromEntries(labels) } };
}
