// Templates of Helm, Jinja and their like: no YAML until something has filled them in.

import type { Position } from "../resources/position.js";
import type { ParsedText } from "./parsed-text.js";
import { stringAt, type Tree, type TreeScalar } from "../resources/tree.js";

/** An action where a value or a line begins; in the middle of a text it is a text, such as an alert's. */
const action = /^[ \t]*(?:- )?(?:["']?[\w./-]+["']?:[ \t]+)?(\{\{|\{%)/m;

/** What Go's templates begin with, unlike other texts with two braces. */
const goAction =
  /\{\{-?\s*(\.|\$|(include|tpl|toYaml|printf|default|quote|if|range|with|end|define|template|lookup|required|index)\b)/;

/**
 * Where a text shows that it is a template; undefined for YAML.
 * @param parsed what parseYaml made of the text
 */
export function templateAt(text: string, file: string, parsed: ParsedText): Position | undefined {
  if (!text.includes("{{") && !text.includes("{%")) return undefined;
  const match = action.exec(text);
  if (match !== null && parsed.faults.length > 0) {
    return positionAt(text, file, match.index + match[0].length - match[1]!.length);
  }
  for (const document of parsed.documents) {
    const found = bracedKey(document, text) ?? (isOfIstio(document) ? filledIn(document) : undefined);
    if (found !== undefined) return found.at;
  }
  return undefined;
}

/** `a: {{ .Values.b }}` is YAML, too: a map whose one key is a map. */
function bracedKey(tree: Tree, text: string): Tree | undefined {
  if (tree.kind === "scalar") return undefined;
  if (
    tree.kind === "map" &&
    tree.entries.some(({ key }) => key === "?") &&
    text.startsWith("{{", tree.at.offset)
  )
    return tree;
  return firstOf(tree, (child) => bracedKey(child, text));
}

function isOfIstio(document: Tree): boolean {
  return (stringAt(document, "apiVersion") ?? "").includes("istio.io/");
}

function filledIn(tree: Tree): Tree | undefined {
  if (tree.kind === "scalar") return goAction.test(tree.source) ? tree : undefined;
  return firstOf(tree, filledIn);
}

function firstOf(tree: Exclude<Tree, TreeScalar>, find: (child: Tree) => Tree | undefined): Tree | undefined {
  const children = tree.kind === "list" ? tree.items : tree.entries.map(({ value }) => value);
  for (const child of children) {
    const found = find(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function positionAt(text: string, file: string, offset: number): Position {
  const line = text.slice(0, offset).split("\n").length;
  const column = offset - text.lastIndexOf("\n", offset - 1);
  return { file, line, column, offset, end: offset + 2 };
}
