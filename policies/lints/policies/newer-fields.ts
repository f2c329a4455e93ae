// JP239: a field that the Istio in use does not have: its API server drops it, and the policy says less than it seems to.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import { isOlder, istioVersion, type IstioVersion } from "../../policy-model/istio-version.js";
import { policySchemas, type Policy } from "../../istio/policy.js";
import type { Schema } from "../../istio/schema.js";
import type { Tree } from "../../resources/tree.js";

export const newerFields: Lint = ({
  requestAuthentications,
  authorizationPolicies,
  istioVersion: version,
}) =>
  version === undefined
    ? []
    : [...requestAuthentications, ...authorizationPolicies.map(({ policy }) => policy)].flatMap((policy) =>
        newerIn(policy.spec, policySchemas[policy.kind], policy, version),
      );

function newerIn(tree: Tree, schema: Schema, policy: Policy, version: IstioVersion): Finding[] {
  if (schema.type === "list" && tree.kind === "list")
    return tree.items.flatMap((item) => newerIn(item, schema.items, policy, version));
  if (schema.type !== "object" || tree.kind !== "map") return [];
  return tree.entries.flatMap(({ key, keyAt, value }) => {
    const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    if (field === undefined) return [];
    const since = istioVersion(field.since ?? "0.0");
    if (since === undefined || !isOlder(version, since)) return newerIn(value, field, policy, version);
    return [
      remark({
        id: "JP239",
        resource: policy.resource,
        at: keyAt,
        severity: "error",
        message: `Istio ${version.join(".")} does not have ${key}, which is there since ${since.join(".")}: it is dropped, or the object refused`,
        remedy: "say it without this field, or let this filter enforce the policy in place of Istio's own",
      }),
    ];
  });
}
