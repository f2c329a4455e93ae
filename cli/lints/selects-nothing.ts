// JP215: a selector or targetRef that meets none of the workloads, Services and Gateways in the files.

import type { Finding } from "../findings.js";
import { resourceName, textsOf } from "../resources/resource.js";
import { entry, valueAt } from "../resources/tree.js";
import type { Policy } from "../istio/policy.js";
import { remark, type Lint, type LintContext } from "./lint.js";

/** Kind -> where the labels of its pods are. */
const podLabels: Readonly<Record<string, readonly string[]>> = {
  Pod: ["metadata", "labels"],
  Deployment: ["spec", "template", "metadata", "labels"],
  StatefulSet: ["spec", "template", "metadata", "labels"],
  DaemonSet: ["spec", "template", "metadata", "labels"],
  ReplicaSet: ["spec", "template", "metadata", "labels"],
  Rollout: ["spec", "template", "metadata", "labels"],
  Job: ["spec", "template", "metadata", "labels"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "metadata", "labels"],
  WorkloadEntry: ["spec", "labels"],
  WorkloadGroup: ["spec", "metadata", "labels"],
};

const targets = ["Gateway", "Service", "ServiceEntry"];

export const selectsNothing: Lint = (context) => {
  const policies = [
    ...context.requestAuthentications,
    ...context.authorizationPolicies.map(({ policy }) => policy),
  ];
  return policies.flatMap((policy) => [...judgeSelector(policy, context), ...judgeTargets(policy, context)]);
};

function judgeSelector(policy: Policy, { resources, rootNamespace }: LintContext): Finding[] {
  const { resource, matchLabels } = policy;
  if (matchLabels === undefined || matchLabels.size === 0) return [];
  const everywhere = resource.namespace === rootNamespace;
  const workloads = resources.flatMap((one) => {
    const path = Object.hasOwn(podLabels, one.kind) ? podLabels[one.kind] : undefined;
    const inReach = everywhere || one.namespace === resource.namespace;
    return path !== undefined && inReach ? [{ one, labels: textsOf(valueAt(one.tree, ...path)) }] : [];
  });
  // Without workloads of the namespace, the files do not tell.
  if (workloads.length === 0) return [];
  const wanted = [...matchLabels];
  if (workloads.some(({ labels }) => wanted.every(([label, value]) => labels.get(label) === value)))
    return [];
  const labels = wanted.map(([label, value]) => `${label}=${value}`).join(",");
  return [
    remark({
      id: "JP215",
      resource,
      at: entry(policy.spec, "selector")?.value.at ?? resource.at,
      message: `the selector ${labels} selects no workload in these files`,
      remedy: `there are ${workloads.map(({ one }) => resourceName(one)).join(", ")}; it is their pods' labels that count`,
    }),
  ];
}

function judgeTargets(policy: Policy, { resources }: LintContext): Finding[] {
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
        remedy: `there are ${known.map(({ name }) => name).join(", ")}`,
      }),
    ];
  });
}
