// The JSON reader against JSON.parse: the same texts are accepted, with the same values. They differ by design in four things, and in nothing
// else: this reader refuses duplicate members, nesting beyond 100, numbers that no double holds, and lone surrogates.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { holds } from "../../seeded/properties.js";
import { readJson, rewriteJson } from "../parsers/parsers.js";

/** Nesting in these tests stays below the reader's bound, so that it is no reason to differ. */
const MAX_DEPTH = 20;

/** Texts that are nearly JSON: whole ones with characters exchanged, taken out and put in. */
const nearlyJson = fc
  .tuple(
    fc.json({ maxDepth: 4, stringUnit: "grapheme" }),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        drop: fc.nat(2),
        put: fc.oneof(
          fc.constantFrom(
            ...Array.from("{}[]\":,\\/eE+-.0123456789 \t\n\r'ntfbu"),
            "null",
            "true",
            "\\u",
            "\\ud800",
            "\u0000",
            "\u001f",
            "\u00a0",
            "\ufeff",
            "é",
            "😀",
          ),
          fc.constant(""),
        ),
      }),
      { maxLength: 4 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((current, { at, drop, put }) => {
      const index = Math.floor(at * current.length);
      return current.slice(0, index) + put + current.slice(index + drop);
    }, text),
  );

interface Expected {
  readonly accepted: boolean;
  readonly value: unknown;
}

/** What JSON.parse says; and whether one of the deliberate differences makes this reader refuse what it accepts. */
function reference(text: string): Expected {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { accepted: false, value: undefined };
  }
  return { accepted: !isRefusedByDesign(text, value), value };
}

function isRefusedByDesign(text: string, value: unknown): boolean {
  if (hasUnusable(value)) return true;
  // JSON.parse keeps the last of two members, so they are counted: keys in the text against keys in the value.
  return countKeysInText(text) !== countKeys(value);
}

/** Whether a string has no lone surrogate. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** A number out of range, or a lone surrogate, anywhere in a value. */
function hasUnusable(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (typeof value === "string") return !isWellFormed(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, member]) => !isWellFormed(key) || hasUnusable(member));
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, member) => sum + countKeys(member), own);
}

/** Colons outside of strings: one for each member. Of a text that JSON.parse accepts. */
function countKeysInText(text: string): number {
  return text.replace(/"(?:[^"\\]|\\.)*"/gs, "").split(":").length - 1;
}

/** Equality of values as deepEqual has it, but for the order of members, and with -0 apart from 0. */
function assertSameVerdict(text: string): void {
  // A lone surrogate in the text itself becomes U+FFFD when it is encoded; JSON.parse would see something else.
  fc.pre(isWellFormed(text));
  const expected = reference(text);
  const reading = readJson(text);
  assert.equal(reading.error === "None", expected.accepted, `${reading.error} for ${JSON.stringify(text)}`);
  if (expected.accepted) assert.deepStrictEqual(normalized(reading.value), normalized(expected.value), text);
}

/** `__proto__` is a member like any other: entries instead of objects. */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, normalized(member)] as const);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("JSON reader and JSON.parse", () => {
  test("accept the same texts, with the same values", () => {
    holds(
      "json-accepted",
      fc.property(fc.json({ maxDepth: MAX_DEPTH, stringUnit: "binary" }), (text) => assertSameVerdict(text)),
      { numRuns: 2_000 },
    );
  });

  test("refuse the same texts that are nearly JSON", () => {
    holds(
      "json-nearly",
      fc.property(nearlyJson, (text) => assertSameVerdict(text)),
      { numRuns: 20_000 },
    );
  });

  test("a text of any bytes is accepted only if it is UTF-8 and JSON.parse accepts it", () => {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const inString = fc
      .uint8Array({ maxLength: 12 })
      .map((bytes) => Buffer.concat([Buffer.from('["'), bytes, Buffer.from('"]')]));
    holds(
      "json-any-bytes",
      fc.property(inString, (bytes) => {
        let accepted: boolean;
        try {
          accepted = reference(decoder.decode(bytes)).accepted;
        } catch {
          accepted = false;
        }
        assert.equal(readJson(bytes).error === "None", accepted, bytes.toString("hex"));
      }),
      { numRuns: 20_000 },
    );
  });

  test("what is written again is the same value", () => {
    holds(
      "json-rewritten",
      fc.property(fc.json({ maxDepth: MAX_DEPTH, stringUnit: "binary" }), (text) => {
        const { error, value } = readJson(text);
        fc.pre(error === "None");
        const again = rewriteJson(text);
        assert.ok(again !== undefined);
        assert.deepStrictEqual(normalized(JSON.parse(again)), normalized(value), again);
      }),
      { numRuns: 2_000 },
    );
  });

  test("duplicate members are refused wherever they are and however they are spelled", () => {
    const key = fc
      .string({ unit: "binary", minLength: 1, maxLength: 8 })
      .filter((text) => isWellFormed(text));

    holds(
      "json-duplicate-members",
      fc.property(
        fc.uniqueArray(key, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.boolean(),
        (keys, pick, spell) => {
          const twice = keys[pick % keys.length]!;
          const members = keys.map((name) => `${JSON.stringify(name)}:1`);
          assert.equal(readJson(`{${members.join(",")}}`).error, "None");
          members.push(`${spell ? `"${escapeAll(twice)}"` : JSON.stringify(twice)}:2`);
          assert.equal(readJson(`[{"in":{${members.join(",")}}}]`).error, "DuplicateMember");
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Every UTF-16 unit as \\uXXXX. */
function escapeAll(text: string): string {
  let escaped = "";
  for (let i = 0; i < text.length; i++) escaped += `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}
