// JP242: tokens that are held to the client's certificate where that does not come: behind the gateway that ends TLS, or at a gateway that asks for none.

import { extensionsIn, partOf } from "../../extensions/extensions-object.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";
import { isGateway } from "../../istio/gateway.js";
import { haveLabels } from "../../istio/pods.js";
import type { Attached } from "../../istio/policy.js";
import { constraintsOf } from "../../policy-model/rule-model.js";
import type { Position } from "../../resources/position.js";
import { resourceName, textsOf, type Resource } from "../../resources/resource.js";
import { entry, itemsOf, stringAt, valueAt } from "../../resources/tree.js";
import { gatewaysIn } from "../attachment/gateways.js";

export const certificateBinding: Lint = (context) =>
  extensionsIn(context.resources).flatMap((object) => {
    const at = bindingIn(object);
    const why = at === undefined ? undefined : elsewhere(object, context);
    if (at === undefined || why === undefined) return [];
    return [remark({ id: "JP242", resource: object.resource, at, ...why })];
  });

/** Where an object holds tokens to a certificate; undefined if it does not. */
function bindingIn(object: Attached): Position | undefined {
  return itemsOf(partOf(object, "tokenProfiles")).flatMap(
    (profile) => entry(profile, "certificateBinding")?.keyAt ?? [],
  )[0];
}

/** What the files tell of clients' certificates that do not come to where the object is; undefined if they tell of none. */
function elsewhere(object: Attached, context: LintContext): { message: string; remedy: string } | undefined {
  const { resources } = context;
  if (!isForGateway(object, resources)) {
    const gateways = gatewaysIn(resources);
    if (gateways.length > 0) {
      return {
        message: `the client's certificate comes to the gateway that ends TLS (${gateways[0]!.name}); here it is the gateway's own, or none: bound tokens are refused`,
        remedy: "move the profile, and the policies for clients' tokens with it, to the gateway",
      };
    }
  } else {
    const bound = gatewaysOf(object, resources);
    if (bound.length > 0 && !bound.some(asksForCertificates)) {
      return {
        message: `no server of ${bound.map(resourceName).join(", ")} asks clients for a certificate: bound tokens are refused`,
        remedy: "set tls.mode: MUTUAL or OPTIONAL_MUTUAL there",
      };
    }
  }
  const forwarded = context.authorizationPolicies.some(({ rules }) =>
    rules
      .flatMap(constraintsOf)
      .some(({ attribute }) => attribute.toLowerCase() === "request.headers[x-forwarded-client-cert]"),
  );
  return forwarded
    ? {
        message:
          "policies here read X-Forwarded-Client-Cert, which a proxy ahead writes that ends TLS; tokens are held to the certificate of this connection alone",
        remedy: "hold tokens to certificates in the proxy that ends the clients' TLS",
      }
    : undefined;
}

function isForGateway(
  { resource, matchLabels, targetRefs }: Attached,
  resources: readonly Resource[],
): boolean {
  if (targetRefs.length > 0) return targetRefs.some(({ kind }) => kind === "Gateway");
  const labels = matchLabels ?? new Map<string, string>();
  // For all workloads of a namespace: the gateway may be one of them.
  if (labels.size === 0)
    return gatewaysIn(resources).some((one) => !one.isPlaced || one.namespace === resource.namespace);
  return isGateway({ namespace: resource.namespace, labels }, resources);
}

/** Istio's Gateways that bind the pods that an object selects. */
function gatewaysOf({ matchLabels }: Attached, resources: readonly Resource[]): readonly Resource[] {
  const labels = matchLabels ?? new Map<string, string>();
  if (labels.size === 0) return [];
  return resources.filter(({ group, kind, tree }) => {
    if (group !== "networking.istio.io" || kind !== "Gateway") return false;
    const selector = textsOf(valueAt(tree, "spec", "selector"));
    return selector.size > 0 && (haveLabels(labels, selector) || haveLabels(selector, labels));
  });
}

function asksForCertificates({ tree }: Resource): boolean {
  return itemsOf(valueAt(tree, "spec", "servers")).some((server) =>
    ["MUTUAL", "OPTIONAL_MUTUAL"].includes(stringAt(server, "tls", "mode") ?? ""),
  );
}
