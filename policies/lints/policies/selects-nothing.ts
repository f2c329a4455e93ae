// JP215: a selector or targetRef that meets none of the workloads, Services and Gateways in the files.

import type { Finding } from "../../findings/finding.js";
import { haveLabels, labelsText, podsIn, podsOf } from "../../istio/pods.js";
import { isGateway } from "../../istio/gateway.js";
import { extensionsIn } from "../../extensions/extensions-object.js";
import type { Attached } from "../../istio/policy.js";
import { resourceName, type Resource } from "../../resources/resource.js";
import { someOf } from "../../text/some-of.js";
import { entry } from "../../resources/tree.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";

const targets = ["Gateway", "Service", "ServiceEntry"];

export const selectsNothing: Lint = (context) => {
  const policies = [
    ...context.requestAuthentications,
    ...context.authorizationPolicies.map(({ policy }) => policy),
    ...extensionsIn(context.resources),
  ];
  return policies.flatMap((policy) => [...judgeSelector(policy, context), ...judgeTargets(policy, context)]);
};

function judgeSelector(policy: Attached, { resources, rootNamespace }: LintContext): Finding[] {
  const { resource, matchLabels } = policy;
  if (matchLabels === undefined || matchLabels.size === 0) return [];
  const everywhere = resource.namespace === rootNamespace;
  const workloads = everywhere ? podsIn(resources) : podsOf(resource.namespace, resources);
  if (workloads.length === 0) return elsewhere(policy, matchLabels, resources);
  if (workloads.some(({ labels }) => haveLabels(labels, matchLabels))) return [];
  return [
    remark({
      id: "JP215",
      resource,
      at: entry(policy.spec, "selector")?.value.at ?? resource.at,
      message: `the selector ${labelsText(matchLabels)} selects no workload in these files`,
      remedy: `there are ${someOf(workloads.map((pods) => resourceName(pods.resource)))}; it is their pods' labels that count`,
    }),
  ];
}

/** Without workloads of the namespace the files do not tell, unless those that are meant are in another. */
function elsewhere(
  policy: Attached,
  matchLabels: ReadonlyMap<string, string>,
  resources: readonly Resource[],
): Finding[] {
  const { resource } = policy;
  const meant = podsIn(resources).filter(({ labels }) => haveLabels(labels, matchLabels));
  const isGateways = isGateway({ namespace: resource.namespace, labels: matchLabels }, resources);
  if (meant.length === 0 || isGateways) return [];
  return [
    remark({
      id: "JP215",
      resource,
      at: entry(policy.spec, "selector")?.value.at ?? resource.at,
      message: `the selector ${labelsText(matchLabels)} selects no workload of the namespace ${resource.namespace} in these files`,
      remedy: `a policy is for its own namespace; there is ${someOf(meant.map((pods) => resourceName(pods.resource)))}`,
    }),
  ];
}

function judgeTargets(policy: Attached, { resources }: LintContext): Finding[] {
  const { resource } = policy;
  return policy.targetRefs.flatMap((ref) => {
    if (!targets.includes(ref.kind)) return [];
    const known = resources.filter((one) => one.kind === ref.kind && one.namespace === resource.namespace);
    if (known.length === 0 || known.some(({ name }) => name === ref.name)) return [];
    return [
      remark({
        id: "JP215",
        resource,
        at: (entry(policy.spec, "targetRefs") ?? entry(policy.spec, "targetRef"))?.value.at ?? resource.at,
        message: `there is no ${ref.kind} ${ref.name} in the namespace ${resource.namespace} of these files`,
        remedy: `there are ${someOf(known.map(({ name }) => name))}`,
      }),
    ];
  });
}
