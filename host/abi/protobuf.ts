/** The little of protocol buffers that foreign functions speak: messages of length-delimited fields and bools. */

const WIRE_VARINT = 0;
const WIRE_64_BIT = 1;
const WIRE_LENGTH_DELIMITED = 2;
const WIRE_32_BIT = 5;
const VARINT_MAX_BYTES = 10;

/**
 * The length-delimited fields of a message by number; of a field that repeats, the last one. Fields of other types are passed
 * over. Undefined if the message is malformed.
 */
export function readBytesFields(message: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const fields = new Map<number, Uint8Array>();
  let at = 0;
  const varint = (): number | undefined => {
    let value = 0;
    for (let i = 0; i < VARINT_MAX_BYTES; i++) {
      const byte = message[at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < message.length) {
    const tag = varint();
    if (tag === undefined || tag < 8) return undefined;
    const wire = tag % 8;
    if (wire === WIRE_LENGTH_DELIMITED) {
      const length = varint();
      if (length === undefined || length > message.length - at) return undefined;
      fields.set(Math.floor(tag / 8), message.subarray(at, at + length));
      at += length;
    } else if (wire === WIRE_VARINT) {
      if (varint() === undefined) return undefined;
    } else if (wire === WIRE_64_BIT || wire === WIRE_32_BIT) {
      at += wire === WIRE_64_BIT ? 8 : 4;
      if (at > message.length) return undefined;
    } else {
      return undefined;
    }
  }
  return fields;
}

/** A message of one bool (field 1, left out if false) and one string (field 2, left out if empty). */
export function writeResultMessage(result: boolean, error: string): Uint8Array {
  const text = new TextEncoder().encode(error);
  const bytes: number[] = result ? [0x08, 0x01] : [];
  if (text.length > 0) {
    bytes.push(0x12);
    let length = text.length;
    for (; length >= 0x80; length = Math.floor(length / 0x80)) bytes.push((length % 0x80) | 0x80);
    bytes.push(length, ...text);
  }
  return Uint8Array.from(bytes);
}
