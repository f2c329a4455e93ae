/**
 * Typed reading of one object of the configuration. Every accessor names the field, so that what is left over at the end is
 * unknown, and `close` says so. Configuration time only: it deals in managed strings.
 */
import { JsonDocument, JsonKind, JsonNode, NO_NODE } from "../claims/json";
import { Span, spanAddress, spanLength } from "../memory/span";
import { ConfigErrors, nearestName } from "./config_errors";

export class Fields {
  private known: string[] = [];
  private nulls: string[] = [];

  constructor(
    readonly document: JsonDocument,
    readonly node: JsonNode,
    /** Place of this object, `requestAuthentications[0].jwtRules[1]`; "" for the root. */
    readonly path: string,
    readonly errors: ConfigErrors,
  ) {}

  pathOf(name: string): string {
    return this.path.length > 0 ? this.path + "." + name : name;
  }

  error(name: string, message: string): void {
    this.errors.add(this.pathOf(name), message);
  }

  /**
   * The node of a field, NO_NODE if it is absent. A null is an error, as in Istio's CRDs: it is what YAML makes of a field whose value
   * has been forgotten or commented out, and `authorizationPolicies` without value must not mean that there are none.
   */
  value(name: string): JsonNode {
    this.known.push(name);
    const buffer = String.UTF8.encode(name);
    const node = this.document.member(
      this.node,
      ((<u64>buffer.byteLength) << 32) | (<u64>changetype<usize>(buffer)),
    );
    if (node == NO_NODE || this.document.kind(node) != JsonKind.Null) return node;
    if (!this.nulls.includes(name)) {
      this.nulls.push(name);
      this.error(name, "must not be null: give it a value, or leave the field out");
    }
    return NO_NODE;
  }

  has(name: string): bool {
    return this.value(name) != NO_NODE;
  }

  /** A string field; "" if absent (proto JSON does not tell the two apart). */
  string(name: string): string {
    const node = this.value(name);
    if (node == NO_NODE) return "";
    if (this.document.kind(node) != JsonKind.String) {
      this.error(name, "must be a string, not " + kindName(this.document, node));
      return "";
    }
    return text(this.document.text(node));
  }

  /** A list of strings; empty if absent. */
  strings(name: string): string[] {
    const list: string[] = [];
    const node = this.value(name);
    if (node == NO_NODE) return list;
    if (this.document.kind(node) != JsonKind.Array) {
      this.error(name, "must be a list of strings, not " + kindName(this.document, node));
      return list;
    }
    const end = this.document.next(node);
    for (let child = node + 1; child < end; child = this.document.next(child)) {
      if (this.document.kind(child) != JsonKind.String) {
        const place = name + "[" + list.length.toString() + "]";
        this.error(place, "must be a string, not " + kindName(this.document, child));
        return list;
      }
      list.push(text(this.document.text(child)));
    }
    return list;
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
      const range = (<f64>least / 1000).toString() + "s to " + (<f64>most / 1000).toString() + "s";
      this.error(name, 'must be a duration like "300s", from ' + range);
      return absent;
    }
    return value;
  }

  /** The objects of a list field, with their paths; empty if absent. */
  objects(name: string): Fields[] {
    const list: Fields[] = [];
    const node = this.value(name);
    if (node == NO_NODE) return list;
    if (this.document.kind(node) != JsonKind.Array) {
      this.error(name, "must be a list, not " + kindName(this.document, node));
      return list;
    }
    const end = this.document.next(node);
    for (let child = node + 1; child < end; child = this.document.next(child)) {
      const place = name + "[" + list.length.toString() + "]";
      if (this.document.kind(child) != JsonKind.Object) {
        this.error(place, "must be an object, not " + kindName(this.document, child));
        return list;
      }
      list.push(new Fields(this.document, child, this.pathOf(place), this.errors));
    }
    return list;
  }

  /** An object field, or null if it is absent. */
  object(name: string): Fields | null {
    const node = this.value(name);
    if (node == NO_NODE) return null;
    if (this.document.kind(node) != JsonKind.Object) {
      this.error(name, "must be an object, not " + kindName(this.document, node));
      return null;
    }
    return new Fields(this.document, node, this.pathOf(name), this.errors);
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
    const names = this.names();
    for (let i = 0; i < names.length; i++) {
      if (this.known.includes(names[i])) continue;
      const near = nearestName(names[i], this.known);
      this.error(names[i], near.length > 0 ? "unknown field; did you mean " + near + "?" : "unknown field");
    }
  }
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
