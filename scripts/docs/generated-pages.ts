// Pages of docs/ with parts that are written by a program: between `<!-- generated: name -->` and `<!-- end -->`.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { checkTableMarkdown } from "../../cli/check-table.js";
import { repositoryRoot } from "../repository-root.js";
import { fieldTable } from "./configuration-tables.js";
import { helpTexts } from "./help-texts.js";
import { keySetFaultTable, refusalTable } from "./outcome-tables.js";

/** The name of a part -> its text. */
const parts: Readonly<Record<string, () => string | Promise<string>>> = {
  refusals: refusalTable,
  "key set faults": keySetFaultTable,
  checks: checkTableMarkdown,
  help: helpTexts,
  configuration: () => fieldTable(),
  requestAuthentication: () => fieldTable("requestAuthentication"),
  jwtRule: () => fieldTable("jwtRule"),
  authorizationPolicy: () => fieldTable("authorizationPolicy"),
  rule: () => fieldTable("rule"),
  source: () => fieldTable("source"),
  operation: () => fieldTable("operation"),
  condition: () => fieldTable("condition"),
};

const marked = /(<!-- generated: ([^>]+) -->\n)[^]*?(<!-- end -->)/g;

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
    if (text.search(marked) >= 0) pages.push({ file, text, wanted: await written(text, file) });
  }
  return pages;
}

async function written(text: string, file: string): Promise<string> {
  const texts = new Map<string, string>();
  for (const [, , name] of text.matchAll(marked)) {
    const part = parts[name!];
    if (part === undefined) throw new Error(`${file}: nothing generates ${name}`);
    texts.set(name!, await part());
  }
  const filled = text.replaceAll(
    marked,
    (_, begin: string, name: string, end: string) => `${begin}\n${texts.get(name)}\n${end}`,
  );
  return format(filled, { ...(await resolveConfig(file)), filepath: file });
}
