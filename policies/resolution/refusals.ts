// Policies that Istio accepts and this filter cannot enforce. Leaving one out silently would open or close a workload.

import type { Finding } from "../findings/finding.js";
import { actionOf, type Policy } from "../istio/policy.js";
import type { Workload } from "../istio/workload.js";
import { resourceName } from "../resources/resource.js";
import { someOf } from "../text/some-of.js";
import { entry } from "../resources/tree.js";

/** What the filter refuses of the policies of one workload. */
export function refusals(policies: readonly Policy[]): Finding[] {
  return policies
    .filter((policy) => policy.kind === "AuthorizationPolicy" && actionOf(policy) === "CUSTOM")
    .map((policy) => ({
      id: "JP001",
      severity: "error",
      message: "a CUSTOM policy asks an external authorizer, which the filter cannot call",
      at: entry(policy.spec, "action")?.keyAt ?? policy.resource.at,
      resource: resourceName(policy.resource),
      remedy:
        "keep this policy on Istio's native filter: leave its file out here and leave the object in the cluster",
    }));
}

/** No policy applies: an empty configuration would let every request through. */
export function nothingApplies(policies: readonly Policy[], workload: Workload): Finding {
  const labels = [...workload.labels].map(([label, value]) => `${label}=${value}`).join(",");
  const names = policies.map((policy) => resourceName(policy.resource));
  // Those that are nearest first: a slip of the labels is likelier than one of the namespace.
  const near = policies.filter(({ resource }) => resource.namespace === workload.namespace);
  const others = someOf([...new Set([...near.map(({ resource }) => resourceName(resource)), ...names])], 10);
  return {
    id: "JP002",
    severity: "error",
    message: `no policy applies to ${workload.namespace}${labels === "" ? "" : `/${labels}`}`,
    // Without a policy there is no place to point at.
    at: policies[0]?.resource.at ?? { file: "", line: 1, column: 1, offset: 0, end: 0 },
    resource: others,
    remedy:
      others === ""
        ? "the files hold no RequestAuthentication and no AuthorizationPolicy"
        : `${labels === "" ? `${workload.namespace} is taken for a namespace, and labels stand behind a slash, as ${near.length === 0 ? "foo" : workload.namespace}/app=httpbin; ` : ""}there are ${others}; look at their namespaces (-n is that of objects which name none), selectors and targetRefs, and at --root-namespace`,
  };
}
