// Policies without a namespace, which `kubectl -n` would put where they are meant to be. Where one was meant for the workload, a DENY is
// missing.

import type { Finding } from "../findings.js";
import { readPolicy } from "../istio/policy.js";
import { resourceName, type Resource } from "../resources/resource.js";
import { stringAt } from "../resources/tree.js";
import type { Resolved } from "./resolve.js";

/** A warning for each policy that names no namespace and is therefore not looked at for this workload. */
export function leftOut(resources: readonly Resource[], resolved: Resolved): Finding[] {
  return resources.flatMap((resource) => ofNoNamespace(resource, resolved));
}

function ofNoNamespace(resource: Resource, { workload, rootNamespace }: Resolved): Finding[] {
  if (readPolicy(resource) === undefined) return [];
  if ((stringAt(resource.tree, "metadata", "namespace") ?? "") !== "") return [];
  const { namespace } = resource;
  if ([workload.namespace, rootNamespace, workload.service?.namespace].includes(namespace)) return [];
  return [
    {
      id: "JP007",
      severity: "warning",
      message: `the policy names no namespace: it is taken for one of ${namespace}, and left out`,
      at: resource.at,
      resource: resourceName(resource),
      remedy: `write its namespace, or give the one that objects without have: -n ${workload.namespace}`,
    },
  ];
}
