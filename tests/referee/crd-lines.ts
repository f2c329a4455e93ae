// What a CRD says of its spec, as lines that can be compared: a field, its type, and each bound and rule of it.

import { parseAllDocuments } from "yaml";

/** The kinds whose fields this project reads. */
export const watchedKinds = ["RequestAuthentication", "AuthorizationPolicy"] as const;

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What says nothing about which objects are taken. */
const untold = new Set(["description", "format", "properties", "items", "additionalProperties"]);

/**
 * The lines of the watched kinds, of version v1: `AuthorizationPolicy rules[].to[].operation.methods[]: type "string"`.
 * @param text customresourcedefinitions.gen.yaml of istio.io/api
 */
export function crdLines(text: string): Set<string> {
  const lines = new Set<string>();
  for (const document of parseAllDocuments(text)) {
    const crd = document.toJS() as { spec?: { names: { kind: string }; versions: Node[] } } | null;
    const kind = crd?.spec?.names.kind;
    if (!watchedKinds.some((one) => one === kind)) continue;
    for (const version of crd?.spec?.versions ?? []) {
      if (version["name"] !== "v1") continue;
      const schema = version["schema"] as { openAPIV3Schema: { properties: { spec: Node } } };
      addLines(`${kind} `, schema.openAPIV3Schema.properties.spec, lines);
    }
  }
  return lines;
}

function addLines(at: string, schema: Node, lines: Set<string>): void {
  for (const [keyword, value] of Object.entries(schema)) {
    if (!untold.has(keyword)) lines.add(`${at}: ${keyword} ${JSON.stringify(value)}`);
  }
  const { properties, items, additionalProperties } = schema;
  if (isNode(properties)) {
    for (const [name, field] of Object.entries(properties))
      if (isNode(field)) addLines(at.endsWith(" ") ? at + name : `${at}.${name}`, field, lines);
  }
  if (isNode(items)) addLines(`${at}[]`, items, lines);
  if (isNode(additionalProperties)) addLines(`${at}.*`, additionalProperties, lines);
}
