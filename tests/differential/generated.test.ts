import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { KEEP_VARIABLE } from "../seeded/properties.js";
import { seed } from "../seeded/seed.js";
import { report } from "./compared/comparison.js";
import { loadTables, policiesForAnyRequest, withEnvoy } from "./differential-run.js";
import { keepComparison, readFoundComparisons } from "./generated/found-comparisons.js";
import { compareGenerated } from "./generated/generated-comparison.js";
import { isReferee } from "./native/older-native.js";
import { tables } from "./tables.js";

/** Policies of the tables that one run draws, and requests for each of them. */
const policyCount = 200;
const requestsPerPolicy = 10;

test("random requests to policies of the tables, and what was found by such before", async () => {
  const { cases, native } = await loadTables(tables);
  const policies = policiesForAnyRequest(cases);
  const { version } = await locateEnvoy();
  const order = fc.shuffledSubarray(policies, { minLength: policyCount, maxLength: policyCount });
  const drawn = fc.sample(order, { seed, numRuns: 1 })[0]!;
  const found = (await readFoundComparisons()).filter(({ one }) => isReferee(version, one));
  const all = {
    policies: [...drawn, ...found.map(({ one }) => one.policy)],
    native: new Map([...native, ...found.map((known) => [known.one.policy.name, known.native] as const)]),
  };
  const { again, failures, compared } = await withEnvoy(all, async (run) => ({
    again: await run.compare(found.map(({ one }) => one)),
    ...(await compareGenerated(run, drawn, requestsPerPolicy, seed, (policy, request) =>
      isReferee(version, { policy, request }),
    )),
  }));
  assert.ok(
    again.every(({ problems }) => problems.length === 0),
    report(again, 3),
  );
  const kept =
    process.env[KEEP_VARIABLE] === undefined
      ? []
      : await Promise.all(
          failures.map(({ one }) => keepComparison({ one, native: native.get(one.policy.name) ?? [] })),
        );
  assert.equal(
    failures.length,
    0,
    `${report(failures, 3)}\n${kept.map((path) => `Kept in ${path}.`).join("\n")}`,
  );
  assert.equal(compared, policyCount * requestsPerPolicy);
});

test("a comparison that is kept is read again as it was", async () => {
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-found-"));
  try {
    const [one] = (await loadTables(tables.slice(0, 1))).cases;
    await keepComparison({ one: one!, native: [{ a: 1 }] }, directory);
    const [read, ...more] = await readFoundComparisons(directory);
    assert.deepEqual(more, []);
    assert.deepEqual(read!.one.request, one!.request);
    assert.deepEqual(read!.one.policy.config, one!.policy.config);
    assert.deepEqual(read!.native, [{ a: 1 }]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
