// YAML and JSON text to trees (tree.ts).
//
// Two packages read it. `js-yaml` takes a quarter of the time of `yaml` (measured: 500 policies, a process's first text), and reads what nearly all texts are.
// `yaml` reads all others: it says what is wrong and where, and reads on behind it. Trees are the same, whichever made them (tests/cli/yaml/).

import { jsonStream } from "../text/json-stream.js";
import type { Tree } from "../resources/tree.js";
import { composedTrees } from "./composed-trees.js";
import { treesOfEvents } from "./event-trees.js";
import { Lines } from "./lines.js";
import type { ParsedText, YamlFault } from "./parsed-text.js";

/**
 * Reads every document of a text, as Kubernetes would: YAML, or JSON values one after the other as `jq -c` and kubectl write them.
 * @param file the name for positions
 */
export function parseYaml(text: string, file: string): ParsedText {
  const lines = new Lines(text, file);
  const documents: Tree[] = [];
  const faults: YamlFault[] = [];
  for (const piece of jsonStream(text)) {
    const usual = treesOfEvents(piece, lines);
    const read = usual === undefined ? composedTrees(piece, lines) : { documents: usual, faults: [] };
    for (const tree of read.documents)
      if (tree.kind !== "scalar" || tree.value !== null) documents.push(tree);
    faults.push(...read.faults);
  }
  return { documents, faults };
}
