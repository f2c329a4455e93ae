// What the API server refuses: a spec that is not of the CRD's shape (istio/schema.ts).

import { byteLength } from "../../text/base64url.js";
import { fieldName } from "../../istio/field-names.js";
import type { ListSchema, ObjectSchema, Schema, StringSchema, LabelsSchema } from "../../istio/schema.js";
import type { Tree, TreeMap } from "../../resources/tree.js";
import { nearestName } from "../../text/spelling.js";
import { crdRules } from "./crd-rules.js";
import { lostFieldHint } from "./lost-field.js";
import { Objections, type Remedy } from "../../findings/objections.js";

/**
 * Everything in a spec that the CRD does not allow.
 * @param spec with the names as written: the CRD knows only jwks_uri in snake_case
 */
export function structuralObjections(spec: Tree, schema: ObjectSchema): Objections {
  const objections = new SpecObjections(schema);
  visit(spec, schema, "spec", objections);
  return objections;
}

class SpecObjections extends Objections {
  constructor(
    /** Of the spec. */
    readonly root: ObjectSchema,
  ) {
    super("schema");
  }
}

function visit(tree: Tree, schema: Schema, path: string, out: SpecObjections): void {
  if (typeOf(tree) !== wantedType(schema)) {
    out.error(
      "JP100",
      tree.at,
      `${path} must be ${article(wantedType(schema))}, not ${written(tree)}`,
      quoted(tree, schema),
    );
    return;
  }
  switch (schema.type) {
    case "boolean":
      return;
    case "string": {
      visitString(tree, schema, path, out);
      return;
    }
    case "list": {
      visitList(tree, schema, path, out);
      return;
    }
    case "labels": {
      visitLabels(tree as TreeMap, schema, path, out);
      return;
    }
    case "object": {
      visitObject(tree as TreeMap, schema, path, out);
      return;
    }
  }
}

function visitString(tree: Tree, schema: StringSchema, path: string, out: SpecObjections): void {
  const value = tree.kind === "scalar" ? String(tree.value) : "";
  const bytes = byteLength(value);
  if (schema.values !== undefined && !schema.values.includes(value)) {
    out.error(
      "JP102",
      tree.at,
      `${path} is ${JSON.stringify(value)}; it must be one of ${schema.values.join(", ")}`,
      nearestChoice(tree, value, schema.values),
    );
  }
  if (schema.minLength !== undefined && bytes < schema.minLength) {
    out.error("JP102", tree.at, `${path} must not be empty`);
  }
  if (schema.maxLength !== undefined && bytes > schema.maxLength) {
    out.error("JP102", tree.at, `${path} has ${bytes} bytes; at most ${schema.maxLength} are allowed`);
  }
  if (schema.pattern !== undefined && !schema.pattern.test(value)) {
    out.error(
      "JP102",
      tree.at,
      `${path} is ${JSON.stringify(value)}, which does not match ${schema.pattern.source}`,
    );
  }
  apply(schema.rules, tree, path, out);
}

function visitList(tree: Tree, schema: ListSchema, path: string, out: SpecObjections): void {
  const items = tree.kind === "list" ? tree.items : [];
  if (schema.maxItems !== undefined && items.length > schema.maxItems) {
    out.error("JP102", tree.at, `${path} has ${items.length} items; at most ${schema.maxItems} are allowed`);
  }
  items.forEach((item, i) => visit(item, schema.items, `${path}[${i}]`, out));
}

function visitLabels(tree: TreeMap, schema: LabelsSchema, path: string, out: SpecObjections): void {
  if (tree.entries.length > schema.maxProperties) {
    out.error("JP102", tree.at, `${path} has more than ${schema.maxProperties} labels`);
  }
  for (const { key, keyAt, value } of tree.entries) {
    visit(
      value,
      { type: "string", maxLength: schema.maxValueLength, rules: ["noWildcard"] },
      `${path}.${key}`,
      out,
    );
    if (key === "") out.error("JP105", keyAt, `${path} has an empty label`);
    if (key.includes("*")) out.error("JP105", keyAt, `${path}: a label cannot have a wildcard: ${key}`);
  }
}

function visitObject(tree: TreeMap, schema: ObjectSchema, path: string, out: SpecObjections): void {
  for (const { key, keyAt, value } of tree.entries) {
    const field = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    if (field !== undefined) visit(value, field, `${path}.${key}`, out);
    else
      out.error("JP101", keyAt, `${path} has no field ${key}`, unknownFieldHint(key, schema, path, out.root));
  }
  for (const name of schema.required ?? []) {
    if (!tree.entries.some(({ key }) => key === name)) {
      out.error("JP103", tree.at, `${path}.${name} is missing`);
    }
  }
  apply(schema.rules, tree, path, out);
}

function apply(rules: readonly string[] | undefined, tree: Tree, path: string, out: SpecObjections): void {
  for (const name of rules ?? []) {
    const message = crdRules[name]?.(tree, path);
    if (message !== undefined) out.error("JP104", tree.at, message);
  }
}

function typeOf(tree: Tree): string {
  if (tree.kind !== "scalar") return tree.kind === "list" ? "list" : "map";
  return tree.value === null ? "null" : typeof tree.value;
}

function wantedType(schema: Schema): string {
  return schema.type === "object" || schema.type === "labels" ? "map" : schema.type;
}

function article(type: string): string {
  return `a ${type}`;
}

function written(tree: Tree): string {
  if (tree.kind !== "scalar") return article(typeOf(tree));
  if (tree.value === null) return "null";
  const value = JSON.stringify(tree.value);
  return `the ${typeof tree.value} ${value}${tree.source === value ? "" : ` that an unquoted ${tree.source} is`}`;
}

/** A number or boolean where a string must be becomes one by quotes; a null is more likely a forgotten value. */
function quoted(tree: Tree, schema: Schema): Remedy {
  if (tree.kind !== "scalar" || schema.type !== "string" || tree.value === null || !tree.plain) return {};
  const text = JSON.stringify(tree.source);
  return { remedy: `quote it: ${text}`, fix: { at: tree.at, text } };
}

function unknownFieldHint(key: string, schema: ObjectSchema, path: string, root: ObjectSchema): string {
  const camelCase = fieldName(schema.fields, key);
  if (camelCase !== key) return `Kubernetes knows it as ${camelCase}`;
  const lost = lostFieldHint(key, schema, path, root);
  if (lost !== undefined) return lost;
  const near = nearestName(key, Object.keys(schema.fields));
  if (near !== undefined) return `did you mean ${near}?`;
  return isSelector(schema)
    ? "labels belong under matchLabels"
    : `its fields are ${Object.keys(schema.fields).join(", ")}`;
}

const isSelector = ({ fields }: ObjectSchema) => Object.keys(fields).join() === "matchLabels";

/** One of the choices in other case, or with a slip. */
function nearestChoice(tree: Tree, value: string, choices: readonly string[]): Remedy {
  const near = nearestName(value, choices);
  if (near === undefined) return {};
  // Other than its case, it may be another word that is meant.
  return near.toLowerCase() === value.toLowerCase()
    ? { remedy: `write ${near}`, fix: { at: tree.at, text: near } }
    : { remedy: `did you mean ${near}?` };
}
