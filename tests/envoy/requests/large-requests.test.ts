// Requests as large and as odd as Envoy's limits allow: the right status for each, and the next one is served as before.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rawGet, type RawResponse } from "../../host/probe/raw-http.js";
import { everyListener, goodToken, setupFor, trustingInline, type Setup } from "../stage/harness.js";

type Fields = [name: string, value: string][];

interface Case {
  title: string;
  path?: string;
  fields?: Fields;
  /** Where the good token is; "header" by default. */
  token?: "header" | "query" | "cookie" | "none";
  /** Claims that make the token long. */
  claims?: Record<string, unknown>;
  status: number;
}

const bytes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i)).join("");
const many = (count: number, make: (i: number) => string) => Array.from({ length: count }, (_, i) => make(i));

const cases: Case[] = [
  { title: "a token of 50 kB", claims: { text: "x".repeat(37_000) }, status: 200 },
  { title: "a token of 80 kB", claims: { text: "x".repeat(59_000) }, status: 200 },
  { title: "a token that Envoy's own limit refuses", claims: { text: "x".repeat(75_000) }, status: 431 },
  {
    title: "a token with 5,000 claims",
    claims: Object.fromEntries(many(5000, (i) => `c${i}`).map((name) => [name, 1])),
    status: 200,
  },
  {
    title: "a good token in the last of 3,000 parameters",
    path: `/headers?${many(3000, (i) => `p${i}=${i}`).join("&")}`,
    token: "query",
    status: 200,
  },
  { title: "a path of 60 kB", path: `/anything/${"a".repeat(60_000)}`, status: 200 },
  { title: "a query of 60 kB without any name", path: `/headers?${"&=".repeat(30_000)}`, status: 200 },
  { title: "a query of escapes", path: `/headers?${"%61%zz%".repeat(8_000)}`, status: 200 },
  { title: "1,500 headers", fields: many(1500, (i) => `x-${i}`).map((name) => [name, "v"]), status: 200 },
  {
    title: "1,500 headers of one name",
    fields: many(1500, (i) => `${i}`).map((v) => ["x-a", v]),
    status: 200,
  },
  {
    title: "a good token in the last of 4,000 cookies",
    fields: [["cookie", many(4000, (i) => `c${i}=v${i}`).join("; ")]],
    token: "cookie",
    status: 200,
  },
  {
    title: "1,000 cookie headers without a token",
    fields: many(1000, (i) => `c${i}=v`).map((cookie) => ["cookie", cookie]),
    token: "none",
    status: 403,
  },
  {
    title: "every byte that a header value may have",
    fields: [
      ["x-printable", `a${bytes(0x20, 0x7e)}a`],
      ["x-high", bytes(0x80, 0xff)],
      ["x-tab", "a\tb"],
    ],
    status: 200,
  },
  {
    title: "empty values",
    fields: [
      ["x-empty", ""],
      ["cookie", ""],
      ["x-forwarded-for", ""],
    ],
    status: 200,
  },
  { title: "an empty Authorization", fields: [["authorization", ""]], token: "none", status: 403 },
  { title: "a Bearer without a token", fields: [["authorization", "Bearer "]], token: "none", status: 403 },
  {
    title: "a token of all high bytes",
    fields: [["authorization", `Bearer ${bytes(0x80, 0xff)}`]],
    token: "none",
    status: 401,
  },
  {
    title: "a token of 90 kB of dots",
    fields: [["authorization", `Bearer ${".".repeat(90_000)}`]],
    token: "none",
    status: 401,
  },
];

const setup = setupFor({
  wasmLogLevel: "info",
  listeners: (issuer) => ({
    inline: trustingInline(
      issuer,
      { fromHeaders: [{ name: "authorization", prefix: "Bearer " }], fromParams: ["t"], fromCookies: ["t"] },
      {
        authorizationPolicies: [
          {
            name: "test",
            namespace: "foo",
            action: "ALLOW",
            rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }],
          },
        ],
      },
    ),
  }),
  edit: (config) => {
    everyListener({
      max_request_headers_kb: 96,
      common_http_protocol_options: { max_headers_count: 3000 },
    })(config);
    // The upstream of these tests has limits of its own, which are not the matter here.
    everyListener({
      route_config: {
        virtual_hosts: [
          {
            name: "here",
            domains: ["*"],
            routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }],
          },
        ],
      },
    })(config);
  },
});

async function ask({ issuer, envoy }: Setup, one: Omit<Case, "title" | "status">): Promise<RawResponse> {
  const token = await goodToken(issuer, one.claims);
  const fields: Fields = [...(one.fields ?? [])];
  let path = one.path ?? "/headers";
  const place = one.token ?? "header";
  if (place === "header") fields.push(["authorization", `Bearer ${token}`]);
  if (place === "query") path += `&t=${token}`;
  if (place === "cookie") fields[0]![1] += `; t=${token}`;
  return rawGet(envoy.port("inline"), path, fields);
}

describe("a request with", () => {
  for (const { title, status, ...one } of cases) {
    it(`${title}: ${status}`, async () => {
      const running = await setup();
      const answer = await ask(running, one);
      assert.equal(answer.status, status, answer.body);
      assert.equal((await ask(running, {})).status, 200, "the next request");
    });
  }
});

it("no limit in between: tokens of every size up to Envoy's limit pass", async () => {
  const running = await setup();
  for (let size = 1; size < 65_000; size += 3_121) {
    const { status, body } = await ask(running, { claims: { text: "x".repeat(size) } });
    assert.equal(status, 200, `${size} bytes: ${body}`);
  }
});
