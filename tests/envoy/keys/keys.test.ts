// Where the keys come from: fetched from the issuer's jwksUri through an Envoy cluster, or written into the configuration.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "../stage/eventually.js";
import { ecKeys } from "../../seeded/keys.js";
import { gate } from "../stage/gate.js";
import { goodToken, sendAndLeave, setupFor, stat, trusting, trustingInline } from "../stage/harness.js";

const FETCH_FAILED = "Jwks remote fetch is failed";

describe("keys that are still on their way", () => {
  const held = gate();
  const setup = setupFor({
    concurrency: 2,
    prepare: (issuer) => {
      const answer = { status: 200, body: JSON.stringify(issuer.jwks) };
      issuer.answerJwksWith(() => held.passed.then(() => answer));
    },
    listeners: (issuer) => ({ remote: trusting(issuer) }),
  });

  it("park 20 requests on one fetch, and let all of them through but the one whose client left", async () => {
    const { issuer, envoy, upstream, send } = await setup();
    const token = await goodToken(issuer);
    const leaver = await sendAndLeave(envoy.port("remote"), token);
    const waiting = Array.from({ length: 20 }, () => send("remote", { token }));
    const active = "http.remote.downstream_rq_active";
    await eventually("21 parked requests", async () => (await stat(envoy, active)) === 21);
    await eventually("the fetch of the keys", () => issuer.jwksFetches() > 0);
    leaver.leave();
    await eventually("the leaver's request to be dropped", async () => (await stat(envoy, active)) === 20);
    assert.equal(upstream.requests(), 0, "a request went on before its token was verified");

    held.open();
    const answers = await Promise.all(waiting);
    assert.deepEqual(
      answers.map(({ status, body }) => (status === 200 ? "passed" : `${status} ${body}`)),
      Array.from({ length: 20 }, () => "passed"),
    );
    for (const { body } of answers) assert.match(body, /"X-Jwt-Payload": "/);
    assert.equal(issuer.jwksFetches(), 1, "one issuer, one fetch, whatever the number of workers");
    assert.equal(upstream.requests(), 20);
  });

  it("then serve without another fetch", async () => {
    const { issuer, send } = await setup();
    const before = issuer.jwksFetches();
    const { status } = await send("remote", { token: await goodToken(issuer, { sub: "someone-else" }) });
    assert.equal(status, 200);
    assert.equal(issuer.jwksFetches(), before);
  });

  it("requests without a token never wait for keys", async () => {
    const { send } = await setup();
    assert.equal((await send("remote")).status, 200);
  });
});

describe("keys whose jwksCache.duration has passed", () => {
  const setup = setupFor({
    listeners: (issuer) => ({ remote: trusting(issuer, {}, { jwksCache: { duration: "1s" } }) }),
  });

  it("are fetched again, while requests go on being served", async () => {
    const { issuer, send } = await setup();
    const token = await goodToken(issuer);
    assert.equal((await send("remote", { token })).status, 200);
    const first = issuer.jwksFetches();
    const refetched = async () => {
      assert.equal((await send("remote", { token })).status, 200);
      return issuer.jwksFetches() >= first + 2;
    };
    await eventually("two more fetches", refetched);
  });

  it("take the tokens that they have verified along when they leave the key set", async () => {
    const { issuer, send } = await setup();
    const token = await goodToken(issuer, { sub: "verified and kept" });
    assert.equal((await send("remote", { token })).status, 200);
    const other = ecKeys("P-256", "other").publicKey.export({ format: "jwk" });
    const body = JSON.stringify({ keys: [{ ...other, kid: "other" }] });
    issuer.answerJwksWith(() => Promise.resolve({ status: 200, body }));
    const refused = async () => (await send("remote", { token })).status === 401;
    await eventually("the token to be refused", refused);
    issuer.answerJwksWith(undefined);
  });
});

describe("an issuer that gives no keys", () => {
  const cases = [
    { title: "an error", answer: { status: 503, body: "" } },
    { title: "an empty body", answer: { status: 200, body: "" } },
    { title: "no JSON", answer: { status: 200, body: "<html>" } },
    { title: "JSON of another kind", answer: { status: 200, body: '["keys"]' } },
    { title: "no usable key", answer: { status: 200, body: '{"keys":[{"kty":"RSA","n":"AQAB"}]}' } },
  ];
  const setups = cases.map(({ answer }) =>
    setupFor({
      prepare: (issuer) => issuer.answerJwksWith(() => Promise.resolve(answer)),
      listeners: (issuer) => ({ remote: trusting(issuer) }),
    }),
  );
  for (const [index, { title }] of cases.entries()) {
    it(`answers with ${title}: 401, and the VM lives on`, async () => {
      const { issuer, send } = await setups[index]!();
      const token = await goodToken(issuer);
      for (let i = 0; i < 3; i++) {
        const { status, body, headers } = await send("remote", { token });
        assert.deepEqual({ status, body }, { status: 401, body: FETCH_FAILED });
        assert.match(headers.get("www-authenticate") ?? "", /, error="invalid_token"$/);
      }
      assert.equal((await send("remote")).status, 200, "a request without a token passes");
    });
  }
});

describe("an issuer that cannot be reached", () => {
  const setup = setupFor({
    listeners: (issuer) => ({
      "no-cluster": trusting(issuer, {}, { clusters: { [issuer.origin]: "nobody" } }),
      // Long enough for any test to notice a request that waits for an answer that never comes.
      "never-answers": trusting(issuer, { timeout: "1s" }),
    }),
    prepare: (issuer) => issuer.answerJwksWith(() => new Promise(() => undefined)),
  });

  it("for want of a cluster: 401 at once", async () => {
    const { issuer, send } = await setup();
    const { status, body } = await send("no-cluster", { token: await goodToken(issuer) });
    assert.deepEqual({ status, body }, { status: 401, body: FETCH_FAILED });
  });

  it("for want of an answer: 401 when the rule's timeout has passed", async () => {
    const { issuer, send } = await setup();
    const { status, body } = await send("never-answers", { token: await goodToken(issuer) });
    assert.deepEqual({ status, body }, { status: 401, body: FETCH_FAILED });
  });
});

describe("keys in the configuration", () => {
  const setup = setupFor({
    listeners: (issuer) => ({ inline: trustingInline(issuer) }),
  });

  it("verify a token without any fetch", async () => {
    const { issuer, send } = await setup();
    const { status, body } = await send("inline", { token: await goodToken(issuer) });
    assert.equal(status, 200);
    assert.match(body, /"X-Jwt-Payload": "/);
    assert.equal(issuer.jwksFetches(), 0);
  });

  it("refuse a token whose signature is another's", async () => {
    const { issuer, send } = await setup();
    const [header, payload] = (await goodToken(issuer)).split(".");
    const signature = (await goodToken(issuer, { sub: "other" })).split(".")[2];
    const { status, body } = await send("inline", { token: `${header!}.${payload!}.${signature!}` });
    assert.deepEqual({ status, body }, { status: 401, body: "Jwt verification fails" });
  });
});
