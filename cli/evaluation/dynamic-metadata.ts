// Dynamic metadata as the host property `metadata` has it: a serialised envoy.config.core.v3.Metadata.

import type { Json, JsonObject } from "../resources/tree.js";

const field = (number: number, content: Buffer) =>
  Buffer.concat([Buffer.from([number * 8 + 2]), varint(content.length), content]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}

const mapEntry = (key: string, value: Buffer) => Buffer.concat([field(1, Buffer.from(key)), field(2, value)]);

/** A google.protobuf.Struct. */
const struct = (members: JsonObject): Buffer =>
  Buffer.concat(Object.entries(members).map(([key, value]) => field(1, mapEntry(key, valueMessage(value)))));

/** A google.protobuf.Value. */
function valueMessage(value: Json): Buffer {
  if (typeof value === "string") return field(3, Buffer.from(value));
  if (typeof value === "boolean") return Buffer.from([0x20, value ? 1 : 0]);
  if (value === null) return Buffer.from([0x08, 0]);
  if (typeof value === "number") {
    const message = Buffer.from([0x11, 0, 0, 0, 0, 0, 0, 0, 0]);
    message.writeDoubleLE(value, 1);
    return message;
  }
  if (Array.isArray(value)) return field(6, Buffer.concat(value.map((item) => field(1, valueMessage(item)))));
  return field(5, struct(value));
}

/** The message for these entries: filter -> its members. */
export function metadataMessage(filters: Readonly<Record<string, JsonObject>>): Uint8Array {
  return Buffer.concat(
    Object.entries(filters).map(([filter, members]) => field(1, mapEntry(filter, struct(members)))),
  );
}
