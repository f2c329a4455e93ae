// One token, two readings: what another reader of the same bytes could take for something else is refused. And tokens made to be expensive.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultIssuer } from "../differential/token.js";
import { Filter, jwk, mint, principalNeeded, rule, trusting, type TokenSpec } from "./filter.js";

const BAD_PAYLOAD = "401 Jwt payload is an invalid JSON";
const BAD_HEADER = "401 Jwt header is an invalid JSON";
const DENIED = "403 RBAC: access denied";
const iss = `"iss":"${defaultIssuer}"`;

const payload = (members: string): TokenSpec => ({
  key: "oct",
  payloadText: `{${iss},${members}}`,
  bytes: true,
});
const header = (text: string): TokenSpec => ({ key: "oct", headerText: text });

interface Case {
  readonly title: string;
  readonly token: TokenSpec;
  readonly outcome: string;
}

const cases: readonly Case[] = [
  { title: "two subjects", token: payload('"sub":"a","sub":"b"'), outcome: BAD_PAYLOAD },
  {
    title: "two subjects, equal after unescaping",
    token: payload('"sub":"a","s\\u0075b":"b"'),
    outcome: BAD_PAYLOAD,
  },
  { title: "two issuers", token: payload(`"sub":"a","\\u0069ss":"x"`), outcome: BAD_PAYLOAD },
  {
    title: "twice the same, deep inside",
    token: payload('"sub":"a","x":[{"y":{"z":1,"\\u007a":1}}]'),
    outcome: BAD_PAYLOAD,
  },
  {
    title: "a duplicate among a thousand",
    token: payload(`"sub":"a",${Array.from({ length: 1000 }, (_, i) => `"k${i}":1`).join()},"k0":1`),
    outcome: BAD_PAYLOAD,
  },
  {
    title: "a name in escapes is the name",
    token: payload('"\\u0073\\u0075\\u0062":"a"'),
    outcome: "passes",
  },
  { title: "a name in capitals is another", token: payload('"Sub":"a"'), outcome: DENIED },
  { title: "a name with a NUL is another", token: payload('"sub\\u0000":"a"'), outcome: DENIED },
  { title: "two algorithms", token: header('{"alg":"HS256","alg":"none"}'), outcome: BAD_HEADER },
  {
    title: "two algorithms, one in escapes",
    token: header('{"alg":"HS256","\\u0061lg":"none"}'),
    outcome: BAD_HEADER,
  },
  {
    title: "text behind the payload",
    token: { key: "oct", payloadText: `{${iss},"sub":"a"} {}` },
    outcome: BAD_PAYLOAD,
  },
  {
    title: "NUL behind the payload",
    token: { key: "oct", payloadText: `{${iss},"sub":"a"}\0` },
    outcome: BAD_PAYLOAD,
  },
  {
    title: "a byte order mark",
    token: { key: "oct", payloadText: `\ufeff{${iss},"sub":"a"}` },
    outcome: BAD_PAYLOAD,
  },
  { title: "a comment", token: payload('"sub":"a"/**/'), outcome: BAD_PAYLOAD },
  { title: "single quotes", token: payload("'sub':'a'"), outcome: BAD_PAYLOAD },
  { title: "NaN", token: payload('"sub":"a","x":NaN'), outcome: BAD_PAYLOAD },
  { title: "an overlong slash", token: payload('"sub":"a\xc0\xaf"'), outcome: BAD_PAYLOAD },
  { title: "an overlong quote", token: payload('"sub":"a\xc0\xa2,\xc0\xa2x"'), outcome: BAD_PAYLOAD },
  { title: "a surrogate in UTF-8", token: payload('"sub":"\xed\xa0\x80"'), outcome: BAD_PAYLOAD },
  { title: "a code point behind the last", token: payload('"sub":"\xf4\x90\x80\x80"'), outcome: BAD_PAYLOAD },
  { title: "a lone surrogate", token: payload('"sub":"\\ud800"'), outcome: BAD_PAYLOAD },
  { title: "surrogates in the wrong order", token: payload('"sub":"\\udc00\\ud800"'), outcome: BAD_PAYLOAD },
  { title: "a control character", token: payload('"sub":"a\nb"'), outcome: BAD_PAYLOAD },
  {
    title: "UTF-16",
    token: { key: "oct", payloadText: Buffer.from(`{${iss}}`, "utf16le").toString("latin1"), bytes: true },
    outcome: BAD_PAYLOAD,
  },
  {
    title: "an expiry of 2^64",
    token: payload('"exp":18446744073709551616'),
    outcome: "401 Jwt payload [exp] field is not a positive 64 bit integer",
  },
  {
    title: "an expiry that is negative",
    token: payload('"exp":-1'),
    outcome: "401 Jwt payload [exp] field is not a positive 64 bit integer",
  },
  { title: "a start at 2^63", token: payload('"nbf":9223372036854775808'), outcome: "401 Jwt not yet valid" },
  {
    title: "a start at the last number below 2^64",
    token: payload('"nbf":18446744073709549568'),
    outcome: "401 Jwt not yet valid",
  },
  {
    title: "an expiry at the last number below 2^64",
    token: payload('"sub":"a","exp":18446744073709549568'),
    outcome: "passes",
  },
  {
    title: "an expiry of 1e-400",
    token: payload('"sub":"a","exp":1e-400,"nbf":1e400'),
    outcome: BAD_PAYLOAD,
  },
  ...["+", "/", "*", "\u00e9", "%3D"].map((text): Case => ({
    title: `${text} in the signature`,
    token: { key: "oct", edits: [{ segment: 2, insert: text, at: 3 }] },
    outcome: "401 Jwt signature is an invalid Base64url encoded",
  })),
  {
    title: "a signature cut by a character",
    token: { key: "oct", edits: [{ segment: 2, keep: 42 }] },
    outcome: "401 Jwt verification fails",
  },
  {
    title: "white space within what is signed",
    token: { key: "oct", edits: [{ segment: 1, insert: " ", at: 4 }] },
    outcome: "401 Jwt verification fails",
  },
  {
    title: "padding within what is signed",
    token: { key: "oct", edits: [{ segment: 0, insert: "=", at: 4 }] },
    outcome: "401 Jwt header is an invalid Base64url encoded",
  },
];

describe("a token has one reading", () => {
  it("or none", async () => {
    const filter = await Filter.start({ ...trusting(rule([jwk("oct")])), ...principalNeeded });
    for (const { title, token, outcome } of cases)
      assert.equal(filter.outcome({ token: mint(token) }), outcome, title);
    filter.stop();
  });

  it("a parameter of the query is found however it is written, and all of its name are taken out", async () => {
    const filter = await Filter.start({ ...trusting(rule([jwk("oct")])), ...principalNeeded });
    const token = mint({ key: "oct" });
    const bad = "a.b.c";
    for (const [path, expected] of [
      [`/p?access_token=${token}&x=1`, "/p?x=1"],
      [`/p?x=1&%61ccess%5ftoken=${token}`, "/p?x=1"],
      [`/p?access_token=${token}&access_token=${bad}&x`, "/p?x"],
      [`/p?Access_Token=${token}`, DENIED],
      [`/p?access_token=${bad}&access_token=${token}`, "401"],
      [`/p?%61ccess_token=${bad}&access_token=${token}`, "401"],
      [`/p;access_token=${token}`, DENIED],
      [`/p?x=1;access_token=${token}`, DENIED],
      [`/p?access_token=${token.replaceAll(".", "%2e")}`, "/p"],
    ] as const) {
      const answer = filter.send({ path });
      if (answer.status === 200) assert.equal(answer.path, expected, path);
      else assert.ok(`${answer.status} ${answer.body}`.startsWith(expected), `${path}: ${answer.body}`);
      assert.ok(!JSON.stringify(answer).includes(token), "a token goes on, or comes back");
    }
    filter.stop();
  });
});

/** As large as Envoy's limit for all header fields lets them be, and full of one thing. */
const SIZE = 44_000;
const filled = (unit: string) =>
  Array(Math.floor(SIZE / (unit.length + 1)))
    .fill(unit)
    .join();
const costly: readonly { title: string; members: string }[] = [
  { title: "numbers at the end of the range", members: `"x":[${filled("1e308")}]` },
  { title: "numbers of 800 digits", members: `"x":[${filled(`${"9".repeat(800)}e-500`)}]` },
  { title: "the smallest numbers", members: `"x":[${filled("5e-324")}]` },
  { title: "members", members: Array.from({ length: 4500 }, (_, i) => `"k${i}":1`).join() },
  {
    title: "objects of twelve members",
    members: `"x":[${filled(
      `{${Array.from("abcdefghijkl")
        .map((c) => `"${c}":1`)
        .join()}}`,
    )}]`,
  },
  { title: "nesting", members: `"x":${"[".repeat(98)}${filled("[]")}${"]".repeat(98)}` },
  { title: "audiences", members: `"aud":[${filled('"x"')}]` },
  { title: "escapes", members: `"x":"${"\\u0041".repeat(SIZE / 6)}"` },
  { title: "white space", members: `"x":1${" ".repeat(SIZE)}` },
];

describe("a token made to be expensive", () => {
  it("is judged like any other, and the next request as well", async () => {
    const filter = await Filter.start({ ...trusting(rule([jwk("oct")])), ...principalNeeded });
    for (const { title, members } of costly) {
      const token = mint({ key: "oct", payloadText: `{${iss},"sub":"a",${members}}` });
      assert.ok(token.length > 50_000 && token.length < 61_000, `${title}: ${token.length}`);
      assert.equal(filter.outcome({ token }), "passes", title);
      assert.equal(filter.outcome({ token: token.slice(0, -20) }), "401 Jwt verification fails", title);
      assert.equal(filter.outcome({ token: mint({ key: "oct" }) }), "passes");
    }
    filter.stop();
  });
});
