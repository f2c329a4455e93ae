// The life of an issuer's keys on two workers: fetched before anybody asks, rotated, withdrawn, missing for a while.

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { startIssuer } from "../../seeded/issuer.js";
import { eventually } from "../stage/eventually.js";
import { goodToken, setupFor, stat, trusting, type Setup } from "../stage/harness.js";

const FETCH_FAILED = "Jwks remote fetch is failed";
const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";

/** Another key in an issuer's name. */
function rotatedKey(setup: () => Promise<Setup>): () => Promise<Issuer> {
  let rotated: Promise<Issuer> | undefined;
  after(async () => (await rotated)?.stop());
  return () => (rotated ??= setup().then(({ issuer }) => startIssuer({ issuer: issuer.issuer })));
}

const keysOf = (issuer: Issuer, headers: Record<string, string> = {}) => {
  const answer = { status: 200, body: JSON.stringify(issuer.jwks), headers };
  return () => Promise.resolve(answer);
};

/** Several requests at once, on connections of their own, so that both workers get some. */
const askAll = async ({ send }: Setup, tokens: string[]): Promise<string[]> => {
  const sent = tokens.map((token) => send("remote", { token, headers: { connection: "close" } }));
  const answers = await Promise.all(sent);
  return [...new Set(answers.map(({ status, body }) => (status === 200 ? "passed" : body)))];
};
const times = (count: number, token: string) => Array.from({ length: count }, () => token);

describe("with the default life of keys", () => {
  const setup = setupFor({ concurrency: 2, listeners: (issuer) => ({ remote: trusting(issuer) }) });
  const rotated = rotatedKey(setup);

  it("keys are fetched before the first request", async () => {
    const { issuer, upstream } = await setup();
    await eventually("a fetch", () => issuer.jwksFetches() === 1);
    assert.equal(upstream.requests(), 0);
  });

  it("a key published a second ago is found by the requests that need it, with one fetch", async () => {
    const running = await setup();
    assert.deepEqual(await askAll(running, times(8, await goodToken(running.issuer))), ["passed"]);
    running.issuer.answerJwksWith(keysOf(await rotated()));
    assert.deepEqual(await askAll(running, times(8, await goodToken(await rotated()))), ["passed"]);
    assert.equal(running.issuer.jwksFetches(), 2);
  });

  it("the withdrawn key's tokens are refused, verified ones with them", async () => {
    const running = await setup();
    const token = await goodToken(running.issuer);
    await eventually("both workers to know", async () => {
      const answers = await askAll(running, times(8, token));
      return answers.length === 1 && answers[0] === UNKNOWN_KEY;
    });
  });

  it("300 random kids cost no fetch within the cooldown", async () => {
    const running = await setup();
    const tokens = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        running.issuer.sign({ iss: running.issuer.issuer, exp: 4e9 }, { kid: `random-${i}` }),
      ),
    );
    for (let i = 0; i < tokens.length; i += 50)
      assert.deepEqual(await askAll(running, tokens.slice(i, i + 50)), [UNKNOWN_KEY]);
    assert.equal(running.issuer.jwksFetches(), 2);
  });
});

describe("keys that live for a second, and for four more without their issuer", () => {
  const setup = setupFor({
    concurrency: 2,
    listeners: (issuer) => ({
      remote: trusting(issuer, {}, { jwksCache: { duration: "1s", maxStale: "4s", refetchCooldown: "1s" } }),
    }),
  });
  const rotated = rotatedKey(setup);
  const outcome = (name: string) => `wasmcustom.jwt_policy_jwks_fetches_totaloutcome=.=${name};.;`;

  it("are withdrawn by the next refresh, without a request that asks for it", async () => {
    const running = await setup();
    const token = await goodToken(running.issuer);
    assert.deepEqual(await askAll(running, times(8, token)), ["passed"]);
    running.issuer.answerJwksWith(keysOf(await rotated()));
    await eventually("the key to be gone on both workers", async () => {
      const answers = await askAll(running, times(8, token));
      return answers.length === 1 && answers[0] === UNKNOWN_KEY;
    });
    running.issuer.answerJwksWith(undefined);
    await eventually("the key to be back", async () => {
      const answers = await askAll(running, times(8, token));
      return answers.length === 1 && answers[0] === "passed";
    });
  });

  it("bridge an outage, are then refused, and come back; the gauge tells their age", async () => {
    const running = await setup();
    const { issuer, envoy } = running;
    const token = await goodToken(issuer);
    issuer.answerJwksWith(() => Promise.resolve({ status: 503, body: "" }));
    const old: string[] = [];
    await eventually("the keys to be too old", async () => {
      const answers = await askAll(running, times(4, token));
      old.push(...answers);
      return answers.length === 1 && answers[0] === FETCH_FAILED;
    });
    assert.ok((await stat(envoy, outcome("bad_http_status"))) > 0);
    // They served until then, and nothing else was ever said.
    assert.deepEqual([...new Set(old)].sort(), [FETCH_FAILED, "passed"]);
    const age = await envoy.admin("/stats?filter=jwt_policy_jwks_age_seconds");
    assert.ok(Number(/: (\d+)/.exec(age)?.[1]) >= 2, age);
    issuer.answerJwksWith(undefined);
    await eventually("recovery", async () => (await askAll(running, times(8, token)))[0] === "passed");
  });
});

describe("Cache-Control", () => {
  const cases = [
    { title: "may shorten the life of keys", maxAge: 1, jwksCache: { refetchCooldown: "1s" }, fetches: 3 },
    { title: "may not lengthen it", maxAge: 3600, jwksCache: { duration: "1s" }, fetches: 3 },
  ];
  for (const { title, maxAge, jwksCache, fetches } of cases) {
    const setup = setupFor({
      prepare: (issuer) =>
        issuer.answerJwksWith(keysOf(issuer, { "cache-control": `public, max-age=${maxAge}` })),
      listeners: (issuer) => ({ remote: trusting(issuer, {}, { jwksCache }) }),
    });
    it(title, async () => {
      const { issuer } = await setup();
      await eventually(`${fetches} fetches`, () => issuer.jwksFetches() >= fetches);
    });
  }
});
