// Dynamic metadata as the host property `metadata` has it: a serialised envoy.config.core.v3.Metadata.

import type { Json, JsonObject } from "../../resources/tree.js";

const encoder = new TextEncoder();

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const field = (number: number, content: Uint8Array) =>
  concatenated([Uint8Array.from([number * 8 + 2]), varint(content.length), content]);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Uint8Array.from([...bytes, value]);
}

const mapEntry = (key: string, value: Uint8Array) =>
  concatenated([field(1, encoder.encode(key)), field(2, value)]);

/** A google.protobuf.Struct. */
const struct = (members: JsonObject): Uint8Array =>
  concatenated(Object.entries(members).map(([key, value]) => field(1, mapEntry(key, valueMessage(value)))));

/** A google.protobuf.Value. */
function valueMessage(value: Json): Uint8Array {
  if (typeof value === "string") return field(3, encoder.encode(value));
  if (typeof value === "boolean") return Uint8Array.from([0x20, value ? 1 : 0]);
  if (value === null) return Uint8Array.from([0x08, 0]);
  if (typeof value === "number") {
    const message = Uint8Array.from([0x11, 0, 0, 0, 0, 0, 0, 0, 0]);
    new DataView(message.buffer).setFloat64(1, value, true);
    return message;
  }
  if (Array.isArray(value)) return field(6, concatenated(value.map((item) => field(1, valueMessage(item)))));
  return field(5, struct(value));
}

/** The message for these entries: filter -> its members. */
export function metadataMessage(filters: Readonly<Record<string, JsonObject>>): Uint8Array {
  return concatenated(
    Object.entries(filters).map(([filter, members]) => field(1, mapEntry(filter, struct(members)))),
  );
}
