import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { report } from "./comparison.js";
import { loadTables, policiesForAnyRequest, withEnvoy } from "./differential-run.js";
import { compareGenerated } from "./generated/generated-comparison.js";
import { isReferee } from "./older-native.js";
import { tables } from "./tables.js";
import { seed } from "../seeded/seed.js";

/** Policies of the tables that one run draws, and requests for each of them. */
const policyCount = 200;
const requestsPerPolicy = 10;

test("random requests to policies of the tables", async () => {
  const { cases, native } = await loadTables(tables);
  const policies = policiesForAnyRequest(cases);
  const { version } = await locateEnvoy();
  const order = fc.shuffledSubarray(policies, { minLength: policyCount, maxLength: policyCount });
  const drawn = fc.sample(order, { seed, numRuns: 1 })[0]!;
  const { failures, compared } = await withEnvoy({ policies: drawn, native }, (run) =>
    compareGenerated(run, drawn, requestsPerPolicy, seed, (policy, request) =>
      isReferee(version, { policy, request }),
    ),
  );
  assert.equal(failures.length, 0, report(failures, 3));
  assert.equal(compared, policyCount * requestsPerPolicy);
});
