// What stands beside Istio's objects costs nothing where it is not configured: a request executes the instructions that it did before.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configuration, measure } from "./known-token.js";
import { recorded } from "./recorded.js";

/** Of the recorded count. */
const MOST_MORE = 1.02;

describe("instructions of a request, counted", () => {
  it("without extensions they are within 2 % of what is recorded", async () => {
    const before = await recorded();
    const now = await measure();
    assert.ok(now.length > 0);
    for (const { name, instructions } of now) {
      const was = before[name];
      assert.ok(was !== undefined && was > 1000, `${name}: nothing recorded`);
      assert.ok(
        instructions <= was * MOST_MORE,
        `${name}: ${instructions} instructions, recorded are ${was}; if that is meant: npm run bench:instructions -- --record`,
      );
    }
  });

  it("extensions that say nothing are none", async () => {
    assert.deepEqual(await measure({ ...configuration, extensions: {} }), await measure());
  });
});
