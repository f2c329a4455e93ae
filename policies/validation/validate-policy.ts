// What Istio refuses or remarks about a policy: the API server by the CRD, and istiod's webhook.

import type { Finding } from "../findings/finding.js";
import { policySchemas, type Policy } from "../istio/policy.js";
import { once } from "../lookups/once.js";
import { resourceName } from "../resources/resource.js";
import { valueAt } from "../resources/tree.js";
import { validateAuthorizationPolicy } from "./authorization-policy.js";
import { annotationObjections, frameObjections } from "./metadata.js";
import { Objections, type Objection } from "../findings/objections.js";
import { unreadable } from "./schema/proto-fields.js";
import { validateRequestAuthentication } from "./request-authentication.js";
import { structuralObjections } from "./schema/structure.js";

/** Findings about one policy. Where both gatekeepers object to the same place, the API server speaks. */
export const validatePolicy = once((policy: Policy): readonly Finding[] => {
  const schema = schemaObjections(policy);
  const places = new Set(schema.map(({ at }) => at.offset));
  const others = webhookObjections(policy).filter(({ at }) => !places.has(at.offset));
  const resource = resourceName(policy.resource);
  return [...schema, ...others].map((objection) => findingOf(objection, resource));
});

function findingOf({ id, severity, message, at, remedy, fix }: Objection, resource: string): Finding {
  return {
    id,
    severity,
    message,
    at,
    resource,
    ...(remedy === undefined ? {} : { remedy }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** What the API server objects to. */
export function schemaObjections(policy: Policy): readonly Objection[] {
  const spec = valueAt(policy.resource.tree, "spec");
  const frame = frameObjections(policy.resource).list;
  return spec === undefined
    ? frame
    : [...frame, ...structuralObjections(spec, policySchemas[policy.kind]).list];
}

/** What istiod's webhook objects to. */
export function webhookObjections(policy: Policy): readonly Objection[] {
  const out = new Objections("webhook");
  const written = valueAt(policy.resource.tree, "spec");
  const unreadableAt =
    written?.kind === "list" || (written?.kind === "scalar" && written.value !== null)
      ? written.at
      : unreadable(policy.spec, policySchemas[policy.kind]);
  if (unreadableAt !== undefined) {
    out.error("JP100", unreadableAt, "istiod cannot read this value: it is of another type");
    return out.list;
  }
  const annotations = annotationObjections(policy.resource).list;
  if (annotations.length > 0) return annotations;
  if (policy.kind === "AuthorizationPolicy") validateAuthorizationPolicy(policy.spec, out);
  else validateRequestAuthentication(policy.spec, out);
  return out.list;
}
