// JSON text within YAML, as Envoy's `configuration` has it: read with the places that it has in the file.

import type { SourceFile } from "../resources/source-file.js";
import { parseYaml } from "../documents/parse-yaml.js";
import type { Position } from "../resources/position.js";
import type { Tree, TreeScalar } from "../resources/tree.js";

/** The document in a text; the text itself, a scalar, if it is no JSON: the filter refuses it then. */
export function embeddedJson(scalar: TreeScalar, sources: readonly SourceFile[]): Tree {
  try {
    JSON.parse(scalar.source);
  } catch {
    return scalar;
  }
  const { documents } = parseYaml(scalar.source, scalar.at.file);
  const [document] = documents;
  if (document === undefined) return scalar;
  const file = sources.find((one) => one.file === scalar.at.file)?.text ?? "";
  return moved(document, placing(scalar, file));
}

type Placing = (at: Position) => Position;

/** Only a literal block (`|`) keeps lines as they are; in any other text all places are those of the text. */
function placing({ at, source }: TreeScalar, file: string): Placing {
  const [, header, indent] = /^(\|[^\n]*\n)(?:[ ]*\n)*([ ]*)/.exec(file.slice(at.offset)) ?? [];
  if (header === undefined || indent === undefined) return () => at;
  const starts: number[] = [];
  let next = at.offset + header.length;
  for (const line of source.split("\n")) {
    starts.push(next);
    // Empty lines have no indentation.
    next += (line === "" ? 0 : indent.length) + line.length + 1;
  }
  return ({ file: name, line, column, offset, end }) => {
    const start = starts[line - 1]! + indent.length + column - 1;
    return {
      file: name,
      line: at.line + line,
      column: indent.length + column,
      offset: start,
      end: start + end - offset,
    };
  };
}

function moved(tree: Tree, place: Placing): Tree {
  const at = place(tree.at);
  switch (tree.kind) {
    case "scalar":
      // Quotes of JSON text are not for --fix to change.
      return { ...tree, plain: false, at };
    case "list":
      return { ...tree, items: tree.items.map((item) => moved(item, place)), at };
    case "map":
      return {
        ...tree,
        entries: tree.entries.map((one) => ({
          ...one,
          keyAt: place(one.keyAt),
          value: moved(one.value, place),
        })),
        at,
      };
  }
}
