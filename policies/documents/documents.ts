// The objects in the texts that a user gives.

import { InputError } from "../resources/input-error.js";
import type { SourceFile } from "../resources/source-file.js";
import { parseYaml } from "./parse-yaml.js";
import { positionText, type Position } from "../resources/position.js";
import { readResource, type Resource } from "../resources/resource.js";
import { templateAt } from "./template.js";
import { stringAt, valueAt, type Tree } from "../resources/tree.js";

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
  const { documents, faults } = readDocuments(sources);
  if (faults.length > 0) {
    const lines = faults.map(({ at, message }) => `${positionText(at)}: ${message}`);
    if (faults.some(({ kind }) => kind === "template")) lines.push(templateRemedy);
    throw new InputError(`not readable as YAML:\n  ${lines.join("\n  ")}`);
  }
  return documents;
}

/** A file, or a document of one, that could not be read. */
export interface SourceFault {
  readonly kind: "yaml" | "template";
  readonly at: Position;
  readonly message: string;
}

export interface ReadDocuments {
  readonly documents: Tree[];
  readonly faults: SourceFault[];
}

/** The documents of all texts that can be read, and what is wrong with the others. Of a template nothing is read. */
export function readDocuments(sources: readonly SourceFile[]): ReadDocuments {
  const documents: Tree[] = [];
  const faults: SourceFault[] = [];
  for (const source of sources) {
    const read = readOnce.get(source) ?? readSource(source);
    readOnce.set(source, read);
    documents.push(...read.documents);
    faults.push(...read.faults);
  }
  return { documents, faults };
}

/** What asks about the same texts twice, to explain and to check, reads them once: nobody changes a source, nor what was read. */
const readOnce = new WeakMap<SourceFile, ReadDocuments>();

function readSource({ file, text }: SourceFile): ReadDocuments {
  const parsed = parseYaml(text, file);
  const template = templateAt(text, file, parsed);
  if (template !== undefined) {
    return { documents: [], faults: [{ kind: "template", at: template, message: templateMessage }] };
  }
  return {
    documents: parsed.documents.flatMap(listItems),
    faults: parsed.faults.map((fault) => ({ kind: "yaml" as const, ...fault })),
  };
}

const templateMessage = "this is a template, not YAML, and nothing of it was read";

/** What to do about a template that a verb was given. */
export const templateRemedyFor = (verb: "check" | "test") =>
  `give what it makes: helm template . | jwt-policy ${verb} -`;

export const templateRemedy = templateRemedyFor("check");

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
