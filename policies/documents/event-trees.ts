// Trees by `js-yaml`: of texts without faults, without anchors, tags and directives, and without keys that are no scalars or stand there twice.

import {
  CHOMPING_MODE,
  COLLECTION_STYLE,
  EVENT_ID,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type Event,
  type ScalarEvent,
} from "js-yaml";
import type { Piece } from "../text/json-stream.js";
import type { Position } from "../resources/position.js";
import type { Tree, TreeEntry, TreeList, TreeMap, TreeScalar } from "../resources/tree.js";
import { resolvePlainScalar } from "./kubernetes-scalars.js";
import type { Lines } from "./lines.js";
import { MAX_DEPTH, MAX_VALUES } from "./parsed-text.js";

/** The documents of a text; undefined for one that is for composed-trees.ts to read. */
export function treesOfEvents({ text, offset }: Piece, lines: Lines): Tree[] | undefined {
  // js-yaml reads behind a byte order mark and counts from there; a tab or a return may stand where the packages differ.
  if (unusual.test(text)) return undefined;
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    return events.length > MAX_VALUES ? undefined : new EventReader(text, events, lines, offset).documents();
  } catch {
    // What is wrong is told by the other package. (Its documentation wants every exception caught.)
    return undefined;
  }
}

const unusual = /^\ufeff|[\t\r\0]/;

/** What only composed-trees.ts reads. */
class Unusual extends Error {}

class EventReader {
  private next = 0;
  /** Where the last token ended. */
  private cursor = 0;
  /** Nothing of its line belongs to what was read last: it was a block, or a value that is not written. */
  private isBehindLine = false;

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
    private readonly lines: Lines,
    /** Of the text in the file. */
    private readonly base: number,
  ) {}

  documents(): Tree[] {
    const documents: Tree[] = [];
    while (this.next < this.events.length) {
      const event = this.events[this.next++]!;
      if (event.type !== EVENT_ID.DOCUMENT || event.directives.length > 0) throw new Unusual();
      if (this.take(EVENT_ID.POP)) continue;
      // A document without anything has a scalar that stands nowhere.
      const first = this.events[this.next]!;
      if (first.type === EVENT_ID.SCALAR && first.valueStart < 0) this.next++;
      else documents.push(this.node());
      if (!this.take(EVENT_ID.POP)) throw new Unusual();
    }
    return documents;
  }

  private take(type: Event["type"]): boolean {
    if (this.events[this.next]?.type !== type) return false;
    this.next++;
    return true;
  }

  private node(): Tree {
    const event = this.events[this.next++]!;
    if (event.type === EVENT_ID.SCALAR) return this.scalar(event);
    if (event.type !== EVENT_ID.SEQUENCE && event.type !== EVENT_ID.MAPPING) throw new Unusual();
    if (event.anchorStart >= 0 || event.tagStart >= 0) throw new Unusual();
    const { start, style } = event;
    this.cursor = start;
    const isFlow = style === COLLECTION_STYLE.FLOW;
    if (isFlow) this.cursor++;
    const tree = event.type === EVENT_ID.SEQUENCE ? this.list(isFlow) : this.map(isFlow);
    return { ...tree, at: this.position(start, isFlow ? this.closing() : this.end()) };
  }

  private list(isFlow: boolean): Omit<TreeList, "at"> {
    const items: Tree[] = [];
    while (!this.take(EVENT_ID.POP)) items.push(this.isNothing() ? this.nothing("-", isFlow) : this.node());
    return { kind: "list", items };
  }

  private map(isFlow: boolean): Omit<TreeMap, "at"> {
    const entries: TreeEntry[] = [];
    const written = new Set<string>();
    while (!this.take(EVENT_ID.POP)) {
      if (this.isNothing()) throw new Unusual();
      const key = this.node();
      if (key.kind !== "scalar" || (key.plain && key.source === "<<")) throw new Unusual();
      const name = String(key.value ?? "null");
      if (written.has(name) || written.has(key.source)) throw new Unusual();
      written.add(name).add(key.source);
      const value = this.isNothing() ? this.nothing(":", isFlow) : this.node();
      entries.push({ key: name, keySource: key.source, keyAt: key.at, value });
    }
    return { kind: "map", entries };
  }

  private scalar(event: ScalarEvent): TreeScalar {
    if (event.anchorStart >= 0 || event.tagStart >= 0) throw new Unusual();
    const source = event.fast
      ? this.text.slice(event.valueStart, event.valueEnd)
      : getScalarValue(this.text, event);
    const plain = event.style === SCALAR_STYLE.PLAIN;
    const at = this.stretch(event);
    return { kind: "scalar", value: plain ? resolvePlainScalar(source) : source, source, plain, at };
  }

  private stretch({ style, chomping, valueStart, valueEnd }: ScalarEvent): Position {
    if (style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK) {
      const header = this.skip(" \n:-", this.cursor);
      if (this.text[header] !== "|" && this.text[header] !== ">") throw new Unusual();
      const isKept = chomping === CHOMPING_MODE.KEEP;
      this.cursor = isKept ? valueEnd : this.withoutEmptyLines(valueStart, valueEnd);
      this.isBehindLine = true;
      return this.position(header, this.cursor);
    }
    const quote = style === SCALAR_STYLE.PLAIN ? 0 : 1;
    this.cursor = valueEnd + quote;
    this.isBehindLine = false;
    return this.position(valueStart - quote, this.cursor);
  }

  /** Where a block's text ends without the empty lines behind it; a block of nothing else keeps them. */
  private withoutEmptyLines(from: number, end: number): number {
    const text = this.text.slice(from, end).trimEnd();
    const newline = text === "" ? -1 : this.text.indexOf("\n", from + text.length);
    return newline < 0 || newline >= end ? end : newline + 1;
  }

  /** Whether a value is next that is not written. */
  private isNothing(): boolean {
    const event = this.events[this.next]!;
    return event.type === EVENT_ID.SCALAR && event.valueStart < 0;
  }

  /** The value that is not written: it stands behind its `-` or `:`. */
  private nothing(behind: "-" | ":", isFlow: boolean): TreeScalar {
    const event = this.events[this.next++] as ScalarEvent;
    if (isFlow || event.anchorStart >= 0 || event.tagStart >= 0) throw new Unusual();
    const from = this.skip(behind === ":" ? " " : " \n", this.cursor);
    if (this.text[from] !== behind) throw new Unusual();
    this.cursor = this.skip(" ", from + 1);
    this.isBehindLine = true;
    return {
      kind: "scalar",
      value: null,
      source: "",
      plain: true,
      at: this.position(this.cursor, this.cursor),
    };
  }

  /** Behind the bracket that closes what was read last. */
  private closing(): number {
    const at = this.skip(" \n,", this.cursor);
    if (this.text[at] !== "]" && this.text[at] !== "}") throw new Unusual();
    this.isBehindLine = false;
    return (this.cursor = at + 1);
  }

  /** Where a block ends: behind the line of its last value. */
  private end(): number {
    if (!this.isBehindLine) {
      const newline = this.text.indexOf("\n", this.cursor);
      this.cursor = newline < 0 ? this.text.length : newline + 1;
    }
    this.isBehindLine = true;
    return this.cursor;
  }

  /** Behind these characters; where they may go over lines, behind comments too. */
  private skip(characters: string, from: number): number {
    let at = from;
    while (at < this.text.length) {
      const one = this.text[at]!;
      if (one === "#" && characters.includes("\n")) {
        const newline = this.text.indexOf("\n", at);
        at = newline < 0 ? this.text.length : newline;
      } else if (characters.includes(one)) at++;
      else break;
    }
    return at;
  }

  private position(from: number, end: number): Position {
    return this.lines.position(from + this.base, end + this.base);
  }
}
