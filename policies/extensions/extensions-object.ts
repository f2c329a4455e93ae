// JWTPolicyExtensions: an object of our own that says what Istio's two have no words for (docs/extensions.md). Nobody applies it to a cluster:
// `render` reads it beside Istio's objects, and writes what it says into the plugin's configuration.

import { attached, attachmentFields, type Attached } from "../istio/policy.js";
import { once } from "../lookups/once.js";
import type { Resource } from "../resources/resource.js";
import { valueAt, type Tree, type TreeEntry, type TreeMap } from "../resources/tree.js";

export const extensionsApiVersion = "envoy-jwt-policy/v1alpha1";
export const extensionsKind = "JWTPolicyExtensions";

export function isExtensions({ group, version, kind }: Resource): boolean {
  return `${group}/${version}` === extensionsApiVersion && kind === extensionsKind;
}

/** Those among objects, in order. They apply to workloads by the rules of a RequestAuthentication. */
export const extensionsIn = once((resources: readonly Resource[]): readonly Attached[] =>
  resources.flatMap((resource) => readExtensions(resource) ?? []),
);

const readExtensions = once((resource: Resource): Attached | undefined => {
  if (!isExtensions(resource)) return undefined;
  const nothing: TreeMap = { kind: "map", entries: [], at: resource.at };
  return attached(resource, valueAt(resource.tree, "spec") ?? nothing);
});

/** The object that says a part; undefined if none does. */
export function objectSaying(objects: readonly Attached[], part: string): Attached | undefined {
  return objects.find((one) => partOf(one, part) !== undefined);
}

/** What the object says of a part; undefined if it says nothing. */
export function partOf(object: Attached, part: string): Tree | undefined {
  return partsOf(object).find(({ key }) => key === part)?.value;
}

/** What the object says besides the workloads that it is for. */
export function partsOf({ spec }: Attached): readonly TreeEntry[] {
  return spec.entries.filter(({ key }) => !attachmentFields.has(key));
}
