// JWT-SVIDs and bundles of SPIFFE trust domains: what JWT-SVID.md, SPIFFE-ID.md and SPIFFE_Trust_Domain_and_Bundle.md of spiffe/spiffe want of a validator.
// go-spiffe v2.6.0 (jwtsvid.ParseAndValidate), asked by hand, answers each of these tokens the same but for "the trust domain itself", which it takes.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KeyName } from "../differential/keys/keys.js";
import { Filter, jwk, mint, rule, trusting, type TokenSpec } from "./filter.js";

const reports = "spiffe://example.org/reports";
/** As SPIRE serves a bundle: keys of certificates have no kid. */
const bundle = JSON.stringify({
  keys: [
    { ...jwk("ec256", { use: "x509-svid" }), kid: undefined },
    jwk("rsa", { use: "jwt-svid" }),
    jwk("ec384", { use: "wit-svid" }),
    jwk("ed25519", { use: "jwt-svid" }),
    jwk("oct", { use: "jwt-svid" }),
  ],
  spiffe_sequence: 12,
  spiffe_refresh_hint: 300,
});
const base = trusting({ ...rule([]), jwks: bundle, audiences: [reports] });
const start = () =>
  Filter.start({ ...base, extensions: { tokenProfiles: [{ trustDomain: "example.org" }] } });
const svid = (sub: unknown = "spiffe://example.org/billing", spec: TokenSpec = {}): TokenSpec => ({
  ...spec,
  claims: { sub, aud: reports, ...spec.claims },
});

const other = "401 Jwt payload [sub] field is not of the trust domain";
const noKey = "401 Jwks doesn't have key to match kid or alg from Jwt";
const lacks = "401 Jwt lacks a required claim";
const audience = "403 Audiences in Jwt are not allowed";
const id = (path: string) => svid(`spiffe://example.org${path}`);
const by = (key: KeyName, header: object = {}) => svid(undefined, { key, header: { ...header } });

const rows: readonly (readonly [what: string, token: TokenSpec, outcome: string])[] = [
  ["a JWT-SVID", svid(), "passes"],
  ["with a deeper path", id("/ns/a-b/sa/c_d.e"), "passes"],
  ["of two audiences", svid(undefined, { claims: { aud: ["other", reports] } }), "passes"],
  ["typ JOSE", svid(undefined, { header: { typ: "JOSE" } }), "passes"],
  ["no typ", svid(undefined, { without: ["typ"] }), "passes"],
  [
    "a token that must be bound",
    svid(undefined, { header: { typ: "wit+jwt" } }),
    "401 Jwt header [typ] is not allowed",
  ],
  ["a subject of another trust domain", svid("spiffe://partner.example/billing"), other],
  ["a trust domain that begins so", svid("spiffe://example.org.evil/billing"), other],
  ["the trust domain itself", svid("spiffe://example.org"), other],
  ["no path", id("/"), other],
  ["a slash at the end", id("/billing/"), other],
  ["an empty segment", id("/a//b"), other],
  ["a dot", id("/a/./b"), other],
  ["two dots", id("/a/.."), other],
  ["three dots, which are a name", id("/a/..."), "passes"],
  ["an escape", id("/a%2fb"), other],
  ["a query", id("/a?b"), other],
  ["other letters of the scheme", svid("SPIFFE://example.org/billing"), other],
  ["no SPIFFE ID", svid("alice"), other],
  ["no subject", svid(undefined, { without: ["sub"], claims: { sub: undefined } }), other],
  ["no audience", svid(undefined, { claims: { aud: undefined } }), audience],
  ["no audience in the list", svid(undefined, { claims: { aud: [] } }), audience],
  ["another audience", svid(undefined, { claims: { aud: "spiffe://example.org/other" } }), audience],
  ["no exp", svid(undefined, { without: ["exp"] }), lacks],
  ["exp 0", svid(undefined, { claims: { exp: 0 } }), lacks],
  ["EdDSA, which is none of the nine", by("ed25519"), "401 Jwt header [alg] is not allowed"],
  ["HS256, which is none of the nine", by("oct"), "401 Jwt header [alg] is not allowed"],
  ["a key that signs certificates", by("ec256"), noKey],
  ["a key of another kind of SVID", by("ec384"), noKey],
];

describe("a JWT-SVID", () => {
  for (const [what, token, outcome] of rows) {
    it(`${what}: ${outcome}`, async () => {
      const filter = await start();
      for (let i = 0; i < 2; i++) assert.equal(filter.outcome({ token: mint(token) }), outcome);
    });
  }

  it("needs a rule that says for whom it is, and the name of a trust domain", async () => {
    for (const [audiences, trustDomain, says] of [
      [[], "example.org", /trustDomain: the JWT rule must have audiences/],
      [[reports], "", /trustDomain: must be of small letters/],
      [[reports], "Example.org", /trustDomain: must be of small letters/],
      [[reports], "example.org/a", /trustDomain: must be of small letters/],
    ] as const) {
      const said = await Filter.tryStart({
        ...trusting({ ...rule([]), jwks: bundle, audiences }),
        extensions: { tokenProfiles: [{ trustDomain }] },
      });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    }
  });
});

describe("a bundle", () => {
  it("of keys for certificates alone has no key for tokens", async () => {
    const said = await Filter.tryStart(trusting(rule([jwk("ec256", { use: "x509-svid" })])));
    assert.ok(Array.isArray(said));
    assert.match(said.join("\n"), /jwks: Jwks doesn't have any valid public key/);
  });

  it("leaves keys of any other use alone, as native does", async () => {
    for (const use of ["sig", "enc", "svid", "", 1]) {
      const filter = await Filter.start(trusting(rule([jwk("rsa", { use })])));
      assert.equal(filter.outcome({ token: mint({}) }), "passes", String(use));
    }
  });
});
