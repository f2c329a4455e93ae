// A spec as istiod reads it (golang/protobuf jsonpb): a null is a field that is not set, an item that is null is an empty
// message or string, an empty list is none, and unknown fields are passed over.

import type { Schema } from "../../istio/schema.js";
import { parseGoDuration } from "../../golang/duration.js";
import type { Position } from "../../resources/position.js";
import { entry, type LocatedString, type Tree } from "../../resources/tree.js";

/** Where istiod cannot read the spec at all; undefined if it can. */
export function unreadable(tree: Tree, schema: Schema): Position | undefined {
  if (tree.kind === "scalar" && tree.value === null) return undefined;
  switch (schema.type) {
    case "boolean":
      return isScalar(tree, "boolean") ? undefined : tree.at;
    case "string":
      // An enum may be given by its number.
      if (schema.values !== undefined && isScalar(tree, "number")) return undefined;
      if (!isScalar(tree, "string")) return tree.at;
      if (schema.values !== undefined && !schema.values.includes(tree.value as string)) return tree.at;
      return schema.rules?.includes("duration") && parseGoDuration(tree.value as string) === undefined
        ? tree.at
        : undefined;
    case "list":
      return tree.kind === "list" ? first(tree.items, (item) => unreadable(item, schema.items)) : tree.at;
    case "labels":
      return tree.kind === "map"
        ? first(tree.entries, ({ value }) => unreadable(value, { type: "string" }))
        : tree.at;
    case "object":
      if (tree.kind !== "map") return tree.at;
      return first(tree.entries, ({ key, value }) => {
        const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
        return field === undefined ? undefined : unreadable(value, field);
      });
  }
}

/** The message at that field; undefined if it is not set. */
export function message(tree: Tree | undefined, name: string): Tree | undefined {
  const value = entry(tree, name)?.value;
  return value === undefined || (value.kind === "scalar" && value.value === null) ? undefined : value;
}

/** The messages of a list. */
export function messages(tree: Tree | undefined, name: string): readonly Tree[] {
  const value = message(tree, name);
  return value?.kind === "list" ? value.items : [];
}

/** The string at that field; empty if it is not set. */
export function string(tree: Tree | undefined, name: string): string {
  const value = message(tree, name);
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : "";
}

/** The strings of a list. */
export function strings(tree: Tree | undefined, name: string): LocatedString[] {
  return messages(tree, name).map((item) => ({
    value: item.kind === "scalar" && typeof item.value === "string" ? item.value : "",
    at: item.at,
  }));
}

/** Where a field is, or else the message that lacks it. */
export function positionOf(tree: Tree, name: string): Position {
  return entry(tree, name)?.value.at ?? tree.at;
}

function isScalar(tree: Tree, type: string): tree is Extract<Tree, { kind: "scalar" }> {
  return tree.kind === "scalar" && typeof tree.value === type;
}

function first<T>(list: readonly T[], find: (item: T) => Position | undefined): Position | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
