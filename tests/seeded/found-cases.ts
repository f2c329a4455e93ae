// Inputs that once made a property fail, as files: tests/seeded/found/<property>.json. What `npm run explore` finds it writes there; from then on every
// `npm test` begins with it.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { repositoryRoot } from "../../scripts/repository-root.js";

/** The arguments of a property. */
export type Arguments = readonly unknown[];

/** The environment variable that names another directory to read from and write to. */
export const FOUND_VARIABLE = "FOUND_CASES";

export const foundCasesDirectory = (): string =>
  process.env[FOUND_VARIABLE] ?? join(repositoryRoot, "tests", "seeded", "found");

const fileOf = (property: string) => join(foundCasesDirectory(), `${property}.json`);

/** What JSON has no word for. */
type Tagged = { $: "bigint" | "number" | "bytes" | "buffer" | "undefined"; text?: string };

function encoded(value: unknown): unknown {
  if (value === undefined) return { $: "undefined" } satisfies Tagged;
  if (typeof value === "bigint") return { $: "bigint", text: String(value) } satisfies Tagged;
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $: "number", text: Object.is(value, -0) ? "-0" : String(value) } satisfies Tagged;
  if (Buffer.isBuffer(value)) return { $: "buffer", text: value.toString("base64url") } satisfies Tagged;
  if (value instanceof Uint8Array)
    return { $: "bytes", text: Buffer.from(value).toString("base64url") } satisfies Tagged;
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encoded(member)]));
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== "object" || value === null) return value;
  const { $: kind, text = "" } = value as Tagged;
  switch (kind) {
    case "undefined":
      return undefined;
    case "bigint":
      return BigInt(text);
    case "number":
      return Number(text);
    case "buffer":
      return Buffer.from(text, "base64url");
    case "bytes":
      return new Uint8Array(Buffer.from(text, "base64url"));
    default:
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decoded(member)]));
  }
}

/** The cases kept of a property; none if there is no file. */
export function readFoundCases(property: string): Arguments[] {
  let text: string;
  try {
    text = readFileSync(fileOf(property), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return decoded(JSON.parse(text)) as Arguments[];
}

/**
 * Keeps a case, beside those that there are.
 *
 * @returns the file's path; undefined if the arguments are something that a file cannot hold
 */
export function keepFoundCase(property: string, values: Arguments): string | undefined {
  const known = readFoundCases(property);
  const text = JSON.stringify(encoded(values));
  if (!isDeepStrictEqual(decoded(JSON.parse(text)), values)) return undefined;
  const rows = [...new Set([...known.map((one) => JSON.stringify(encoded(one))), text])];
  mkdirSync(foundCasesDirectory(), { recursive: true });
  writeFileSync(fileOf(property), `[\n${rows.join(",\n")}\n]\n`);
  return fileOf(property);
}
