// Trees by `yaml`: of every text, with what is wrong in it.

import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Parser,
  Scalar as YamlScalar,
  type CST,
  type Document,
  type Node,
  type YAMLMap,
} from "yaml";
import type { Piece } from "../text/json-stream.js";
import type { Position } from "../resources/position.js";
import type { Tree, TreeEntry, TreeMap, TreeScalar } from "../resources/tree.js";
import { resolvePlainScalar } from "./kubernetes-scalars.js";
import type { Lines } from "./lines.js";
import { MAX_DEPTH, MAX_VALUES, type ParsedText, type YamlFault } from "./parsed-text.js";

/** The documents of a text, and what is wrong in the others. */
export function composedTrees({ text, offset }: Piece, lines: Lines): ParsedText {
  const documents: Tree[] = [];
  const faults: YamlFault[] = [];
  const tooDeep = (at: number): void => {
    faults.push({ at: lines.position(at + offset, at + offset), message: `more than ${MAX_DEPTH} levels` });
  };
  for (const document of composed(text, tooDeep)) {
    const reader = new TreeReader(document, lines, offset);
    const [error, ...others] = document.errors;
    // What the parser says after its first error is as a rule about its own confusion.
    if (error !== undefined) {
      const more = others.length === 0 ? "" : ` (and ${others.length} more in this document)`;
      faults.push({ at: reader.position(error.pos[0], error.pos[1]), message: `${error.message}${more}` });
    }
    if (error !== undefined || document.contents === null) continue;
    const tree = reader.read(document.contents, 0);
    if (reader.fault !== undefined) faults.push(reader.fault);
    else documents.push(tree);
  }
  return { documents, faults };
}

/** The documents of a YAML text. @param tooDeep gets the offset of each that is nested too deeply; it is one without contents then */
function composed(text: string, tooDeep: (offset: number) => void): Iterable<Document.Parsed> {
  // failsafe keeps every scalar a string: what it means is for kubernetes-scalars.ts to say.
  const composer = new Composer({
    version: "1.1",
    schema: "failsafe",
    merge: true,
    // The package compares each key of a map with all before it: 40,000 keys took 32 s. TreeReader does it.
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
  });
  function* tokens(): Generator<CST.Token> {
    let reached = 0;
    try {
      for (const token of new Parser().parse(text)) {
        reached = token.offset;
        const isDeep = token.type === "document" && isTooDeep(token.value);
        if (isDeep) tooDeep(token.offset);
        yield isDeep ? { type: "document", offset: token.offset, start: token.start } : token;
      }
    } catch (error) {
      // Of keys with a question mark in one another the parser makes calls in one another, too: nothing behind them is read.
      if (!(error instanceof RangeError)) throw error;
      tooDeep(reached);
    }
  }
  return composer.compose(tokens());
}

/**
 * Without recursion. The composer has one, and no exception is sure to be thrown where its stack ends: V8 ends the process if it comes to compile a
 * regular expression there (seen: "RegExpCompiler Allocation failed").
 */
function isTooDeep(token: CST.Token | null | undefined): boolean {
  let level = [token];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one) => {
      if (one?.type !== "block-map" && one?.type !== "block-seq" && one?.type !== "flow-collection")
        return [];
      return one.items.flatMap(({ key, value }) => [key, value].filter((child) => child != null));
    });
  }
  return false;
}

class TreeReader {
  fault: YamlFault | undefined;
  private count = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: Lines,
    /** Of the document's text in the file. */
    private readonly base: number,
  ) {}

  position(from: number, to: number): Position {
    return this.lines.position(from + this.base, to + this.base);
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
    const written = new Set<string>();
    for (const pair of node.items) {
      const value = this.read(pair.value as Node | null, depth + 1);
      const key = this.read(pair.key as Node, depth + 1);
      const name = key.kind === "scalar" ? String(key.value ?? "null") : "?";
      if (key.kind === "scalar" && key.plain && key.source === "<<") merged.push(...mergedEntries(value));
      else if (key.kind === "scalar" && written.has(key.source)) {
        this.fault ??= { at: key.at, message: `Map keys must be unique: ${key.source} stands here twice` };
      } else {
        written.add(key.kind === "scalar" ? key.source : name);
        entries.set(name, {
          key: name,
          keySource: key.kind === "scalar" ? key.source : name,
          keyAt: key.at,
          value,
        });
      }
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
