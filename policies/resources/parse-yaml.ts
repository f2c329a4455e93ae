// YAML and JSON text to trees (tree.ts).

import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  Scalar as YamlScalar,
  type Document,
  type Node,
  type YAMLMap,
} from "yaml";
import { resolvePlainScalar } from "./kubernetes-scalars.js";
import type { Position } from "./position.js";
import type { Tree, TreeEntry, TreeMap, TreeScalar } from "./tree.js";

/** Text that could not be read. */
export interface YamlFault {
  readonly at: Position;
  readonly message: string;
}

export interface ParsedText {
  /** The documents that hold something. */
  readonly documents: readonly Tree[];
  readonly faults: readonly YamlFault[];
}

/** Aliases can make a small text very large ("billion laughs"), or refer to themselves. */
const MAX_VALUES = 1_000_000;
const MAX_DEPTH = 200;

/**
 * Reads every document of a text, as Kubernetes would.
 * @param file the name for positions
 */
export function parseYaml(text: string, file: string): ParsedText {
  const lineCounter = new LineCounter();
  // failsafe keeps every scalar a string: what it means is for kubernetes-scalars.ts to say.
  const parsed = parseAllDocuments(text, {
    version: "1.1",
    schema: "failsafe",
    merge: true,
    lineCounter,
    prettyErrors: false,
    strict: true,
  });
  const documents: Tree[] = [];
  const faults: YamlFault[] = [];
  // An empty text gives one object that is no array of documents.
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const reader = new TreeReader(document, lineCounter, file, text.length);
    for (const error of document.errors) {
      faults.push({ at: reader.position(error.pos[0], error.pos[1]), message: error.message });
    }
    if (document.errors.length > 0 || document.contents === null) continue;
    const tree = reader.read(document.contents, 0);
    if (reader.fault !== undefined) faults.push(reader.fault);
    else if (tree.kind !== "scalar" || tree.value !== null) documents.push(tree);
  }
  return { documents, faults };
}

class TreeReader {
  fault: YamlFault | undefined;
  private count = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    private readonly file: string,
    private readonly length: number,
  ) {}

  position(offset: number, end: number): Position {
    const start = Math.min(offset, this.length);
    const { line, col } = this.lines.linePos(start);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), offset: start, end };
  }

  read(node: Node | null, depth: number): Tree {
    const at = this.positionOf(node);
    const empty: TreeScalar = { kind: "scalar", value: null, source: "", plain: true, at };
    if (node === null || this.fault !== undefined) return empty;
    this.count++;
    if (this.count > MAX_VALUES || depth > MAX_DEPTH) {
      this.fault = { at, message: `more than ${MAX_VALUES} values or ${MAX_DEPTH} levels, aliases counted` };
      return empty;
    }
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target !== undefined) return this.read(target, depth + 1);
      this.fault = { at, message: `the alias *${node.source} has no anchor before it` };
      return empty;
    }
    if (isScalar(node)) return this.scalar(node, at);
    if (isSeq(node))
      return { kind: "list", items: node.items.map((item) => this.read(item as Node, depth + 1)), at };
    if (isMap(node)) return this.map(node, at, depth);
    return empty;
  }

  private positionOf(node: Node | null): Position {
    const range = node?.range;
    return range ? this.position(range[0], range[1]) : this.position(0, 0);
  }

  private scalar(node: YamlScalar, at: Position): TreeScalar {
    const plain = node.type === YamlScalar.PLAIN && (node.tag === undefined || node.tag === "");
    const source = typeof node.value === "string" ? node.value : (node.source ?? "");
    const typed =
      plain || (node.tag !== undefined && /^(!!|tag:yaml\.org,2002:)(bool|int|float|null)$/.test(node.tag));
    return { kind: "scalar", value: typed ? resolvePlainScalar(source) : source, source, plain, at };
  }

  private map(node: YAMLMap, at: Position, depth: number): TreeMap {
    const entries = new Map<string, TreeEntry>();
    const merged: TreeEntry[] = [];
    for (const pair of node.items) {
      const value = this.read(pair.value as Node | null, depth + 1);
      const key = this.read(pair.key as Node, depth + 1);
      const name = key.kind === "scalar" ? String(key.value ?? "null") : "?";
      if (key.kind === "scalar" && key.plain && key.source === "<<") merged.push(...mergedEntries(value));
      else
        entries.set(name, {
          key: name,
          keySource: key.kind === "scalar" ? key.source : name,
          keyAt: key.at,
          value,
        });
    }
    // A key of the map itself wins over a merged one, an earlier merge over a later.
    for (const one of merged) if (!entries.has(one.key)) entries.set(one.key, one);
    return { kind: "map", entries: [...entries.values()], at };
  }
}

function mergedEntries(value: Tree): readonly TreeEntry[] {
  if (value.kind === "map") return value.entries;
  return value.kind === "list" ? value.items.flatMap(mergedEntries) : [];
}
