// All objects in the files that a user names.

import { UsageError } from "../exit-code.js";
import type { Terminal } from "../terminal.js";
import { readSources, type SourceFile } from "./files.js";
import { parseYaml } from "./parse-yaml.js";
import { positionText } from "./position.js";
import { readResource, type Resource } from "./resource.js";
import { stringAt, valueAt, type Tree } from "./tree.js";

export interface Loaded {
  /** In the order of the files, and within a file from top to bottom. */
  readonly resources: readonly Resource[];
  /** The texts as read, for excerpts and fixes. */
  readonly sources: readonly SourceFile[];
}

/**
 * Reads the objects in files and directories.
 * @param defaultNamespace for objects that name no namespace
 * @throws UsageError if something cannot be read, or is no YAML; it names every place
 */
export async function loadResources(
  paths: readonly string[],
  defaultNamespace: string,
  terminal: Terminal,
): Promise<Loaded> {
  const sources = await readSources(paths, terminal);
  return { resources: parseResources(sources, defaultNamespace), sources };
}

/** The objects in texts; see loadResources. */
export function parseResources(sources: readonly SourceFile[], defaultNamespace: string): Resource[] {
  return parseDocuments(sources).flatMap((document) => readResource(document, defaultNamespace) ?? []);
}

/** The YAML documents in texts, Kubernetes objects or not; those in a `kind: List` apart. */
export function parseDocuments(sources: readonly SourceFile[]): Tree[] {
  const parsed = sources.map(({ file, text }) => parseYaml(text, file));
  const faults = parsed.flatMap((one) => one.faults);
  if (faults.length > 0) {
    const lines = faults.map((fault) => `${positionText(fault.at)}: ${fault.message}`);
    throw new UsageError(`not readable as YAML:\n  ${lines.join("\n  ")}${hint(sources)}`);
  }
  return parsed.flatMap((one) => one.documents.flatMap(listItems));
}

function hint(sources: readonly SourceFile[]): string {
  if (!sources.some(({ text }) => text.includes("{{"))) return "";
  return "\n  Is it a template? Give what it makes: helm template . | jwt-policy check -";
}

/**
 * The objects of a `kind: List` as kubectl writes it (also AuthorizationPolicyList), or of a bare list such as jq and yq write; any
 * other document as it is.
 */
function listItems(document: Tree): readonly Tree[] {
  if (document.kind === "list") return document.items.flatMap(listItems);
  const isList = /list$/i.test(stringAt(document, "kind") ?? "");
  const items = valueAt(document, "items");
  return isList && items?.kind === "list" ? items.items.flatMap(listItems) : [document];
}
