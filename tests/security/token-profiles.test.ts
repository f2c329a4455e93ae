// Token profiles: jose, with its options on the same tokens, is the referee; the clock, the cache of tokens and rules beside each other are ours.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
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

  describe("held to the client's certificate", () => {
    const digest = (certificate: string) => createHash("sha256").update(certificate).digest();
    const bound = (certificate: string) => ({ "x5t#S256": digest(certificate).toString("base64url") });
    const shown = (certificate: string) => ({
      connection: { sha256_peer_certificate_digest: digest(certificate).toString("hex") },
    });
    const notBound = "401 Jwt is not bound to the client certificate";
    const missing = "401 Client certificate is missing";

    // The claim cnf -> with the certificate a; with REQUIRED, with IF_PRESENT.
    const confirmations: readonly (readonly [cnf: unknown, required: string, ifPresent: string])[] = [
      [undefined, notBound, "passes"],
      [bound("a"), "passes", "passes"],
      // RFC 7800 §3.1: what is not understood beside it is passed over.
      [{ ...bound("a"), jkt: "x" }, "passes", "passes"],
      [bound("b"), notBound, notBound],
      [null, notBound, notBound],
      ["x", notBound, notBound],
      [[bound("a")], notBound, notBound],
      [{}, notBound, notBound],
      // Of DPoP (RFC 9449 §6.1), which nobody here understands.
      [{ jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }, notBound, notBound],
      [{ "x5t#S256": null }, notBound, notBound],
      [{ "x5t#S256": [bound("a")["x5t#S256"]] }, notBound, notBound],
      [{ "x5t#S256": "" }, notBound, notBound],
      [{ "x5t#S256": digest("a").toString("hex") }, notBound, notBound],
      [{ "x5t#S256": digest("a").subarray(0, 31).toString("base64url") }, notBound, notBound],
      [{ "x5t#S256": `${bound("a")["x5t#S256"]}AAAA` }, notBound, notBound],
    ];
    for (const [cnf, required, ifPresent] of confirmations) {
      it(`a token with cnf ${JSON.stringify(cnf)}`, async () => {
        const token = mint({ claims: cnf === undefined ? {} : { cnf } });
        for (const [certificateBinding, outcome] of [
          ["REQUIRED", required],
          ["IF_PRESENT", ifPresent],
        ] as const) {
          const filter = await start({ certificateBinding });
          // The second time it is remembered, if it was good.
          for (let i = 0; i < 2; i++) {
            assert.equal(filter.outcome({ token, properties: shown("a") }), outcome, certificateBinding);
            const without = certificateBinding === "IF_PRESENT" && cnf === undefined ? "passes" : missing;
            assert.equal(filter.outcome({ token }), without, certificateBinding);
          }
          filter.stop();
        }
      });
    }

    it("at every request: a token that one client has shown is no other client's", async () => {
      const filter = await start({ certificateBinding: "IF_PRESENT" });
      const token = mint({ claims: { cnf: bound("a") } });
      for (let i = 0; i < 3; i++) {
        assert.equal(filter.outcome({ token, properties: shown("a") }), "passes");
        assert.equal(filter.outcome({ token, properties: shown("b") }), notBound);
        assert.equal(filter.outcome({ token }), missing);
      }
    });

    it("whatever stands in the digest's place: each digit counts, and no other form of it", async () => {
      const filter = await start({ certificateBinding: "REQUIRED" });
      const token = mint({ claims: { cnf: bound("a") } });
      const hex = digest("a").toString("hex");
      const told = (text: string) =>
        filter.outcome({ token, properties: { connection: { sha256_peer_certificate_digest: text } } });
      for (let i = 0; i < hex.length; i++)
        assert.equal(told(hex.slice(0, i) + (hex[i] === "0" ? "1" : "0") + hex.slice(i + 1)), notBound);
      for (const text of [hex.slice(1), `${hex}0`, hex.toUpperCase(), bound("a")["x5t#S256"], "-"])
        assert.equal(told(text), notBound);
      assert.equal(told(""), missing);
      assert.equal(told(hex), "passes");
    });

    it("by issuer: another rule's tokens are anybody's", async () => {
      const other = "https://other.example.com/";
      const filter = await Filter.start({
        ...trusting(rule([jwk("rsa")]), rule([jwk("rsa")], { issuer: other })),
        extensions: { tokenProfiles: [{ issuers: [other], certificateBinding: "REQUIRED" }] },
      });
      assert.equal(filter.outcome({ token: mint({ claims: { cnf: bound("a") } }) }), "passes");
      assert.equal(filter.outcome({ token: mint({ claims: { iss: other, cnf: bound("a") } }) }), missing);
    });
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
    [
      [{ certificateBinding: "OPTIONAL" }],
      /certificateBinding: must be IF_PRESENT or REQUIRED, not "OPTIONAL"/,
    ],
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
