// What is wrong with a JWTPolicyExtensions by itself: its frame, what it is for, and the schema of the filter's configuration.

import { attachmentFields, type Attached } from "../istio/policy.js";
import { extensionsAttachmentSchema } from "../istio/schema.js";
import { partsOf } from "../extensions/extensions-object.js";
import type { Finding } from "../findings/finding.js";
import { Objections } from "../findings/objections.js";
import { once } from "../lookups/once.js";
import { resourceName } from "../resources/resource.js";
import { entry, toJson, valueAt, type TreeMap } from "../resources/tree.js";
import { configurationViolations } from "../schema/configuration-violations.js";
import { validateAttachment } from "./attachment.js";
import { topLevelObjections } from "./metadata.js";
import { structuralObjections } from "./schema/structure.js";

/** As a configuration of the filter would have it: the parts under their key. */
export function asConfiguration(object: Attached): TreeMap {
  const { spec } = object;
  const parts: TreeMap = { ...spec, entries: partsOf(object) };
  const under = { key: "extensions", keySource: "extensions", keyAt: spec.at, value: parts };
  return { kind: "map", entries: [under], at: spec.at };
}

/** Errors alone: nothing else is refused by a schema. */
export const extensionsFaults = once((object: Attached): readonly Finding[] => {
  const { resource, spec } = object;
  const name = resourceName(resource);
  const out = new Objections("webhook");
  const attachment: TreeMap = {
    ...spec,
    entries: spec.entries.filter(({ key }) => attachmentFields.has(key)),
  };
  const written = valueAt(resource.tree, "spec");
  if (written === undefined) out.error("JP103", resource.at, "spec is missing");
  else if (written.kind !== "map") out.error("JP100", written.at, "spec must be an object");
  else if (partsOf(object).length === 0)
    out.error("JP103", entry(resource.tree, "spec")!.keyAt, "the object says nothing: its spec has no part");
  const structure = structuralObjections(attachment, extensionsAttachmentSchema).list;
  if (structure.length === 0) validateAttachment(attachment, out);
  const objections = [...topLevelObjections(resource).list, ...structure, ...out.list];
  return [
    ...objections
      .filter(({ severity }) => severity === "error")
      .map(({ id, severity, message, at, remedy }) => ({
        id,
        severity,
        message,
        at,
        resource: name,
        ...(remedy === undefined ? {} : { remedy }),
      })),
    ...configurationViolations(asConfiguration(object), toJson(asConfiguration(object)), name, []),
  ];
});
