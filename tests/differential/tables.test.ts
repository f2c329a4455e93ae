import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { report } from "./compared/comparison.js";
import { DifferentialRun, loadTables, withEnvoy } from "./differential-run.js";
import { isReferee } from "./native/older-native.js";
import { tables } from "./tables.js";

describe("this filter answers as jwt_authn and rbac under Istio's configuration", () => {
  let run: DifferentialRun;
  let version: string;
  let finish: () => void;
  let stopped: Promise<void>;

  before(async () => {
    const { policies, native } = await loadTables(tables);
    ({ version } = await locateEnvoy());
    await new Promise<void>((started, failed) => {
      stopped = withEnvoy({ policies, native }, (one) => {
        run = one;
        started();
        return new Promise<void>((resolve) => (finish = resolve));
      });
      stopped.catch(failed);
    });
  });
  after(async () => {
    finish();
    await stopped;
  });

  for (const table of tables) {
    test(`${table.name} (${table.cases.length} cases)`, async () => {
      const cases = table.cases.filter((one) => isReferee(version, one));
      const results = await run.compare(cases);
      assert.equal(results.length, cases.length);
      assert.ok(cases.length > table.cases.length * 0.7, `${cases.length} cases`);
      assert.ok(
        results.every((one) => one.problems.length === 0),
        report(results, 3),
      );
    });
  }
});
