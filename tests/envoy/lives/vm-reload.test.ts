// failure_policy FAIL_RELOAD: after a VM has died the filter is back, enforces as before, and has the keys of the one that died.

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { eventually } from "../stage/eventually.js";
import { startIssuer } from "../../seeded/issuer.js";
import {
  allow,
  connectionManager,
  goodToken,
  sendAndLeave,
  setupFor,
  trusting,
  type EnvoyBootstrap,
} from "../stage/harness.js";
import { compiledFilter } from "../filters/compiled-filter.js";

const wasm = compiledFilter("trapping-filter");

const reloads =
  (path: string) =>
  (config: EnvoyBootstrap): void => {
    for (const listener of config.static_resources.listeners) {
      const plugin = connectionManager(listener).http_filters[0].typed_config.config;
      plugin.failure_policy = "FAIL_RELOAD";
      plugin.reload_config = { backoff: { base_interval: "0.1s" } };
      (plugin.vm_config as { code: object }).code = { local: { filename: path } };
    }
  };

const anybody = allow({ from: [{ source: { requestPrincipals: ["*"] } }] });

describe("a VM that has died", () => {
  const setup = setupFor({
    edit: async (config) => reloads(await wasm)(config),
    listeners: (issuer) => ({
      first: trusting(issuer, {}, anybody),
      second: trusting(issuer, { outputPayloadToHeader: "x-second" }, anybody),
    }),
  });

  it("is replaced: every plugin of it answers as before, without another fetch", async () => {
    const { issuer, send } = await setup();
    const token = await goodToken(issuer);
    for (let round = 0; round < 3; round++) {
      for (const listener of ["first", "second"]) assert.equal((await send(listener, { token })).status, 200);
      assert.equal((await send("first", { token, headers: { "x-trap": "1" } })).status, 503);
      const answers = ["first", "second"].map((listener) =>
        eventually(`${listener} to be back`, async () => {
          const { status } = await send(listener, { token });
          // Closed until it is back: nothing in between.
          assert.ok(status === 503 || status === 200, String(status));
          return status === 200;
        }),
      );
      await Promise.all(answers);
      const bad = `${token.slice(0, -8)}AAAAAAAA`;
      assert.deepEqual(
        [await send("first"), await send("second", { token: bad })].map(({ status, body }) => [status, body]),
        [
          [403, "RBAC: access denied"],
          [401, "Jwt verification fails"],
        ],
      );
    }
    assert.equal(issuer.jwksFetches(), 1);
  });
});

describe("a VM that dies while it fetches newer keys", () => {
  const setup = setupFor({
    edit: async (config) => reloads(await wasm)(config),
    listeners: (issuer) => ({ remote: trusting(issuer, { timeout: "3s" }) }),
  });
  // Another key in the issuer's name.
  const rotated = setup().then(({ issuer }) => startIssuer({ issuer: issuer.issuer }));
  after(async () => (await rotated).stop());

  it("leaves its lease behind: the next one fetches when that has ended", async () => {
    const { issuer, envoy, send } = await setup();
    assert.equal((await send("remote", { token: await goodToken(issuer) })).status, 200);
    const fetches = issuer.jwksFetches();
    const token = await goodToken(await rotated);
    issuer.answerJwksWith(() => new Promise(() => undefined));
    // A request on a worker asks for newer keys: that of the main thread, which also has a VM, cannot be killed by a request.
    const waiting = await sendAndLeave(envoy.port("remote"), token);
    await eventually("the fetch of newer keys", () => issuer.jwksFetches() === fetches + 1);
    assert.equal((await send("remote", { headers: { "x-trap": "1" } })).status, 503);
    waiting.leave();
    const answer = { status: 200, body: JSON.stringify((await rotated).jwks) };
    issuer.answerJwksWith(() => Promise.resolve(answer));
    await eventually("the filter to be back", async () => (await send("remote")).status === 200);
    assert.equal((await send("remote", { token })).status, 200);
    assert.equal(issuer.jwksFetches(), fetches + 2);
    assert.equal((await send("remote", { token: await goodToken(issuer) })).status, 401);
  });
});
