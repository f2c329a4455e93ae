/**
 * Header fields as Envoy keeps them: ordered, several values a name, names in lower case, pseudo header fields first. Names and
 * values are byte strings (byte-string.ts). Source: envoy source/common/http/header_map_impl.cc.
 */
import { textToByteString } from "../abi/byte-string.js";
import { inlineRequestHeaders, inlineResponseHeaders } from "./inline-headers.js";
import type { Pair } from "../abi/pairs.js";

const NO_INLINE: ReadonlySet<string> = new Set();

export class HeaderMap {
  private readonly entries: [name: string, value: string][] = [];
  private readonly inline: ReadonlySet<string>;
  private pseudoCount = 0;

  private constructor(inline: ReadonlySet<string>, pairs: Iterable<Pair>) {
    this.inline = inline;
    for (const [name, value] of pairs) this.add(name, value);
  }

  /** A map of request header fields; `pairs` in the order of the wire, pseudo header fields among them. */
  static request(pairs: Iterable<Pair>): HeaderMap {
    return new HeaderMap(inlineRequestHeaders, pairs);
  }

  /** A map of response header fields. */
  static response(pairs: Iterable<Pair>): HeaderMap {
    return new HeaderMap(inlineResponseHeaders, pairs);
  }

  /** A map of trailer fields. */
  static trailers(pairs: Iterable<Pair>): HeaderMap {
    return new HeaderMap(NO_INLINE, pairs);
  }

  /** Number of entries. */
  get count(): number {
    return this.entries.length;
  }

  /** Sum of the lengths of all names and values in bytes: what proxy_get_header_map_size answers. */
  get byteSize(): number {
    let size = 0;
    for (const [name, value] of this.entries) size += name.length + value.length;
    return size;
  }

  /**
   * The first value of `name`, undefined if it is missing: what proxy_get_header_map_value answers. Further values are not
   * joined; Envoy's context.cc calls that a potential security issue itself.
   */
  get(name: string): string | undefined {
    const key = this.key(name);
    for (const [entryName, value] of this.entries) if (entryName === key) return value;
    return undefined;
  }

  /** All values of `name` in order. */
  all(name: string): string[] {
    const key = this.key(name);
    return this.entries.filter(([entryName]) => entryName === key).map(([, value]) => value);
  }

  /** Adds a value. A field that Envoy keeps inline holds one value: further ones are joined to it by ",", without a space. */
  add(name: string, value: string): void {
    const key = this.key(name);
    if (this.inline.has(key)) {
      const existing = this.entries.find(([entryName]) => entryName === key);
      if (existing !== undefined) {
        if (value !== "") existing[1] = existing[1] === "" ? value : `${existing[1]},${value}`;
        return;
      }
    }
    if (key.startsWith(":")) this.entries.splice(this.pseudoCount++, 0, [key, value]);
    else this.entries.push([key, value]);
  }

  /** Makes `value` the only value of `name`. The field moves to the end, as in Envoy: it is removed and added. */
  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  /** Removes all values of `name`. */
  remove(name: string): void {
    const key = this.key(name);
    for (let i = this.entries.length - 1; i >= 0; i--) {
      if (this.entries[i]![0] !== key) continue;
      this.entries.splice(i, 1);
      if (i < this.pseudoCount) this.pseudoCount--;
    }
  }

  /** Replaces all entries. */
  replaceAll(pairs: Iterable<Pair>): void {
    this.entries.length = 0;
    this.pseudoCount = 0;
    for (const [name, value] of pairs) this.add(name, value);
  }

  /** All entries in order. The array is the map's own: not to be kept over a change. */
  pairs(): readonly Pair[] {
    return this.entries;
  }

  /** A copy that changes on its own. */
  clone(): HeaderMap {
    return new HeaderMap(this.inline, this.entries);
  }

  /** `host` is Envoy's other name of `:authority` in requests (header_map_impl.cc, StaticLookupTable). */
  private key(name: string): string {
    const lower = lowerCase(name);
    return lower === "host" && this.inline.has(":authority") ? ":authority" : lower;
  }
}

/** Lower case of the ASCII letters alone, as absl::AsciiStrToLower: bytes above 0x7f are no letters. */
function lowerCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Header fields given as text, in the form that HeaderMap takes: what is not ASCII goes out as UTF-8. */
export function headerPairs(fields: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(fields).map(([name, value]) => [textToByteString(name), textToByteString(value)]);
}
