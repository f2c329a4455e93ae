// The objects in the texts that a user gives.

import { InputError } from "./input-error.js";
import type { SourceFile } from "./source-file.js";
import { parseYaml } from "./parse-yaml.js";
import { positionText } from "./position.js";
import { readResource, type Resource } from "./resource.js";
import { stringAt, valueAt, type Tree } from "./tree.js";

/**
 * The objects in texts: in the order of the files, and within a file from top to bottom.
 * @param defaultNamespace for objects that name no namespace
 * @throws InputError if something is no YAML; it names every place
 */
export function parseResources(sources: readonly SourceFile[], defaultNamespace: string): Resource[] {
  return parseDocuments(sources).flatMap((document) => readResource(document, defaultNamespace) ?? []);
}

/** The YAML documents in texts, Kubernetes objects or not; those in a `kind: List` apart. */
export function parseDocuments(sources: readonly SourceFile[]): Tree[] {
  const parsed = sources.map(({ file, text }) => parseYaml(text, file));
  const faults = parsed.flatMap((one) => one.faults);
  if (faults.length > 0) {
    const lines = faults.map((fault) => `${positionText(fault.at)}: ${fault.message}`);
    throw new InputError(`not readable as YAML:\n  ${lines.join("\n  ")}${hint(sources)}`);
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
