// Reading what a user names without waiting or filling memory: a FIFO waits for a writer, /dev/zero has no end.

import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { InputError } from "../../policies/resources/input-error.js";

/** Bytes of a file, or of standard input. All policies of a large mesh are a few MB; the `yaml` package takes some 100 bytes for each. */
export const MAX_INPUT_BYTES = 64 * 1024 * 1024;

const tooLong = `it is longer than ${MAX_INPUT_BYTES / 1024 / 1024} MiB`;

/**
 * The text of a file in UTF-8 or, with a byte order mark, UTF-16.
 * @throws Error with why it cannot be read, in words; at once for what is no regular file
 */
export async function fileText(path: string): Promise<string> {
  const file = await openedFile(path);
  try {
    await refuseOddFiles(file);
    // /proc has files of size 0 with content, and a file may grow while it is read.
    return await boundedChunks(file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}

/**
 * The lines of a file, each as soon as it is read. What is no UTF-8 in them is replaced: a client writes into a log what it likes.
 * @throws Error with why it cannot be read, in words
 */
export async function* fileLines(path: string): AsyncGenerator<string> {
  const file = await openedFile(path);
  try {
    await refuseOddFiles(file);
    yield* linesOf(file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}

async function openedFile(path: string): Promise<FileHandle> {
  // To open a FIFO without O_NONBLOCK waits for its writer (POSIX open).
  const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);
  return open(path, flags).catch((error: unknown) => {
    // So says Linux of a socket.
    if ((error as NodeJS.ErrnoException).code === "ENXIO") throw new Error(notRegular("socket"));
    throw error;
  });
}

async function refuseOddFiles(file: FileHandle): Promise<void> {
  const stats = await file.stat();
  if (stats.isFIFO()) throw new Error(notRegular("pipe"));
  if (stats.isCharacterDevice() || stats.isBlockDevice()) throw new Error(notRegular("device"));
  if (stats.isSocket()) throw new Error(notRegular("socket"));
  if (stats.size > MAX_INPUT_BYTES) throw new Error(tooLong);
}

/**
 * All of a stream, in the same encodings.
 * @throws InputError with `name` if it is too long
 */
export async function boundedText(stream: Readable, name: string): Promise<string> {
  return boundedChunks(stream).catch((error: unknown) => {
    throw new InputError(`cannot read ${name}: ${(error as Error).message}`);
  });
}

async function boundedChunks(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_INPUT_BYTES) throw new Error(tooLong);
    chunks.push(chunk);
  }
  return decoded(Buffer.concat(chunks));
}

/** A longer line is passed over: nobody writes one that is meant to be read by lines. */
const MAX_LINE = 4 * 1024 * 1024;

/** The lines of a stream in the same encodings, each as soon as it has ended. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let rest = "";
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) rest = rest.slice(0, MAX_LINE);
    yield* lines;
  }
  rest += decoder?.decode() ?? "";
  if (rest !== "") yield rest;
}

function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

/** UTF-8, or UTF-16 with a byte order mark, as kubectl reads it (cli-runtime visitor.go): PowerShell's `>` writes that. The mark is left out of UTF-16. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes;
  if (isUtf32(bytes)) throw new Error("it is UTF-32: save it as UTF-8");
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  // JSON and YAML begin with ASCII.
  if (bytes.length > 3 && (first === 0) !== (second === 0) && bytes[first === 0 ? 2 : 3] === 0)
    throw new Error("it is UTF-16 without a byte order mark: save it as UTF-8");
  if (bytes.subarray(0, 8_000).includes(0)) throw new Error("it is binary, no text");
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true, fatal: true }).decode(bytes);
  } catch {
    const line = new TextDecoder().decode(bytes).split("\ufffd", 1)[0]!.split("\n").length;
    throw new Error(`it is no UTF-8 (line ${line}): save it as UTF-8, if it is text`);
  }
}

/** By its byte order mark, of which one begins as that of UTF-16 does (The Unicode Standard, 23.8). */
const isUtf32 = (bytes: Buffer) =>
  bytes.length >= 4 && [0xfffe0000, 0x0000feff].includes(bytes.readUInt32BE());

const notRegular = (what: string) => `it is a ${what}, no file; pipe it to standard input and name it -`;
