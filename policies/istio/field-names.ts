// Protobuf's JSON takes a field by either name, `jwtRules` or `jwt_rules`; from here on there is only the first.

import type { Tree, TreeEntry, TreeMap } from "../resources/tree.js";
import type { Schema } from "./schema.js";

/** The tree with every field of the schema under its camelCase name; unknown fields stay as they are. */
export function withCamelCase(tree: Tree, schema: Schema): Tree {
  if (schema.type === "list" && tree.kind === "list") {
    return { ...tree, items: tree.items.map((item) => withCamelCase(item, schema.items)) };
  }
  if (schema.type !== "object" || tree.kind !== "map") return tree;
  const entries = tree.entries.map((entry): TreeEntry => {
    const key = fieldName(schema.fields, entry.key);
    const field = schema.fields[key];
    return { ...entry, key, value: field === undefined ? entry.value : withCamelCase(entry.value, field) };
  });
  const renamed: TreeMap = { ...tree, entries };
  return renamed;
}

/** `methods` -> `notMethods` */
export const notField = (field: string): string => `not${field.charAt(0).toUpperCase()}${field.slice(1)}`;

/** The camelCase name of a known field written in snake_case; any other name as it is. */
export function fieldName(fields: Readonly<Record<string, Schema>>, name: string): string {
  if (!name.includes("_")) return name;
  const camelCase = name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(fields, camelCase) ? camelCase : name;
}
