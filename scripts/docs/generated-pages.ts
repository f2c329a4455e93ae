// Pages of docs/ with parts that are written by a program: between `<!-- generated: name -->` and `<!-- end -->`.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkTableMarkdown } from "../../policies/findings/check-table.js";
import { repositoryRoot } from "../repository-root.js";
import { fieldTable } from "./configuration-tables.js";
import { exitCodeTable } from "./exit-code-table.js";
import { helpTexts } from "./help-texts.js";
import { withParts, type Parts } from "./marked-parts.js";
import { keySetFaultTable, refusalTable } from "./outcome-tables.js";

/** The name of a part -> its text. */
const parts: Parts = {
  refusals: refusalTable,
  "key set faults": keySetFaultTable,
  checks: checkTableMarkdown,
  "exit codes": exitCodeTable,
  help: helpTexts,
  configuration: () => fieldTable(),
  requestAuthentication: () => fieldTable("requestAuthentication"),
  jwtRule: () => fieldTable("jwtRule"),
  authorizationPolicy: () => fieldTable("authorizationPolicy"),
  rule: () => fieldTable("rule"),
  source: () => fieldTable("source"),
  operation: () => fieldTable("operation"),
  condition: () => fieldTable("condition"),
  extensions: () => fieldTable("extensions"),
  answer: () => fieldTable("answer"),
  issuerTenants: () => fieldTable("issuerTenants"),
  issuerKeySources: () => fieldTable("issuerKeySources"),
  protectedResource: () => fieldTable("protectedResource"),
  claimPolicy: () => fieldTable("claimPolicy"),
};

export interface Page {
  /** Absolute. */
  readonly file: string;
  /** As it is. */
  readonly text: string;
  /** As it is to be. */
  readonly wanted: string;
}

/** Every page with a generated part. */
export async function generatedPages(): Promise<Page[]> {
  const directory = join(repositoryRoot, "docs");
  const names = (await readdir(directory)).filter((name) => name.endsWith(".md")).sort();
  const pages: Page[] = [];
  for (const file of names.map((name) => join(directory, name))) {
    const text = await readFile(file, "utf8");
    const wanted = await withParts(text, file, "generated", parts);
    if (wanted !== undefined) pages.push({ file, text, wanted });
  }
  return pages;
}
