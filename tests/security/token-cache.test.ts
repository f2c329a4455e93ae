// What is remembered of a verified token counts for that token, that rule's keys and that configuration only, and never longer than the token.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HostProcess, LogLevel, ManualHttpFetcher, VirtualClock } from "../../host/index.js";
import { defaultIssuer } from "../differential/token.js";
import { Filter, jwk, mint, NOW, principalNeeded, rule, trusting } from "./filter.js";

const FAIL = "401 Jwt verification fails";
const other = "https://other.example.com/";
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
    const started = one.plugin.vm.startPlugin({
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
