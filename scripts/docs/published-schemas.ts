// The published schemas as a module: what reads them must run where there are no files.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
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
