// The tables of docs/configuration.md, from the JSON Schema of the plugin configuration.

import { pluginConfigSchema } from "../../policies/schema/published-schemas.js";
import { markdownTable } from "./markdown-table.js";

/** The keywords of JSON Schema that the tables show. */
interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  readonly "x-minimum"?: string;
  readonly "x-maximum"?: string;
  readonly doNotSuggest?: boolean;
}

interface RootSchema extends SchemaNode {
  readonly definitions: Readonly<Record<string, SchemaNode>>;
}

const root = pluginConfigSchema as unknown as RootSchema;

/** Where a definition's own table is: a section of the page, or another page. */
const sections: Readonly<Record<string, string>> = {
  requestAuthentication: "#requestauthentications",
  authorizationPolicy: "#authorizationpolicies",
  jwtRule: "#jwtrules",
  rule: "#rules",
  source: "#source",
  operation: "configuration.md#operation",
  condition: "configuration.md#when",
  extensions: "extensions.md#the-parts",
  answer: "extensions.md#answers-of-your-own",
  protectedResource: "extensions.md#protected-resources",
  issuerTenants: "key-sources.md#an-issuer-with-a-place-for-the-tenant",
  issuerKeySources: "key-sources.md#several-key-sets-of-one-issuer",
  claimPolicy: "extensions.md#claims-with-their-types",
};

/** The table of the whole configuration, or of one of the schema's definitions. */
export function fieldTable(definition?: string): string {
  const node = definition === undefined ? root : root.definitions[definition];
  if (node === undefined) throw new Error(`the schema has no definition ${definition}`);
  return markdownTable(["field", "type", "default", "meaning"], fields(node, ""));
}

function fields(node: SchemaNode, prefix: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, written]) => {
    const field = resolved(written);
    if (field.doNotSuggest === true) return [];
    const path = `${prefix}${name}${field.type === "array" ? "[]" : ""}`;
    const within = field.type === "array" ? resolved(field.items ?? {}) : field;
    const described = field.description ?? within.description ?? "";
    const row = [
      `\`${path}\``,
      typeText(field),
      defaultText(field, node.required?.includes(name) === true),
      [described, bounds(field)].filter((text) => text !== "").join(" "),
    ];
    // Objects that have no section of their own are shown with their fields.
    const nested =
      within.properties !== undefined && sectionOf(field) === undefined ? fields(within, `${path}.`) : [];
    // `jwksCache` says nothing that its fields do not; neither does a twin with "not".
    return field.type === "object" && nested.length > 0 ? nested : [row, ...nested];
  });
}

function resolved(node: SchemaNode): SchemaNode {
  const name = node.$ref?.replace("#/definitions/", "");
  return name === undefined ? node : { ...root.definitions[name], ...node };
}

function sectionOf(node: SchemaNode): string | undefined {
  const reference = node.$ref ?? node.items?.$ref;
  return reference === undefined ? undefined : sections[reference.replace("#/definitions/", "")];
}

function typeText(node: SchemaNode): string {
  const section = sectionOf(node);
  if (section !== undefined) return `[${node.type === "array" ? "objects" : "object"}](${section})`;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (node["x-minimum"] !== undefined) return "duration";
  if (node.type === "integer") return "number";
  return node.type === "array" ? `${resolved(node.items ?? {}).type ?? "value"}s` : (node.type ?? "");
}

function defaultText(node: SchemaNode, required: boolean): string {
  if (required) return "required";
  const value = node.default;
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => `\`${itemText(item)}\``).join(", ");
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function itemText(item: unknown): string {
  if (typeof item === "string") return item;
  return Object.values(item as Record<string, string>)
    .join(": ")
    .trimEnd();
}

function bounds(node: SchemaNode): string {
  if (node["x-minimum"] !== undefined) return `From ${node["x-minimum"]} to ${node["x-maximum"]}.`;
  if (node.maximum !== undefined) return `From ${node.minimum} to ${node.maximum.toLocaleString("en")}.`;
  return node.maxItems === undefined ? "" : `At most ${node.maxItems}.`;
}
