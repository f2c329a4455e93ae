/**
 * Typed reading of one object of the configuration. Every accessor names the field, so that what is left over at the end is
 * unknown, and `close` says so. Configuration time only. It lives in the arena and makes managed strings only where there is a
 * text to answer: ten thousand policies are read in one callback, and most of its time once was the collection of what it had made.
 */
import { JsonDocument, JsonKind, JsonNode, NO_NODE, ROOT } from "../claims/json";
import { allocate } from "../memory/arena";
import { NO_SPAN, Span, bytesEqual, spanAddress, spanLength } from "../memory/span";
import { NO_SPANS, SpanList, listItem, listLength, setListItem, spanList } from "../memory/span_list";
import { ConfigErrors, nearestName } from "./config_errors";

/** How many names a list of those that have been asked for first has room for. */
const ASKED: u32 = 16;


@unmanaged
export class Fields {
  document: JsonDocument;
  node: JsonNode;
  /** Name of this object within the one around it, a constant: no collector looks here. */
  private place: string;
  /** Held by whoever reads the configuration. */
  errors: ConfigErrors;
  private around: Fields;
  /** Which element of the list `place` this is; -1: it is no element. */
  private index: i32;
  /** Which members have been asked for: a bit each, in the arena; 0 before the first one. */
  private found: usize;
  /** The names that have been asked for, in the arena: addresses of constants. */
  private asked: usize;
  private askedCount: u32;
  private askedCapacity: u32;

  set(
    document: JsonDocument,
    node: JsonNode,
    place: string,
    errors: ConfigErrors,
    around: Fields,
    index: i32,
  ): void {
    memory.fill(changetype<usize>(this), 0, offsetof<Fields>());
    this.document = document;
    this.node = node;
    this.place = place;
    this.errors = errors;
    this.around = around;
    this.index = index;
  }

  /** An object within this one. */
  private within(node: JsonNode, place: string, index: i32): Fields {
    return newFields(this.document, node, place, this.errors, this, index);
  }

  /** Place of this object, `requestAuthentications[0].jwtRules[1]`; "" for the root. */
  get path(): string {
    const around = this.around;
    if (changetype<usize>(around) == 0) return this.place;
    return around.pathOf(this.index < 0 ? this.place : this.place + "[" + this.index.toString() + "]");
  }

  pathOf(name: string): string {
    const path = this.path;
    return path.length > 0 ? path + "." + name : name;
  }

  error(name: string, message: string): void {
    this.errors.add(this.pathOf(name), message);
  }

  /**
   * The node of a field, NO_NODE if it is absent. A null is an error, as in Istio's CRDs: it is what YAML makes of a field whose value
   * has been forgotten or commented out, and `authorizationPolicies` without value must not mean that there are none.
   */
  value(name: string): JsonNode {
    this.remember(name);
    const node = this.find(name);
    if (node == NO_NODE || this.document.kind(node) != JsonKind.Null) return node;
    this.errors.addOnce(this.pathOf(name), "must not be null: give it a value, or leave the field out");
    return NO_NODE;
  }

  /** The value of a member, which then counts as known; NO_NODE if there is none. */
  private find(name: string): JsonNode {
    const document = this.document;
    if (document.kind(this.node) != JsonKind.Object) return NO_NODE;
    const size = document.size(this.node);
    let key = this.node + 1;
    for (let member: u32 = 0; member < size; member++) {
      if (isText(document.text(key), name)) {
        if (this.found != 0) {
          const word = this.found + ((<usize>(member >> 5)) << 2);
          store<u32>(word, load<u32>(word) | (1 << (member & 31)));
        }
        return key + 1;
      }
      key = document.next(key + 1);
    }
    return NO_NODE;
  }

  /** Keeps a name for `close`: a constant, since nothing else outlives a collection here. What the document itself names is no field's name. */
  private remember(name: string): void {
    if (this.found == 0) {
      const bytes = (<usize>((this.document.size(this.node) + 31) >> 5)) << 2;
      this.found = allocate(max<usize>(bytes, 4));
      if (this.found == 0) return this.errors.add(this.path, "too large");
      memory.fill(this.found, 0, max<usize>(bytes, 4));
    }
    if (changetype<usize>(name) >= __heap_base) return;
    if (this.askedCount == this.askedCapacity) {
      const capacity = max(this.askedCapacity << 1, ASKED);
      const grown = allocate((<usize>capacity) << 2);
      if (grown == 0) return this.errors.add(this.path, "too large");
      memory.copy(grown, this.asked, (<usize>this.askedCount) << 2);
      this.asked = grown;
      this.askedCapacity = capacity;
    }
    store<u32>(this.asked + ((<usize>this.askedCount) << 2), <u32>changetype<usize>(name));
    this.askedCount++;
  }

  has(name: string): bool {
    return this.value(name) != NO_NODE;
  }

  /** Whether the object has a member of this name: `close` does not take it for known. */
  contains(name: string): bool {
    const document = this.document;
    const end = document.next(this.node);
    for (let key = this.node + 1; key < end; key = document.next(key + 1)) {
      if (isText(document.text(key), name)) return true;
    }
    return false;
  }

  /** Members that the object has. */
  get size(): u32 {
    return this.document.size(this.node);
  }

  /** The bytes of a string field; missing if it is absent or no string. */
  bytes(name: string): Span {
    const node = this.value(name);
    if (node == NO_NODE) return NO_SPAN;
    if (this.document.kind(node) != JsonKind.String) {
      this.error(name, "must be a string, not " + kindName(this.document, node));
      return NO_SPAN;
    }
    return this.document.text(node);
  }

  /** A string field; "" if absent (proto JSON does not tell the two apart). */
  string(name: string): string {
    const bytes = this.bytes(name);
    return spanLength(bytes) == 0 ? "" : text(bytes);
  }

  /** A list of strings; empty if absent. */
  strings(name: string): string[] {
    const texts = this.texts(name);
    const list = new Array<string>(listLength(texts));
    for (let i = 0; i < list.length; i++) list[i] = text(listItem(texts, i));
    return list;
  }

  /** The same as bytes of the document, listed in the arena. */
  texts(name: string): SpanList {
    const node = this.value(name);
    if (node == NO_NODE) return NO_SPANS;
    const document = this.document;
    if (document.kind(node) != JsonKind.Array) {
      this.error(name, "must be a list of strings, not " + kindName(document, node));
      return NO_SPANS;
    }
    const count = document.size(node);
    const address = allocate((<usize>count) << 3);
    if (address == 0) {
      this.error(name, "too large");
      return NO_SPANS;
    }
    for (let i: u32 = 0; i < count; i++) {
      // No string has nodes within it, so those of the list stand one behind the other.
      const child = node + 1 + i;
      if (document.kind(child) != JsonKind.String) {
        this.error(name + "[" + i.toString() + "]", "must be a string, not " + kindName(document, child));
        return spanList(address, i);
      }
      setListItem(spanList(address, count), i, document.text(child));
    }
    return spanList(address, count);
  }

  boolean(name: string, absent: bool): bool {
    const node = this.value(name);
    if (node == NO_NODE) return absent;
    const kind = this.document.kind(node);
    if (kind == JsonKind.True) return true;
    if (kind != JsonKind.False)
      this.error(name, "must be true or false, not " + kindName(this.document, node));
    return false;
  }

  /** A whole number within [least, most]; 60 may arrive as 60.0 (Istio passes a protobuf Struct). */
  integer(name: string, absent: i64, least: i64, most: i64): i64 {
    const node = this.value(name);
    if (node == NO_NODE) return absent;
    const value = this.document.number(node);
    if (!(Math.floor(value) == value) || value < <f64>least || value > <f64>most) {
      this.error(name, "must be a whole number from " + least.toString() + " to " + most.toString());
      return absent;
    }
    return <i64>value;
  }

  /** A duration in proto JSON form ("300s", "1.5s", as Istio's API has it), in milliseconds, within [least, most]. */
  duration(name: string, absent: i64, least: i64, most: i64): i64 {
    const node = this.value(name);
    if (node == NO_NODE) return absent;
    const value =
      this.document.kind(node) == JsonKind.String ? milliseconds(text(this.document.text(node))) : -1;
    if (value < least || value > most) {
      const range = secondsText(least) + " to " + secondsText(most);
      this.error(name, 'must be a duration like "300s", from ' + range);
      return absent;
    }
    return value;
  }

  /** The objects of a list field, with their paths; empty if absent. */
  objects(name: string): Fields[] {
    const count = this.count(name);
    if (count == 0) return NO_OBJECTS;
    const list = new Array<Fields>(count);
    let child = this.first(name);
    for (let i = 0; i < count; i++, child = this.document.next(child)) list[i] = this.element(name, child, i);
    return list;
  }

  /** How many objects a list field has; 0 if absent. Those in front of one that is no object. */
  count(name: string): i32 {
    const node = this.value(name);
    if (node == NO_NODE) return 0;
    const document = this.document;
    if (document.kind(node) != JsonKind.Array) {
      this.error(name, "must be a list, not " + kindName(document, node));
      return 0;
    }
    const end = document.next(node);
    let count = 0;
    for (let child = node + 1; child < end; child = document.next(child), count++) {
      if (document.kind(child) == JsonKind.Object) continue;
      const place = name + "[" + count.toString() + "]";
      this.error(place, "must be an object, not " + kindName(document, child));
      return count;
    }
    return count;
  }

  /** The first element of a list field that `count` has found; the others follow in the document. */
  first(name: string): JsonNode {
    return this.find(name) + 1;
  }

  /** An element of a list field: an object of the document, and which one it is. */
  element(name: string, node: JsonNode, index: i32): Fields {
    return this.within(node, name, index);
  }

  /** An object field, or null if it is absent. */
  object(name: string): Fields | null {
    const node = this.value(name);
    if (node == NO_NODE) return null;
    if (this.document.kind(node) != JsonKind.Object) {
      this.error(name, "must be an object, not " + kindName(this.document, node));
      return null;
    }
    return this.within(node, name, -1);
  }

  /** Names of the members, in document order: for objects that are maps. */
  names(): string[] {
    const names: string[] = [];
    const end = this.document.next(this.node);
    for (let key = this.node + 1; key < end; key = this.document.next(key + 1))
      names.push(text(this.document.text(key)));
    return names;
  }

  /** Refuses a field that is known but cannot be used here, with the reason. */
  refuse(name: string, reason: string): void {
    if (this.value(name) != NO_NODE) this.error(name, reason);
  }

  /** Says which fields are unknown. Call it after all known ones have been asked for. */
  close(): void {
    const document = this.document;
    const size = document.size(this.node);
    let key = this.node + 1;
    for (let member: u32 = 0; member < size; member++, key = document.next(key + 1)) {
      if (this.found != 0) {
        const word = load<u32>(this.found + ((<usize>(member >> 5)) << 2));
        if ((word & (1 << (member & 31))) != 0) continue;
      }
      const name = text(document.text(key));
      const near = nearestName(name, this.askedNames());
      this.error(name, near.length > 0 ? "unknown field; did you mean " + near + "?" : "unknown field");
    }
  }

  private askedNames(): string[] {
    const names: string[] = [];
    for (let i: u32 = 0; i < this.askedCount; i++)
      names.push(changetype<string>(<usize>load<u32>(this.asked + ((<usize>i) << 2))));
    return names;
  }
}

/** What stands in for an object where the arena is exhausted. */
const SPARE: usize = memory.data(64, 8);

/** All of a document, which is an object. `errors` outlives what is read here. */
export function rootFields(document: JsonDocument, errors: ConfigErrors): Fields {
  return newFields(document, ROOT, "", errors, changetype<Fields>(0), -1);
}

/** Without memory one that has no members, and an error. @param around null (address 0): nothing @param index -1: no element of a list */
function newFields(
  document: JsonDocument,
  node: JsonNode,
  place: string,
  errors: ConfigErrors,
  around: Fields,
  index: i32,
): Fields {
  const address = allocate(offsetof<Fields>());
  if (address == 0) errors.add(changetype<usize>(around) == 0 ? "" : around.path, "too large");
  const fields = changetype<Fields>(address == 0 ? SPARE : address);
  fields.set(document, address == 0 ? NO_NODE : node, place, errors, around, index);
  return fields;
}

/** What `objects` answers where there are none; nobody writes to it. */
const NO_OBJECTS: Fields[] = [];

/** Whether UTF-8 bytes say the same as a string; without a copy where that is ASCII. */
export function isText(bytes: Span, wanted: string): bool {
  const length = spanLength(bytes);
  // No text is shorter in UTF-8 than in UTF-16.
  if (<u32>wanted.length > length) return false;
  const address = spanAddress(bytes);
  for (let i = 0; i < wanted.length; i++) {
    const code = load<u16>(changetype<usize>(wanted) + ((<usize>i) << 1));
    if (code >= 0x80) {
      const encoded = String.UTF8.encode(wanted);
      return <u32>encoded.byteLength == length && bytesEqual(address, changetype<usize>(encoded), length);
    }
    if (<u16>load<u8>(address + <usize>i) != code) return false;
  }
  return <u32>wanted.length == length;
}

/** A span as a managed string. */
export function text(bytes: Span): string {
  return String.UTF8.decodeUnsafe(spanAddress(bytes), <usize>spanLength(bytes));
}

function kindName(document: JsonDocument, node: JsonNode): string {
  const kind = document.kind(node);
  if (kind == JsonKind.Number) return "a number";
  if (kind == JsonKind.String) return "a string";
  if (kind == JsonKind.Array) return "a list";
  if (kind == JsonKind.Object) return "an object";
  if (kind == JsonKind.Null) return "null";
  return "a boolean";
}

/** Milliseconds as seconds, with one decimal place at least: "0.001s", "86400.0s". */
function secondsText(milliseconds: i64): string {
  let places = (1000 + (milliseconds % 1000)).toString().substring(1);
  while (places.length > 1 && places.endsWith("0")) places = places.substring(0, places.length - 1);
  return (milliseconds / 1000).toString() + "." + places + "s";
}

/** "300s" or "1.5s" in milliseconds, -1 for anything else. At most nine digits before the point, so nothing overflows. */
function milliseconds(duration: string): i64 {
  const end = duration.length - 1;
  if (end < 1 || duration.charCodeAt(end) != 0x73) return -1;
  let value: i64 = 0;
  let i = 0;
  for (; i < end && duration.charCodeAt(i) != 0x2e; i++) {
    const digit = duration.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9 || i >= 9) return -1;
    value = value * 10 + digit;
  }
  value *= 1000;
  if (i == 0 || i == end - 1) return -1;
  let weight: i64 = 100;
  for (i++; i < end; i++) {
    const digit = duration.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value += weight * digit;
    weight /= 10;
  }
  return value;
}
