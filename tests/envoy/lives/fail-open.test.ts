// What SECURITY.md says of FAIL_OPEN: after a trap Envoy lets everything by, and FAIL_CLOSED lets nothing by.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compiledFilter } from "../filters/compiled-filter.js";
import { allow, connectionManager, setupFor, trusting } from "../stage/harness.js";

const wasm = compiledFilter("trapping-filter");
const anybody = allow({ from: [{ source: { requestPrincipals: ["*"] } }] });

for (const [policy, afterwards] of [
  ["FAIL_CLOSED", 503],
  ["FAIL_OPEN", 200],
] as const)
  describe(`failure_policy ${policy}`, () => {
    const setup = setupFor({
      edit: async (config) => {
        const path = await wasm;
        for (const listener of config.static_resources.listeners) {
          const plugin = connectionManager(listener).http_filters[0].typed_config.config;
          plugin.failure_policy = policy;
          (plugin.vm_config as { code: object }).code = { local: { filename: path } };
        }
      },
      listeners: (issuer) => ({ first: trusting(issuer, {}, anybody) }),
    });

    it(`after a trap every request gets ${afterwards}, with a forged identity too`, async () => {
      const { send } = await setup();
      assert.equal((await send("first")).status, 403);
      assert.equal((await send("first", { token: "a.b.c" })).status, 401);
      await send("first", { headers: { "x-trap": "1" } });
      // Nothing makes the VM anew.
      for (let round = 0; round < 20; round++) {
        const statuses = [
          (await send("first")).status,
          (await send("first", { token: "a.b.c", headers: { "x-sub": "admin" } })).status,
        ];
        assert.deepEqual(statuses, [afterwards, afterwards], `round ${round}`);
      }
    });
  });
