// The published schemas as a module: what reads them must run where there are no files.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { extensionsApiVersion, extensionsKind } from "../../policies/extensions/extensions-object.js";
import { repositoryRoot } from "../repository-root.js";
import type { Page } from "./generated-pages.js";

const schemas = [
  ["pluginConfigSchema", "jwt-policy.schema.json", "The schema of the plugin configuration"],
  ["policyTestSchema", "policy-test.schema.json", "The schema of test files"],
] as const;

const head = `// Written by \`npm run docs\` from the files in schema/.

import type { JsonSchema } from "./violations.js";
`;

/** policies/schema/published-schemas.ts, as it is and as it is to be. */
export async function publishedSchemas(): Promise<Page> {
  const file = join(repositoryRoot, "policies", "schema", "published-schemas.ts");
  const parts = [head];
  for (const [name, source, what] of schemas) {
    const text = await readFile(join(repositoryRoot, "schema", source), "utf8");
    parts.push(`/** ${what}: schema/${source}. */\nexport const ${name}: JsonSchema = ${text.trim()};\n`);
  }
  const options = { ...(await resolveConfig(file)), parser: "typescript" };
  const wanted = await format(parts.join("\n"), options);
  return { file, text: await readFile(file, "utf8").catch(() => ""), wanted };
}

/** Fields of a spec that say which workloads it is for. */
const attachment = {
  selector: {
    description:
      "As a RequestAuthentication's: labels of the pods. Absent: all of the namespace, or of the mesh in its root namespace.",
    type: "object",
    properties: { matchLabels: { type: "object", additionalProperties: { type: "string" } } },
    additionalProperties: false,
  },
  targetRefs: {
    description:
      "As a RequestAuthentication's: Gateways, Services and ServiceEntries of its namespace, GatewayClasses.",
    type: "array",
    items: {
      type: "object",
      properties: { group: { type: "string" }, kind: { type: "string" }, name: { type: "string" } },
      required: ["kind", "name"],
    },
    maxItems: 16,
  },
};

interface Definitions {
  readonly definitions: Readonly<Record<string, Record<string, unknown>>>;
}

/** schema/policy-extensions.schema.json, for editors: the object whose spec is what the plugin's configuration has under `extensions`. */
export async function extensionsSchema(): Promise<Page> {
  const directory = join(repositoryRoot, "schema");
  const file = join(directory, "policy-extensions.schema.json");
  const whole = JSON.parse(await readFile(join(directory, "jwt-policy.schema.json"), "utf8")) as Definitions;
  const extensions = whole.definitions["extensions"]!;
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "urn:envoy-jwt-policy:schema:policy-extensions",
    title: "JWTPolicyExtensions",
    description:
      "What Istio's two objects have no words for. `jwt-policy render` reads it beside them. Written by `npm run docs` from jwt-policy.schema.json.",
    type: "object",
    properties: {
      apiVersion: { const: extensionsApiVersion },
      kind: { const: extensionsKind },
      metadata: { type: "object" },
      spec: {
        ...extensions,
        properties: { ...attachment, ...(extensions["properties"] as object) },
      },
    },
    required: ["apiVersion", "kind", "spec"],
    definitions: reachable(extensions, whole.definitions),
  };
  const options = { ...(await resolveConfig(file)), filepath: file };
  const wanted = await format(JSON.stringify(schema), options);
  return { file, text: await readFile(file, "utf8").catch(() => ""), wanted };
}

/** The definitions that a schema refers to, and those that they refer to. */
function reachable(schema: object, definitions: Definitions["definitions"]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const visit = (node: object) => {
    for (const [, name] of JSON.stringify(node).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      if (found[name!] !== undefined) continue;
      found[name!] = definitions[name!];
      visit(definitions[name!]!);
    }
  };
  visit(schema);
  return found;
}
