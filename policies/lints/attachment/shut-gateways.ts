// JP231: an ALLOW policy without rules for a whole namespace, or for all of them, that shuts a gateway as well: nothing comes in any more.

import { remark, type Lint, type LintContext } from "../../findings/lint.js";
import { gatewaysIn, type GatewayPods } from "./gateways.js";
import { isDryRun, type Policy } from "../../istio/policy.js";
import { haveLabels } from "../../istio/pods.js";
import { gatewayNameLabel } from "../../istio/workload.js";

export const shutGateways: Lint = (context) => {
  const gateways = gatewaysIn(context.resources);
  const allow = context.authorizationPolicies.filter(
    ({ policy, action }) => action === "ALLOW" && !isDryRun(policy),
  );
  return allow
    .filter(({ policy, rules }) => rules.length === 0 && isForAll(policy))
    .flatMap(({ policy }) => {
      const { namespace } = policy.resource;
      const shut = gateways.filter(
        (gateway) =>
          (namespace === context.rootNamespace || namespace === gateway.namespace) &&
          !allow.some((other) => other.rules.length > 0 && opens(other.policy, gateway, context)),
      );
      if (shut.length === 0) return [];
      const names = shut.map(({ name }) => name).join(", ");
      return [
        remark({
          id: "JP231",
          resource: policy.resource,
          at: policy.resource.at,
          message: `this allows nothing, at the gateway as well (${names}): no request comes in`,
          remedy: "add an ALLOW policy for the gateway, or give this one a selector or another namespace",
        }),
      ];
    });
};

function isForAll({ matchLabels, targetRefs }: Policy): boolean {
  return targetRefs.length === 0 && (matchLabels?.size ?? 0) === 0;
}

/** Whether a policy may apply to a gateway. Labels that the files do not tell may be there. */
function opens(policy: Policy, gateway: GatewayPods, { rootNamespace }: LintContext): boolean {
  const { namespace } = policy.resource;
  if (gateway.isPlaced && namespace !== gateway.namespace && namespace !== rootNamespace) return false;
  if (policy.targetRefs.length > 0) {
    const name = gateway.labels.get(gatewayNameLabel);
    return policy.targetRefs.some(
      (ref) => ref.kind === "Gateway" && (name === undefined || ref.name === name),
    );
  }
  const wanted = policy.matchLabels ?? new Map<string, string>();
  // A selector of one label of several that a Gateway object names is enough.
  return haveLabels(gateway.labels, wanted) || (!gateway.isPlaced && haveLabels(wanted, gateway.labels));
}
