// What is remembered of a verified token counts for that token, that rule's keys and that configuration only, and never longer than the token.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HostProcess, LogLevel, ManualHttpFetcher, VirtualClock } from "../../host/index.js";
import { defaultIssuer } from "../differential/token.js";
import { Filter, jwk, mint, NOW, principalNeeded, rule, trusting } from "./filter.js";

const FAIL = "401 Jwt verification fails";
const other = "https://other.example.com/";
/** Tokens found in the cache so far. */
function hits(filter: Filter): number {
  filter.plugin.tick();
  return Number(filter.plugin.vm.process.metrics.value("jwt_policy_token_cache_hits_total") ?? 0n);
}

/** Other ways to write a token, all of which verify, here as in native (tests/differential/cases/token-format.ts). */
function spellings(token: string, alg: string): (readonly [string, string])[] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const bytes = Buffer.from(signature, "base64url");
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(signature.at(-1));
  const spare = [0, 15, 3][bytes.length % 3]!;
  const written = (text: string) => `${header}.${payload}.${text}`;
  const ways: [string, string][] = [
    ["a dot ahead", `.${token}`],
    ["a dot more", `${header}..${payload}.${signature}`],
    ["two dots more", `${header}.${payload}...${signature}`],
    ["a dot behind", `${token}.`],
    ["a blank in the signature", written(`${signature.slice(0, 5)} ${signature.slice(5)}`)],
  ];
  const padding = "=".repeat((4 - (signature.length % 4)) % 4);
  if (padding !== "") ways.push(["padding", written(signature + padding)]);
  for (let bits = 1; bits <= spare; bits++)
    ways.push([`spare bits ${bits}`, written(signature.slice(0, -1) + alphabet[last | bits]!)]);
  if (alg.startsWith("ES")) {
    const half = bytes.length / 2;
    for (const zeros of [1, 2, 3, 40]) {
      const number = (from: number) => [Buffer.alloc(zeros), bytes.subarray(from, from + half)];
      const longer = Buffer.concat([...number(0), ...number(half)]).toString("base64url");
      ways.push([`${zeros} zeros ahead of r and s`, written(longer)]);
    }
  }
  return ways;
}

const inHeader = (name: string) => ({ fromHeaders: [{ name }], forwardOriginalToken: true });

describe("the cache of verified tokens", () => {
  it("a token that one rule's keys have signed is none of another's, though both are of one issuer", async () => {
    const filter = await Filter.start(
      trusting(
        rule([jwk("rsa", { kid: "k" })], inHeader("x-one")),
        rule([jwk("rsaOther", { kid: "k" })], inHeader("x-two")),
      ),
    );
    const token = mint({ key: "rsa", header: { kid: "k" } });
    for (let i = 0; i < 3; i++) {
      assert.equal(filter.outcome({ headers: [["x-one", token]] }), "passes");
      assert.equal(filter.outcome({ headers: [["x-two", token]] }), FAIL);
    }
    filter.stop();
  });

  it("nor in one request, where the first rule accepts it before it fails on another token", async () => {
    const places = (...names: string[]) => ({
      fromHeaders: names.map((name) => ({ name })),
      forwardOriginalToken: true,
    });
    const filter = await Filter.start(
      trusting(
        rule([jwk("rsa", { kid: "k" })], places("x-a", "x-z")),
        rule([jwk("rsaOther", { kid: "k" })], places("x-z")),
      ),
    );
    const signedBy = (key: "rsa" | "rsaOther") => mint({ key, header: { kid: "k" } });
    for (let i = 0; i < 3; i++) {
      const outcome = (key: "rsa" | "rsaOther", other: string) =>
        filter.outcome({
          headers: [
            ["x-a", other],
            ["x-z", signedBy(key)],
          ],
        });
      assert.equal(outcome("rsa", signedBy("rsaOther")), FAIL);
      assert.equal(outcome("rsaOther", signedBy("rsaOther")), "passes");
      assert.equal(outcome("rsa", signedBy("rsa")), "passes");
    }
    filter.stop();
  });

  it("a token counts only where its rule looks, seen before or not", async () => {
    const filter = await Filter.start({
      ...trusting(
        rule([jwk("rsa")], inHeader("x-one")),
        rule([jwk("rsa")], { ...inHeader("x-two"), issuer: other }),
      ),
      authorizationPolicies: [
        { name: "may", namespace: "foo", rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] },
      ],
    });
    const token = mint({ key: "rsa" });
    for (let i = 0; i < 3; i++) {
      assert.equal(filter.outcome({ headers: [["x-one", token]] }), "passes");
      assert.equal(filter.outcome({ headers: [["x-two", token]] }), "401 Jwt issuer is not configured");
      assert.equal(filter.outcome({ headers: [["x-three", token]] }), "403 RBAC: access denied");
      assert.equal(filter.outcome({ token }), "403 RBAC: access denied");
    }
    filter.stop();
  });

  it("audience and issuer are those of the rule at every hit", async () => {
    const filter = await Filter.start(
      trusting(
        rule([jwk("rsa")], { ...inHeader("x-a"), audiences: ["a"] }),
        rule([jwk("rsa")], { ...inHeader("x-b"), audiences: ["b"] }),
        rule([jwk("rsa")], { ...inHeader("x-other"), issuer: other }),
      ),
    );
    const token = mint({ key: "rsa", claims: { aud: "a" } });
    for (let i = 0; i < 3; i++) {
      assert.equal(filter.outcome({ headers: [["x-a", token]] }), "passes");
      assert.equal(filter.outcome({ headers: [["x-b", token]] }), "403 Audiences in Jwt are not allowed");
      assert.equal(filter.outcome({ headers: [["x-other", token]] }), "401 Jwt issuer is not configured");
    }
    filter.stop();
  });

  it("times are checked at every hit, on both sides", async () => {
    const filter = await Filter.start(trusting(rule([jwk("rsa")])));
    const token = mint({ key: "rsa", claims: { nbf: NOW, exp: NOW + 100 } });
    assert.equal(filter.outcome({ token }), "passes");
    filter.clock.set((NOW + 161) * 1000);
    assert.equal(filter.outcome({ token }), "401 Jwt is expired");
    filter.clock.set((NOW - 61) * 1000);
    assert.equal(filter.outcome({ token }), "401 Jwt not yet valid");
    filter.clock.set(NOW * 1000);
    assert.equal(filter.outcome({ token }), "passes");
    filter.stop();
  });

  it("of more tokens than are remembered in one request all verify, each time", async () => {
    const names = Array.from({ length: 40 }, (_, i) => `x-token-${i}`);
    const filter = await Filter.start(
      trusting(
        rule([jwk("oct")], { fromHeaders: names.map((name) => ({ name })), forwardOriginalToken: true }),
      ),
    );
    const headers = names.map((name, i) => [name, mint({ key: "oct", claims: { sub: `s${i}` } })] as const);
    // Alone first, so that every one of them is in the cache.
    for (const header of headers) assert.equal(filter.outcome({ headers: [header] }), "passes");
    for (let i = 0; i < 3; i++) assert.equal(filter.outcome({ headers }), "passes");
    filter.stop();
  });

  for (const [key, alg] of [
    ["rsa", "RS256"],
    ["rsa", "PS256"],
    ["ec256", "ES256"],
    ["ec384", "ES384"],
    ["ec521", "ES512"],
    ["oct", "HS256"],
    ["ed25519", "EdDSA"],
  ] as const) {
    it(`of the ways to write one ${alg} token only the canonical one is remembered`, async () => {
      const filter = await Filter.start({ ...trusting(rule([jwk(key)])), tokenCache: { maxEntries: 1 } });
      const token = mint({ key, header: { alg } });
      assert.equal(filter.outcome({ token }), "passes");
      const before = hits(filter);
      const spelt = spellings(token, alg);
      for (const [how, other] of spelt) assert.equal(filter.outcome({ token: other }), "passes", how);
      assert.equal(hits(filter), before, "no other way to write it is found in the cache");
      assert.equal(filter.outcome({ token }), "passes");
      assert.equal(hits(filter), before + 1, `${spelt.length} ways to write it have not driven it out`);
      filter.stop();
    });
  }

  it("what comes in drives out nothing that its request still needs", async () => {
    const names = Array.from({ length: 12 }, (_, i) => `x-token-${10 + i}`);
    const rules = rule([jwk("oct")], {
      fromHeaders: names.map((name) => ({ name })),
      outputPayloadToHeader: "x-payload",
      outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
    });
    const policies = {
      authorizationPolicies: [
        {
          name: "may",
          namespace: "foo",
          rules: [{ when: [{ key: "request.auth.claims[sub]", values: ["sub-*"] }] }],
        },
      ],
    };
    for (const maxEntries of [1, 2, 5]) {
      const filter = await Filter.start({ ...trusting(rules), ...policies, tokenCache: { maxEntries } });
      for (let round = 0; round < 4; round++) {
        // Of one size, so that each fits into the memory of another. They are verified from the last on: the first gives the identity.
        const tokens = names.map((_, i) => mint({ key: "oct", claims: { sub: `sub-${10 + i}-${round}` } }));
        assert.equal(filter.outcome({ headers: [[names[0]!, tokens[0]!]] }), "passes");
        const { status, headers } = filter.send({ headers: names.map((name, i) => [name, tokens[i]!]) });
        assert.equal(status, 200);
        const sent = (header: string) =>
          headers.filter(([name]) => name === header).map(([, value]) => value);
        const payloads = tokens.map((token) => token.split(".")[1]!).reverse();
        assert.deepEqual(sent("x-payload"), payloads);
        const subjects = names.map((_, i) => `sub-${10 + i}-${round}`).reverse();
        assert.deepEqual(sent("x-sub"), subjects);
      }
      filter.stop();
    }
  });

  it("a text that differs in one character is another token", async () => {
    const filter = await Filter.start(trusting(rule([jwk("oct")])));
    const token = mint({ key: "oct" });
    assert.equal(filter.outcome({ token }), "passes");
    for (let at = 0; at < token.length; at++) {
      const character = token[at] === "A" ? "B" : "A";
      const text = token.slice(0, at) + character + token.slice(at + 1);
      // The last character of 32 bytes has two bits that no byte holds (base64url.ts): native ignores them too.
      if (at < token.length - 1) assert.notEqual(filter.outcome({ token: text }), "passes", text);
    }
    filter.stop();
  });

  it("a key that has left the key set takes its tokens with it", async () => {
    const jwksUri = "https://idp.example.com/jwks";
    const filter = await Filter.start({
      ...trusting({ issuer: defaultIssuer, jwksUri }),
      clusters: { "https://idp.example.com": "idp" },
      jwksCache: { duration: "10s" },
    });
    const answer = (...keys: object[]) => filter.fetcher.calls.at(-1).respond(200, JSON.stringify({ keys }));
    filter.clock.advance(10);
    answer(jwk("oct"), jwk("rsa"));
    const token = mint({ key: "oct" });
    assert.equal(filter.outcome({ token }), "passes");
    assert.equal(filter.outcome({ token }), "passes");
    filter.clock.advance(11_000);
    answer(jwk("rsa"));
    // The unknown kid asks for newer keys; they are still the same.
    const outcome = filter.outcome({ token }, { whileWaiting: () => answer(jwk("rsa")) });
    assert.match(outcome, /^401 Jwks doesn't have key to match kid or alg from Jwt$/);
    filter.stop();
  });

  it("the log says the same of a remembered token", async () => {
    const lines: string[] = [];
    const process = new HostProcess({
      clock: new VirtualClock(NOW * 1000),
      logLevel: LogLevel.Trace,
      log: ({ message }) => void lines.push(message),
    });
    const filter = await Filter.start(
      { ...trusting(rule([jwk("oct")], { audiences: ["a"] })), ...principalNeeded },
      { process },
    );
    const told = (token: string) => {
      lines.length = 0;
      assert.equal(filter.outcome({ token }), "passes");
      return lines
        .filter((line) => line.includes("step="))
        .map((line) => line.replace(/stream=\d+|remembered=\w+| verifiedBy="[^"]*"/g, ""));
    };
    const token = mint({ key: "oct", claims: { aud: ["a", "b"], nbf: 1 } });
    const first = told(token);
    assert.ok(first.some((line) => line.includes('kid="oct"')));
    assert.equal(filter.outcome({ token: mint({ key: "oct", claims: { aud: "a" } }) }), "passes");
    assert.deepEqual(told(token), first);
    filter.stop();
  });

  it("two configurations in one VM or one process share no tokens", async () => {
    const clock = new VirtualClock(NOW * 1000);
    const process = new HostProcess({ clock, fetcher: new ManualHttpFetcher([]) });
    const one = await Filter.start(trusting(rule([jwk("rsa", { kid: "k" })])), { process });
    const two = await Filter.start(trusting(rule([jwk("rsaOther", { kid: "k" })])), { process });
    const started = one.vm.startPlugin({
      rootId: "three",
      configuration: JSON.stringify(trusting(rule([jwk("ec256", { kid: "k" })]))),
    });
    assert.ok(started.kind === "started");
    const token = mint({ key: "rsa", header: { kid: "k" } });
    for (let i = 0; i < 3; i++) {
      assert.equal(one.outcome({ token }), "passes");
      assert.equal(two.outcome({ token }), FAIL);
      assert.equal(one.outcome({ token }, { plugin: started.plugin }), FAIL);
    }
    one.stop();
    two.stop();
  });
});
