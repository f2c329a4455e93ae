// Whether a workload is a gateway: Istio runs filters on its listeners as on a client's side.

import { once } from "../lookups/once.js";
import type { Resource } from "../resources/resource.js";
import { textsOf } from "../resources/resource.js";
import { valueAt } from "../resources/tree.js";
import { haveLabels } from "./pods.js";
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
  // Selectors of Istio's Gateways reach into every namespace (PILOT_SCOPE_GATEWAY_TO_NAMESPACE is off by default).
  return gatewaySelectors(resources).some((selector) => haveLabels(labels, selector));
}

/** What Istio's Gateways select; one without a selector selects nothing here. */
const gatewaySelectors = once((resources: readonly Resource[]) =>
  resources
    .filter(({ kind, group }) => kind === "Gateway" && group === "networking.istio.io")
    .map(({ tree }) => textsOf(valueAt(tree, "spec", "selector")))
    .filter(({ size }) => size > 0),
);
