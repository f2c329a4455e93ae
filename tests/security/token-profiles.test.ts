// Token profiles: jose, with its options on the same tokens, is the referee; the clock, the cache of tokens and rules beside each other are ours.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { importJWK, jwtVerify, type JWTVerifyOptions } from "jose";
import { signingKey, type KeyName } from "../differential/keys/keys.js";
import { defaultIssuer } from "../differential/token.js";
import { holds } from "../seeded/properties.js";
import { Filter, jwk, mint, NOW, rule, trusting } from "./filter.js";

const keys = ["rsa", "ec256", "ed25519"] as const satisfies readonly KeyName[];
const base = trusting(rule(keys.map((name) => jwk(name))));
const start = (...tokenProfiles: object[]) => Filter.start({ ...base, extensions: { tokenProfiles } });

interface Profile {
  readonly typ?: string;
  readonly requiredClaims?: string[];
  readonly maxAge?: number;
  readonly clockSkew?: number;
  readonly algorithms?: string[];
}

const some = <T>(...values: T[]) => fc.constantFrom(undefined, undefined, ...values);
const profiles: fc.Arbitrary<Profile> = fc
  .record({
    typ: some("at+jwt", "AT+JWT", "application/at+jwt", "JWT"),
    requiredClaims: some(["client_id"], ["client_id", "sub"], ["jti"]),
    maxAge: some(10, 300, 3600),
    clockSkew: some(0, 5, 120),
    algorithms: some(["RS256"], ["ES256", "EdDSA"], ["PS256"]),
  })
  .map((profile) => JSON.parse(JSON.stringify(profile)) as Profile);
// Not where one second decides about exp: native has it last a second longer than jose.
const offsets = [-4000, -3601, -500, -301, -130, -100, -11, -4, 0, 3, 6, 59, 61, 119, 121, 1000];
const tokens = fc.record({
  key: fc.constantFrom(...keys),
  typ: fc.constantFrom(undefined, "at+jwt", "At+Jwt", "application/at+jwt", "JWT", "application/x/at+jwt", 1),
  claims: fc.record({
    client_id: some("a", ""),
    jti: some("b"),
    iat: fc.constantFrom(undefined, ...offsets),
    exp: fc.oneof(fc.constantFrom(3600, 3601, undefined), fc.constantFrom(...offsets)),
    nbf: fc.oneof(
      { weight: 3, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(...offsets) },
    ),
  }),
});

const seconds = (value: number) => `${value}s`;

describe("token profiles", () => {
  it("take the tokens that jose takes with the same options", async () => {
    let taken = 0;
    let refused = 0;
    await holds(
      "token-profiles",
      fc.asyncProperty(profiles, fc.array(tokens, { minLength: 1, maxLength: 8 }), async (profile, list) => {
        const { maxAge, clockSkew, ...same } = profile;
        const filter = await start({
          clockSkew: "60s",
          ...same,
          ...(maxAge === undefined ? {} : { maxAge: seconds(maxAge) }),
          ...(clockSkew === undefined ? {} : { clockSkew: seconds(clockSkew) }),
        });
        const options: JWTVerifyOptions = {
          ...same,
          issuer: defaultIssuer,
          clockTolerance: clockSkew ?? 60,
          currentDate: new Date(NOW * 1000),
          ...(maxAge === undefined ? {} : { maxTokenAge: maxAge }),
        };
        for (const { key, typ, claims } of list) {
          const times = Object.fromEntries(
            Object.entries(claims).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, typeof value === "number" ? NOW + value : value]],
            ),
          );
          const without = [
            ...(claims.exp === undefined ? ["exp"] : []),
            ...(typ === undefined ? ["typ"] : []),
          ];
          const token = mint({
            key,
            header: { ...(typ === undefined ? {} : { typ }) },
            claims: times,
            without,
          });
          const { alg } = JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()) as {
            alg: string;
          };
          const verified = await jwtVerify(token, await importJWK(signingKey(key).jwk, alg), options).then(
            () => true,
            () => false,
          );
          // The second time it is remembered, if it was good.
          for (let i = 0; i < 2; i++)
            assert.equal(
              filter.outcome({ token }) === "passes",
              verified,
              JSON.stringify({ profile, key, typ, claims }),
            );
          if (verified) taken++;
          else refused++;
        }
        filter.stop();
      }),
      { numRuns: 150 },
    );
    assert.ok(taken > 50 && refused > 50, `${taken} taken, ${refused} refused`);
  });

  it("are asked at every request, of tokens that are remembered too", async () => {
    const filter = await start({ maxAge: "100s", clockSkew: "0s" });
    const token = mint({ claims: { iat: NOW } });
    for (const [now, outcome] of [
      [0, "passes"],
      [100, "passes"],
      [101, "401 Jwt is too old"],
      [50, "passes"],
      [-1, "401 Jwt not yet valid"],
    ] as const) {
      filter.clock.set((NOW + now) * 1000);
      assert.equal(filter.outcome({ token }), outcome);
    }
  });

  it("are their own rule's: a token that one rule has verified is no other's", async () => {
    const other = "https://other.example.com/";
    const two = await Filter.start({
      ...trusting(rule([jwk("rsa")]), rule([jwk("rsa")], { issuer: other })),
      extensions: { tokenProfiles: [{ issuers: [other], typ: "at+jwt" }] },
    });
    for (let i = 0; i < 2; i++) {
      assert.equal(two.outcome({ token: mint({}) }), "passes");
      assert.equal(
        two.outcome({ token: mint({ claims: { iss: other } }) }),
        "401 Jwt header [typ] is not allowed",
      );
      assert.equal(
        two.outcome({ token: mint({ claims: { iss: other }, header: { typ: "at+jwt" } }) }),
        "passes",
      );
    }
  });

  const rows: readonly (readonly [profile: object, token: object, outcome: string])[] = [
    [{ requiredClaims: ["a"] }, { claims: { a: null } }, "401 Jwt lacks a required claim"],
    [{ requiredClaims: ["exp"] }, { claims: { exp: 0 } }, "401 Jwt lacks a required claim"],
    [{ requiredClaims: ["exp"] }, {}, "passes"],
    [{ maxAge: "1s" }, { without: ["iat"] }, "401 Jwt lacks a required claim"],
    [{ maxLifetime: "60s" }, { claims: { exp: NOW + 60 } }, "passes"],
    [{ maxLifetime: "60s" }, { claims: { exp: NOW + 61 } }, "401 Jwt lives too long"],
    [{ maxLifetime: "60s" }, { without: ["exp"] }, "401 Jwt lacks a required claim"],
    [{ algorithms: ["ES256"] }, {}, "401 Jwt header [alg] is not allowed"],
    [{ clockSkew: "0s" }, { claims: { exp: NOW } }, "passes"],
    [{ clockSkew: "0s" }, { claims: { exp: NOW - 1 } }, "401 Jwt is expired"],
    [{ clockSkew: "120s" }, { claims: { exp: NOW - 120 } }, "passes"],
  ];
  for (const [profile, token, outcome] of rows) {
    it(`${JSON.stringify(profile)} of ${JSON.stringify(token)}: ${outcome}`, async () => {
      const filter = await start(profile);
      assert.equal(filter.outcome({ token: mint(token) }), outcome);
    });
  }

  const refused: readonly (readonly [profiles: object[], says: RegExp])[] = [
    [[{ typ: "" }], /tokenProfiles\[0\].typ: must not be empty/],
    [[{ type: "at+jwt" }], /tokenProfiles\[0\].type: unknown field; did you mean typ\?/],
    [
      [{ issuers: ["https://nobody"] }],
      /tokenProfiles\[0\].issuers\[0\]: no JWT rule has the issuer https:\/\/nobody/,
    ],
    [[{ issuers: [], typ: "a" }], /tokenProfiles\[0\].issuers: must not be empty/],
    [[{ typ: "a" }, { typ: "b" }], /tokenProfiles\[1\].issuers: there is another profile for the issuer/],
    [[{ algorithms: ["none"] }], /tokenProfiles\[0\].algorithms\[0\]: is no algorithm/],
    [[{ clockSkew: "601s" }], /tokenProfiles\[0\].clockSkew: must be a duration/],
    [Array<object>(65).fill({ typ: "a" }), /tokenProfiles: must have at most 64 items/],
    [[{ requiredClaims: Array(65).fill("a") }], /requiredClaims: must have at most 64 items/],
  ];
  for (const [tokenProfiles, says] of refused) {
    it(`refused: ${JSON.stringify(tokenProfiles).slice(0, 70)}`, async () => {
      const said = await Filter.tryStart({ ...base, extensions: { tokenProfiles } });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    });
  }
});
