// Whether a workload is a gateway: Istio runs filters on its listeners as on a client's side.

import type { Resource } from "../resources/resource.js";
import { textsOf } from "../resources/resource.js";
import { valueAt } from "../resources/tree.js";
import { gatewayNameLabel, type Workload } from "./workload.js";

/**
 * True for a workload of the Gateway API (by its label), one that a Gateway of Istio's among the objects selects, and
 * one with the label that Istio's own installations give their gateways (`istio: ingressgateway`).
 */
export function isGateway(
  workload: Pick<Workload, "namespace" | "labels">,
  resources: readonly Resource[],
): boolean {
  const { labels } = workload;
  if (labels.has(gatewayNameLabel) || /gateway$/.test(labels.get("istio") ?? "")) return true;
  return resources.some((one) => {
    if (one.kind !== "Gateway" || one.group !== "networking.istio.io") return false;
    // Selectors of Istio's Gateways reach into every namespace (PILOT_SCOPE_GATEWAY_TO_NAMESPACE is off by default).
    const selector = textsOf(valueAt(one.tree, "spec", "selector"));
    return selector.size > 0 && [...selector].every(([label, value]) => labels.get(label) === value);
  });
}
