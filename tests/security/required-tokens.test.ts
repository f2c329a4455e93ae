// `presence: REQUIRED`: nothing stands in for the rule's own token.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jwk, Filter, mint, rule, trusting } from "./filter.js";

const required = rule([jwk("rsa")], { presence: "REQUIRED" });
const apart = (header: string, key: "rsa" | "ec256", more: object = {}) =>
  rule([jwk(key)], { issuer: header, fromHeaders: [{ name: header }], ...more });
const of = (issuer: string, key: "rsa" | "ec256") => mint({ key, claims: { iss: issuer, sub: "s" } });
const one = of("x-one", "rsa");
const two = of("x-two", "ec256");
const missing = "401 Jwt is missing";

describe("a rule that requires its token", () => {
  const both = [
    apart("x-one", "rsa", { presence: "REQUIRED" }),
    apart("x-two", "ec256", { presence: "REQUIRED" }),
  ];
  const first = [apart("x-one", "rsa", { presence: "REQUIRED" }), apart("x-two", "ec256")];
  const cases: readonly (readonly [string, readonly object[], Record<string, string>, string])[] = [
    ["no token", [required], {}, missing],
    ["the token", [required], { authorization: `Bearer ${mint({ key: "rsa" })}` }, "passes"],
    ["another scheme", [required], { authorization: "Basic YTpi" }, missing],
    [
      "a bad token",
      [required],
      { authorization: "Bearer x" },
      "401 Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
    ],
    ["the first of two", both, { "x-one": one }, missing],
    ["the second of two", both, { "x-two": two }, missing],
    ["both", both, { "x-one": one, "x-two": two }, "passes"],
    ["each in the other's place", both, { "x-one": two, "x-two": one }, "401 Jwt issuer is not configured"],
    ["a good token of a rule that requires none", first, { "x-two": two }, missing],
    ["the required one alone", first, { "x-one": one }, "passes"],
    [
      "the required one, and a bad one of the other rule",
      first,
      { "x-one": one, "x-two": one },
      "401 Jwt issuer is not configured",
    ],
  ];
  for (const [name, rules, headers, expected] of cases) {
    it(`${name}: ${expected}`, async () => {
      const filter = await Filter.start(trusting(...rules));
      assert.equal(filter.outcome({ headers: Object.entries(headers) }), expected);
      filter.stop();
    });
  }

  it("says in its challenge that there was none, not that it was bad (RFC 6750 §3.1)", async () => {
    const filter = await Filter.start(trusting(required));
    const { headers } = filter.send({ path: "/a" });
    filter.stop();
    assert.deepEqual(
      headers.filter(([name]) => name === "www-authenticate"),
      [["www-authenticate", 'Bearer realm="https://api.example.com/a"']],
    );
  });

  it("does not ask for one where a browser cannot send it: a CORS preflight", async () => {
    const filter = await Filter.start(trusting(required));
    const headers = [
      ["origin", "https://app"],
      ["access-control-request-method", "GET"],
    ] as const;
    assert.equal(filter.outcome({ method: "OPTIONS", headers }), "passes");
    assert.equal(filter.outcome({ method: "OPTIONS" }), missing);
    filter.stop();
  });
});
