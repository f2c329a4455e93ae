// The filter's readers and writers (parsers.as.ts, compiled) behind functions that take and answer Buffers, strings and numbers.

import { compileAssemblyScript } from "../../assemblyscript/compile.js";
import { instantiate } from "../../assemblyscript/instantiate.js";

interface Exports {
  memory: WebAssembly.Memory;
  allocate(size: number): number;
  resetArena(): void;
  readJson(source: bigint): number;
  jsonText(document: number): bigint;
  jsonMember(document: number, name: bigint): number;
  jsonNumber(value: number): bigint;
  headerNumber(value: number): bigint;
  numberInRange(text: bigint): number;
  parseDouble(text: bigint): number;
  decodeBase64Url(text: bigint): bigint;
  encodeBase64(bytes: bigint): bigint;
  queryParameter(path: bigint, name: bigint): bigint;
  withoutParameter(path: bigint, name: bigint): bigint;
  statusText(status: number): bigint;
  httpCode(status: number): number;
  readToken(text: bigint): number;
  tokenStatus(token: number): number;
  tokenAlgorithm(token: number): number;
  tokenKeyId(token: number): bigint;
  tokenIssuer(token: number): bigint;
  tokenSignedText(token: number): bigint;
  tokenPayloadText(token: number): bigint;
  tokenSignature(token: number): bigint;
  tokenExpires(token: number): bigint;
  tokenNotBefore(token: number): bigint;
  tokenTimeStatus(token: number, now: bigint): number;
}

const wasm = (await instantiate(
  await compileAssemblyScript("tests/unit/parsers/parsers.as.ts"),
)) as unknown as Exports;

type Bytes = Uint8Array | string;

/** A copy of `bytes` in the arena, as a span. Strings are taken as UTF-8. */
function spanOf(bytes: Bytes): bigint {
  const buffer = typeof bytes === "string" ? Buffer.from(bytes, "utf8") : bytes;
  const address = wasm.allocate(Math.max(buffer.length, 1));
  new Uint8Array(wasm.memory.buffer).set(buffer, address);
  return (BigInt(buffer.length) << 32n) | BigInt(address);
}

/** The bytes of a span, undefined if it is missing. */
function bytesOf(span: bigint): Buffer | undefined {
  const address = Number(span & 0xffffffffn);
  if (address === 0) return undefined;
  return Buffer.from(wasm.memory.buffer.slice(address, address + Number((span >> 32n) & 0xffffffffn)));
}

/** `count` u32 at an address. Read after the calls that made them: a memory that grows leaves earlier views behind. */
function words(address: number, count: number): number[] {
  return [...new Uint32Array(wasm.memory.buffer, address, count)];
}

/** Runs `use` with a fresh arena. */
function inArena<T>(use: () => T): T {
  wasm.resetArena();
  return use();
}

/** assembly/claims/json.ts, JsonError. */
export const jsonErrors = [
  "None",
  "Syntax",
  "BadString",
  "BadNumber",
  "DuplicateMember",
  "TooDeep",
  "TrailingText",
  "OutOfMemory",
] as const;
export type JsonErrorName = (typeof jsonErrors)[number];

const kinds = ["none", "null", "false", "true", "number", "string", "array", "object"] as const;

/** One node of a document's tape. */
export interface TapeNode {
  readonly kind: (typeof kinds)[number];
  /** Index behind this node's subtree. */
  readonly next: number;
  /** Text of a string or number; members or elements of a container. */
  readonly content: string | number | undefined;
}

export interface JsonReading {
  readonly error: JsonErrorName;
  readonly errorOffset: number;
  /** The value as JavaScript has it; undefined if the text was refused. */
  readonly value: unknown;
  /** Nodes from the root (index 1) on. */
  readonly tape: readonly TapeNode[];
}

/** Reads a JSON text as the filter does. Strings are taken as UTF-8. */
export function readJson(text: Bytes): JsonReading {
  return inArena(() => {
    const document = wasm.readJson(spanOf(text));
    const [source, nodes, count, , error, errorOffset] = words(document, 6);
    const nodeWords = words(nodes!, count! * 4);
    const tape: TapeNode[] = [];
    for (let i = 1; i < count!; i++) {
      const [kind, next, offset, length] = nodeWords.slice(i * 4, i * 4 + 4);
      const name = kinds[kind!]!;
      const isText = name === "string" || name === "number";
      const text = isText && Buffer.from(wasm.memory.buffer, source! + offset!, length).toString("utf8");
      const content = text !== false ? text : name === "array" || name === "object" ? length : undefined;
      tape.push({ kind: name, next: next!, content });
    }
    const refused = error !== 0;
    return {
      error: jsonErrors[error!]!,
      errorOffset: errorOffset!,
      value: refused ? undefined : valueAt(tape, 1),
      tape,
    };
  });
}

/** The value whose node has this index; numbers go through the filter's own conversion. */
function valueAt(tape: readonly TapeNode[], index: number): unknown {
  const node = tape[index - 1]!;
  switch (node.kind) {
    case "null":
      return null;
    case "true":
    case "false":
      return node.kind === "true";
    case "number":
      return wasm.parseDouble(spanOf(node.content as string));
    case "string":
      return node.content;
    case "array":
    case "object": {
      const children: number[] = [];
      for (let child = index + 1; child < node.next; child = tape[child - 1]!.next) children.push(child);
      if (node.kind === "array") return children.map((child) => valueAt(tape, child));
      const pairs = children
        .filter((_, at) => at % 2 === 0)
        .map((key) => [tape[key - 1]!.content, valueAt(tape, key + 1)] as const);
      return Object.fromEntries(pairs as [string, unknown][]);
    }
    default:
      throw new Error(`no value at node ${index}`);
  }
}

/** A JSON text read and written again, as native's JSON writer writes it; undefined if it is refused. */
export function rewriteJson(text: Bytes): string | undefined {
  return inArena(() => {
    const document = wasm.readJson(spanOf(text));
    if (words(document, 6)[4] !== 0) return undefined;
    return bytesOf(wasm.jsonText(document))?.toString("utf8");
  });
}

/** Index of the node of the root's member; 0 if there is none. */
export function jsonMember(text: Bytes, name: string): number {
  return inArena(() => wasm.jsonMember(wasm.readJson(spanOf(text)), spanOf(name)));
}

export function parseDouble(text: string): number {
  return inArena(() => wasm.parseDouble(spanOf(text)));
}

export function numberInRange(text: string): boolean {
  return inArena(() => wasm.numberInRange(spanOf(text)) !== 0);
}

/** A number claim as a header value. */
export function headerNumber(value: number): string | undefined {
  return inArena(() => bytesOf(wasm.headerNumber(value))?.toString("latin1"));
}

/** A number within a list or object. */
export function jsonNumber(value: number): string | undefined {
  return inArena(() => bytesOf(wasm.jsonNumber(value))?.toString("latin1"));
}

/** Undefined if the text is no base64url. */
export function decodeBase64Url(text: Bytes): Buffer | undefined {
  return inArena(() => bytesOf(wasm.decodeBase64Url(spanOf(text))));
}

export function encodeBase64(bytes: Uint8Array): string | undefined {
  return inArena(() => bytesOf(wasm.encodeBase64(spanOf(bytes)))?.toString("latin1"));
}

/** Paths and names as latin1: one character, one byte. */
export function queryParameter(path: string, name: string): string | undefined {
  return inArena(() => bytesOf(wasm.queryParameter(latin1(path), latin1(name)))?.toString("latin1"));
}

export function withoutParameter(path: string, name: string): string | undefined {
  return inArena(() => bytesOf(wasm.withoutParameter(latin1(path), latin1(name)))?.toString("latin1"));
}

function latin1(text: string): bigint {
  return spanOf(Buffer.from(text, "latin1"));
}

export function statusText(status: number): string | undefined {
  return bytesOf(wasm.statusText(status))?.toString("utf8");
}

export function httpCode(status: number): number {
  return wasm.httpCode(status);
}

export interface TokenReading {
  /** Text of the status. */
  readonly status: string;
  readonly algorithm: number;
  readonly keyId: string | undefined;
  readonly issuer: string | undefined;
  readonly signedText: string | undefined;
  readonly payloadText: string | undefined;
  readonly signature: Buffer | undefined;
  readonly expires: bigint;
  readonly notBefore: bigint;
  /** Text of the status of the time check at this second. */
  timeStatus(now: bigint): string;
}

/** Reads a token; strings are taken as latin1. */
export function readToken(text: string): TokenReading {
  return inArena(() => {
    const token = wasm.readToken(latin1(text));
    return {
      status: statusText(wasm.tokenStatus(token))!,
      algorithm: wasm.tokenAlgorithm(token),
      keyId: bytesOf(wasm.tokenKeyId(token))?.toString("utf8"),
      issuer: bytesOf(wasm.tokenIssuer(token))?.toString("utf8"),
      signedText: bytesOf(wasm.tokenSignedText(token))?.toString("latin1"),
      payloadText: bytesOf(wasm.tokenPayloadText(token))?.toString("latin1"),
      signature: bytesOf(wasm.tokenSignature(token)),
      expires: BigInt.asUintN(64, wasm.tokenExpires(token)),
      notBefore: BigInt.asUintN(64, wasm.tokenNotBefore(token)),
      timeStatus: (now) => statusText(wasm.tokenTimeStatus(token, now))!,
    };
  });
}
