/**
 * Properties: the attributes of a request by path. A path is its parts joined by NUL. Values are handed over as Envoy's
 * serializeValue does (source/extensions/common/wasm/context.cc): strings and bytes as they are, integers as int64
 * little-endian, a bool as one byte, a double as 8 bytes, maps and lists as pairs (pairs.ts).
 */
import { bytesToByteString, toBytes } from "../abi/byte-string.js";
import type { HeaderMap } from "../messages/header-map.js";
import { pairsSize, writePairs, type Pair } from "../abi/pairs.js";

/**
 * A property. Text is taken as UTF-8. An integer number or a bigint is an int64, another number a double. `null` is CEL's null,
 * which cannot be serialised.
 */
export type PropertyValue =
  string | Uint8Array | number | bigint | boolean | null | readonly PropertyValue[] | PropertyTree;

/** Properties by name, such as `{ source: { address: "10.0.0.1:4711", port: 4711 } }`. */
export interface PropertyTree {
  readonly [name: string]: PropertyValue | undefined;
}

/** Names that `request` answers out of the header fields while the filter may read them. Source: filters/common/expr/context.cc. */
const requestFromHeaders: Readonly<Record<string, (headers: HeaderMap) => string | undefined>> = {
  path: (headers) => headers.get(":path"),
  url_path: (headers) => (headers.get(":path") ?? "").split("?")[0],
  query: (headers) => {
    const path = headers.get(":path") ?? "";
    const at = path.indexOf("?");
    return at < 0 ? "" : path.slice(at + 1).split("#")[0];
  },
  host: (headers) => headers.get(":authority"),
  scheme: (headers) => headers.get(":scheme"),
  method: (headers) => headers.get(":method"),
  referer: (headers) => headers.get("referer"),
  id: (headers) => headers.get("x-request-id"),
  useragent: (headers) => headers.get("user-agent"),
};

/**
 * A property of `request` that comes from its header fields, as a byte string; undefined if it is missing or does not come from
 * there. `headers` joins the values of a field by ",".
 */
export function requestHeaderProperty(parts: readonly string[], headers: HeaderMap): string | undefined {
  if (parts[1] === "headers" && parts.length === 3) {
    const values = headers.all(parts[2]!);
    return values.length === 0 ? undefined : values.join(",");
  }
  if (parts.length !== 2) return undefined;
  const read = Object.hasOwn(requestFromHeaders, parts[1]!) ? requestFromHeaders[parts[1]!] : undefined;
  return read?.(headers);
}

/** The property at `parts`, undefined if there is none. Lists are indexed by number. */
export function lookUpProperty(tree: PropertyTree, parts: readonly string[]): PropertyValue | undefined {
  let value: PropertyValue | undefined = tree;
  for (const part of parts) {
    if (Array.isArray(value))
      value = /^\d+$/.test(part) ? (value as readonly PropertyValue[])[Number(part)] : undefined;
    else if (isTree(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else return undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

/** The bytes of a property, undefined if it cannot be serialised. */
export function serializeProperty(value: PropertyValue): Uint8Array | undefined {
  if (value === null) return undefined;
  if (typeof value === "string" || value instanceof Uint8Array) return toBytes(value);
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  if (typeof value === "bigint" || typeof value === "number") return serializeNumber(value);
  const pairs: Pair[] = [];
  if (isTree(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      const bytes = serializeProperty(member);
      if (bytes === undefined) return undefined;
      pairs.push([bytesToByteString(toBytes(name)), bytesToByteString(bytes)]);
    }
  } else {
    for (const member of value) {
      const bytes = serializeProperty(member);
      if (bytes === undefined) return undefined;
      pairs.push([bytesToByteString(bytes), ""]);
    }
  }
  const bytes = new Uint8Array(pairsSize(pairs));
  writePairs(pairs, bytes, 0);
  return bytes;
}

function serializeNumber(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  if (typeof value === "number" && !Number.isInteger(value)) view.setFloat64(0, value, true);
  else view.setBigInt64(0, BigInt(value), true);
  return bytes;
}

function isTree(value: PropertyValue | undefined): value is PropertyTree {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
