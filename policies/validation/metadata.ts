// What Istio and Kubernetes refuse outside of the spec: versions, top-level fields, annotations.

import { parseGoBoolean } from "../golang/boolean.js";
import type { Resource } from "../resources/resource.js";
import { entry, valueAt, type TreeEntry } from "../resources/tree.js";
import { policySchemas } from "../istio/policy.js";
import { nearestName } from "../text/spelling.js";
import { actionName } from "./authorization-policy.js";
import { Objections } from "../findings/objections.js";

const versions = ["v1", "v1beta1"];
const topLevel = ["apiVersion", "kind", "metadata", "spec", "status"];

/** Annotations that only Istio itself may set (pkg/config/constants). */
const internalAnnotations = [
  "internal.istio.io/webhook-always-reject",
  "internal.istio.io/parents",
  "internal.istio.io/parent-namespace",
];

/** What the API server refuses about a policy's frame. */
export function frameObjections(resource: Resource): Objections {
  const out = new Objections("schema");
  if (!versions.includes(resource.version)) {
    const at = entry(resource.tree, "apiVersion")?.value.at ?? resource.at;
    out.error(
      "JP115",
      at,
      `${resource.group} has no version ${resource.version}`,
      `write ${resource.group}/v1`,
    );
  }
  out.list.push(...topLevelObjections(resource).list);
  return out;
}

/** Fields beside `spec` that no object has. */
export function topLevelObjections(resource: Resource): Objections {
  const out = new Objections("schema");
  for (const { key, keyAt } of resource.tree.entries) {
    if (!topLevel.includes(key)) {
      out.error(
        "JP101",
        keyAt,
        `${withArticle(resource.kind)} has no field ${key}`,
        lostHint(key, resource.kind),
      );
    }
  }
  return out;
}

/** Most fields at the top that are none belong one level down. */
function lostHint(key: string, kind: string): string {
  if (["name", "namespace", "labels", "annotations"].includes(key))
    return "it belongs under metadata: indent it there";
  const schema = Object.hasOwn(policySchemas, kind)
    ? policySchemas[kind as keyof typeof policySchemas]
    : undefined;
  if (schema !== undefined && Object.hasOwn(schema.fields, key))
    return "it belongs under spec: indent it there";
  const near = nearestName(key, topLevel);
  return near === undefined ? `its fields are ${topLevel.join(", ")}` : `did you mean ${near}?`;
}

/** validateMetadata and checkDryRunAnnotation of istiod's webhook. */
export function annotationObjections(resource: Resource): Objections {
  const out = new Objections("webhook");
  const annotations = valueAt(resource.tree, "metadata", "annotations");
  const dryRun = entry(annotations, "istio.io/dry-run");
  if (dryRun !== undefined) validateDryRun(resource, dryRun, out);
  for (const name of internalAnnotations) {
    const one = entry(annotations, name);
    if (one !== undefined) out.error("JP111", one.keyAt, `the annotation ${name} is Istio's own`);
  }
  return out;
}

function validateDryRun(resource: Resource, { keyAt, value }: TreeEntry, out: Objections): void {
  if (resource.kind !== "AuthorizationPolicy") {
    out.error("JP111", keyAt, `${withArticle(resource.kind)} cannot have the annotation istio.io/dry-run`);
    return;
  }
  const spec = valueAt(resource.tree, "spec");
  const action = spec === undefined ? "ALLOW" : actionName(spec);
  if (action !== "ALLOW" && action !== "DENY") {
    out.error("JP111", keyAt, `istio.io/dry-run works for ALLOW and DENY, not for ${action}`);
    return;
  }
  const text = resource.annotations.get("istio.io/dry-run") ?? "";
  if (parseGoBoolean(text) === undefined) {
    out.error("JP111", value.at, `istio.io/dry-run is ${JSON.stringify(text)}; it must be "true" or "false"`);
  }
}

const withArticle = (kind: string) => `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
