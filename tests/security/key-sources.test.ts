// `extensions.keySources` that are refused: a rule has room for as many further key sets as there may be, and each is looked at.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, jwk, rule, trusting } from "./filter.js";

const own = trusting(rule([jwk("rsa")], { issuer: "https://idp" }), {
  issuer: "https://other",
  jwksUri: "https://own",
});
const uris = (count: number) => Array.from({ length: count }, (_, i) => `https://idp/${i}`);
const of = (jwksUris: unknown, more: object = {}) => ({ issuer: "https://idp", jwksUris, ...more });

describe("further key sets", () => {
  const rows: readonly (readonly [keySources: unknown, says: RegExp])[] = [
    [[of(uris(5))], /keySources\[0\].jwksUris: must have at most 4 items/],
    [[of(uris(2000))], /keySources\[0\].jwksUris: must have at most/],
    [[of([])], /keySources\[0\].jwksUris: must not be empty/],
    [[of(["keys.json"])], /keySources\[0\].jwksUris\[0\]: must be an absolute http or https URI/],
    [[of(["https://a", "https://a"])], /keySources\[0\].jwksUris\[1\]: is there twice/],
    [
      [of(["https://a", "https://own"], { issuer: "https://other" })],
      /\[0\].jwksUris\[1\]: is what the JWT rule has/,
    ],
    [[of(["https://a"]), of(["https://b"])], /keySources\[1\].issuer: is there twice/],
    [[of(["https://a"], { issuer: "https://nobody" })], /no JWT rule has the issuer https:\/\/nobody/],
    [[of(["https://a"], { issuer: "" })], /keySources\[0\].issuer: must not be empty/],
    [[of(["https://a"], { more: 1 })], /keySources\[0\].more: unknown field/],
  ];
  for (const [keySources, says] of rows)
    it(`are refused: ${JSON.stringify(keySources).slice(0, 90)}`, async () => {
      const said = await Filter.tryStart({ ...own, extensions: { keySources } });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    });

  it("are four at most", async () => {
    const filter = await Filter.tryStart({ ...own, extensions: { keySources: [of(uris(4))] } });
    assert.ok(filter instanceof Filter);
    filter.stop();
  });
});
