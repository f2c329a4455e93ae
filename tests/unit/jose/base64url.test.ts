// Base64url as absl::WebSafeBase64Unescape reads it (absl/strings/escaping.cc), which is how native reads the parts of a token.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { holds } from "../../seeded/properties.js";
import { decodeBase64Url, encodeBase64 } from "../parsers/parsers.js";

describe("decodeBase64Url", () => {
  const rows: readonly (readonly [text: string, bytes: string | undefined, why: string])[] = [
    ["", "", "nothing is nothing, not a fault"],
    ["AAAA", "000000", "four characters"],
    ["-_-_", "fbffbf", "the two characters of base64url"],
    ["+/+/", undefined, "those of base64 are none"],
    ["AA+A", undefined, "nor one among others"],
    ["A", undefined, "one character alone is six bits"],
    ["AAAAA", undefined, "one left over"],
    ["AA", "00", "two are a byte"],
    ["AAA", "0000", "three are two bytes"],
    ["AB", "00", "bits that are left over are ignored"],
    ["A_", "03", "all of them"],
    ["AAB", "0000", "of three characters too"],
    ["AA==", "00", "complete padding"],
    ["AA=", undefined, "incomplete padding"],
    ["AA===", undefined, "too much padding"],
    ["AAA=", "0000", "complete padding of three characters"],
    ["AAA==", undefined, "too much for three"],
    ["AAAA=", undefined, "four need none"],
    ["AAAA====", undefined, "not even a group of it"],
    ["====", undefined, "padding alone"],
    ["=", undefined, "one padding alone"],
    ["AA..", "00", "a dot is padding too"],
    ["AA=.", "00", "mixed"],
    ["AA=A", undefined, "nothing follows padding"],
    ["AA==A", undefined, "nothing"],
    ["AA==AAAA", undefined, "not even a group"],
    ["A A\tA\nA\r\v\f", "000000", "white space is skipped anywhere"],
    [" ", "", "white space alone is nothing"],
    ["AA = =", "00", "between padding too"],
    ["A =", undefined, "one character and padding"],
    ["AA\u0000A", undefined, "a zero byte is no white space"],
    ["AA\u0085A", undefined, "nor is NEL"],
    ["AA\u00a0A", undefined, "nor a non-breaking space"],
    ["AA\u00e9A", undefined, "a byte above 0x7f"],
    ["AA\u007fA", undefined, "DEL"],
    ["AAAAAAAA AAAA", "000000000000000000", "white space behind whole groups"],
    ["AAAAAAAA\u0000AAAA", undefined, "a fault behind whole groups"],
    ["_____w==", "ffffffff", "a longer one with padding"],
  ];
  for (const [text, bytes, why] of rows) {
    test(`${JSON.stringify(text)}: ${why}`, () => {
      assert.equal(decodeBase64Url(Buffer.from(text, "latin1"))?.toString("hex"), bytes);
    });
  }

  test("any bytes come back, with padding or without, with white space anywhere", () => {
    const space = fc.array(
      fc.record({ at: fc.nat(), text: fc.constantFrom(" ", "\t", "\n", "\r", "\v", "\f") }),
      { maxLength: 4 },
    );
    holds(
      "base64url-round-trip",
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), space, (bytes, padded, spaces) => {
        let text = Buffer.from(bytes).toString("base64url");
        if (padded) text = text.padEnd(Math.ceil(text.length / 4) * 4, "=");
        for (const { at, text: white } of spaces) {
          const index = at % (text.length + 1);
          text = text.slice(0, index) + white + text.slice(index);
        }
        assert.deepEqual(decodeBase64Url(text), Buffer.from(bytes));
      }),
      { numRuns: 5_000 },
    );
  });

  test("any byte anywhere: accepted if and only if the reference accepts it", () => {
    const bytes = fc.uint8Array({ maxLength: 24 });
    const nearly = fc.array(fc.constantFrom(...Buffer.from("AZaz09-_==.. \n+/\u0000")), { maxLength: 24 });
    holds(
      "base64url-any-byte",
      fc.property(fc.oneof(bytes, nearly), (text) => {
        assert.deepEqual(decodeBase64Url(Uint8Array.from(text)), reference(Uint8Array.from(text)));
      }),
      { numRuns: 20_000 },
    );
  });
});

/** The rules of absl, one character at a time. */
function reference(text: Uint8Array): Buffer | undefined {
  const characters = Array.from(Buffer.from(text).toString("latin1")).filter(
    (character) => !/[\t-\r ]/.test(character),
  );
  const data = characters.join("").replace(/[=.]*$/, "");
  const padding = characters.length - data.length;
  if (!/^[\w-]*$/.test(data) || data.length % 4 === 1) return undefined;
  if (padding > 0 && padding !== (4 - (data.length % 4)) % 4) return undefined;
  return Buffer.from(data, "base64url");
}

test("encodeBase64 is standard base64 with padding", () => {
  holds(
    "base64-written",
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      assert.equal(encodeBase64(bytes), Buffer.from(bytes).toString("base64"));
    }),
  );
});
