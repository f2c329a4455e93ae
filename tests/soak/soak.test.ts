// The soak itself, in short: it runs, finds nothing in a filter that is right, and does not overlook an answer that is wrong.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DRILLS, type Drill } from "./drills.js";
import { report } from "./report.js";
import { soak } from "./soak.js";

const CACHE = { duration: 3_000, refetchCooldown: 1_000, maxStale: 60_000 };

describe("a soak", () => {
  it("of a reload and a rotation finds nothing wrong", async () => {
    const rotation = DRILLS.find(({ name }) => name === "rotation right behind a refresh")!;
    const both: Drill = {
      name: "both",
      // Begun, however little time there is.
      seconds: 0,
      run: async (stage) => {
        await stage.reload();
        await rotation.run(stage);
      },
    };
    const options = { milliseconds: 1_000, seed: 1, rate: 100, cache: CACHE, drills: [both] };
    const result = await soak(options);
    assert.equal(result.failure, undefined);
    assert.equal(result.reloads, 1);
    assert.equal(result.drills.get("both"), 1);
    assert.ok(result.requests > 100, report(result, 1_000, 1));
  });

  it("reports an answer that its referee does not expect", async () => {
    const lie: Drill = {
      name: "lie",
      seconds: 0,
      run: async (stage) => {
        // As though the issuer had withdrawn all of its keys long ago, and the filter served on with them.
        const answeredAt = Date.now() - 2 * stage.durations.lag;
        stage.rotating.goodAnswers.push({
          ...{ receivedAt: answeredAt, answeredAt, sure: true },
          kids: new Set(),
        });
        await stage.pass(5_000);
      },
    };
    const result = await soak({ milliseconds: 10_000, seed: 1, rate: 100, cache: CACHE, drills: [lie] });
    // Whichever request with a good token comes first: one that is allowed, or one that a policy denies.
    assert.match(
      result.failure ?? "",
      /^Wrong answer to ".*" \(.*\): (200|403 RBAC: access denied)\nright: 401 Jwks doesn't have key/,
    );
  });
});
