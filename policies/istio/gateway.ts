// Whether a workload is a gateway: Istio runs filters on its listeners as on a client's side.

import type { Resource } from "../resources/resource.js";
import { textsOf } from "../resources/resource.js";
import { valueAt } from "../resources/tree.js";
import { gatewayNameLabel, type Workload } from "./workload.js";

/**
 * True for a workload of the Gateway API (by its label), one that a Gateway of Istio's among the objects selects, and
 * one with the labels that Istio's own installations give their gateways: `istio: ingressgateway` or, by the Helm
 * chart, `istio: ingress` and `app: istio-ingress`.
 */
export function isGateway(
  workload: Pick<Workload, "namespace" | "labels">,
  resources: readonly Resource[],
): boolean {
  const { labels } = workload;
  // Nobody else but istiod has a label `istio`.
  const ofIstio = labels.get("istio") ?? "pilot";
  if (labels.has(gatewayNameLabel) || ofIstio !== "pilot") return true;
  if (/^istio-.*(gateway|ingress|egress)$/.test(labels.get("app") ?? "")) return true;
  return resources.some((one) => {
    if (one.kind !== "Gateway" || one.group !== "networking.istio.io") return false;
    // Selectors of Istio's Gateways reach into every namespace (PILOT_SCOPE_GATEWAY_TO_NAMESPACE is off by default).
    const selector = textsOf(valueAt(one.tree, "spec", "selector"));
    return selector.size > 0 && [...selector].every(([label, value]) => labels.get(label) === value);
  });
}
