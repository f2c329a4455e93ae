// Throw-away issuers: each rule trusts the keys of its own issuer and no others, and what is no rule stays as it is.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generateSigningKey, keySet } from "../../policies/tokens/signing-key.js";
import { ThrowAwayKeys, trusting } from "../../policies/tokens/throw-away-keys.js";
import type { JsonObject } from "../../policies/resources/tree.js";

const a = "https://a.example.com/";
const b = "https://b.example.com/";
const uri = "https://keys.example.com/";

const configuration = (...jwtRules: JsonObject[]): JsonObject => ({
  requestAuthentications: [{ name: "jwt", namespace: "foo", jwtRules }],
});

const rulesOf = (config: JsonObject) =>
  (config["requestAuthentications"] as JsonObject[]).flatMap((one) => one["jwtRules"] as JsonObject[]);

const kidsIn = (jwks: unknown) =>
  jwks === undefined
    ? []
    : (JSON.parse(jwks as string) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);

/** The kids in each rule's key set. */
const kids = (config: JsonObject) => rulesOf(config).map(({ jwks }) => kidsIn(jwks));

describe("throw-away keys", () => {
  it("one for each issuer and algorithm, the same each time", async () => {
    const keys = new ThrowAwayKeys();
    assert.equal(await keys.keyFor(a, "ES256"), await keys.keyFor(a, "ES256"));
    const all = [await keys.keyFor(a, "ES256"), await keys.keyFor(a, "EdDSA"), await keys.keyFor(b, "ES256")];
    assert.equal(new Set([...all, await keys.keyFor(undefined, "ES256")].map(({ kid }) => kid)).size, 4);
  });

  it("a rule trusts its own issuer; one without issuer those that no rule names", async () => {
    const keys = new ThrowAwayKeys();
    const [ofA, alsoA] = [await keys.keyFor(a, "ES256"), await keys.keyFor(a, "HS256")];
    const ofB = await keys.keyFor(b, "ES256");
    const ofC = await keys.keyFor("c", "ES256");
    const ofNone = await keys.keyFor(undefined, "ES256");
    const config = configuration(
      { issuer: a, jwksUri: uri, audiences: ["x"] },
      { issuer: b },
      { issuer: "", jwksUri: uri },
      { jwksUri: uri },
    );
    const { configuration: changed, keySets } = trusting(config, keys);
    assert.deepEqual(kids(changed), [[ofA.kid, alsoA.kid], [ofB.kid], [], []]);
    const [first, , ...anyIssuer] = rulesOf(changed);
    assert.deepEqual(first?.["audiences"], ["x"]);
    assert.ok(!("jwksUri" in first), "a jwksUri beside jwks");
    assert.deepEqual(anyIssuer, [{ issuer: "", jwksUri: uri }, { jwksUri: uri }]);
    const any = [ofC.kid, ofNone.kid];
    assert.deepEqual(
      [...keySets].map(([name, set]) => [name, kidsIn(set)]),
      [[uri, any]],
    );
    const own = await generateSigningKey("ES256");
    const merged = trusting(
      config,
      keys,
      new Map([
        [uri, JSON.stringify(keySet([own]))],
        ["other", "{}"],
      ]),
    ).keySets;
    assert.deepEqual(kidsIn(merged.get(uri)), [own.kid, ...any]);
    assert.equal(merged.get("other"), "{}");
  });

  it("keys in the configuration stay", async () => {
    const keys = new ThrowAwayKeys();
    const made = await keys.keyFor(a, "ES256");
    const own = await generateSigningKey("ES256");
    const jwks = JSON.stringify(keySet([own]));
    assert.deepEqual(kids(trusting(configuration({ issuer: a, jwks }), keys).configuration), [
      [own.kid, made.kid],
    ]);
  });

  it("leaves alone what needs no key or is none of its business", async () => {
    const keys = new ThrowAwayKeys();
    await keys.keyFor(a, "ES256");
    const untouched: JsonObject[] = [
      {},
      configuration({ issuer: b, jwksUri: uri }),
      configuration({ issuer: a, jwks: "no JSON" }),
      configuration({ issuer: a, jwks: "null" }),
      configuration({ issuer: a, jwks: 5 }),
      { requestAuthentications: 5 },
      { requestAuthentications: [null, 5, { jwtRules: {} }, { jwtRules: [null, "x"] }] },
    ];
    for (const config of untouched) {
      assert.deepEqual(trusting(config, keys), { configuration: config, keySets: new Map() });
    }
  });

  it("private members never get into a configuration, but for a secret, which is the key set", async () => {
    const keys = new ThrowAwayKeys();
    for (const algorithm of ["RS256", "ES256", "EdDSA"] as const) await keys.keyFor(a, algorithm);
    assert.doesNotMatch(JSON.stringify(trusting(configuration({ issuer: a }), keys)), /\\"(d|p|q)\\"/);
  });
});
