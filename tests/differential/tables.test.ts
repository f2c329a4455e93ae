import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { report } from "./compared/comparison.js";
import { DifferentialRun, loadTables, withEnvoy } from "./differential-run.js";
import { isReferee } from "./native/older-native.js";
import { Random } from "../seeded/random.js";
import type { Case, Table } from "./case.js";
import { tables } from "./tables.js";

/** Of larger tables every second case is asked, drawn by the seed; `npm run differential`, which CI runs, asks all. */
const WHOLE = 1000;

function drawn({ name, cases }: Table): readonly Case[] {
  const random = Random.for(`cases of ${name}`);
  return cases.length <= WHOLE ? cases : cases.filter(() => random.once(2));
}

describe("this filter answers as jwt_authn and rbac under Istio's configuration", () => {
  const asked = new Map(tables.map((table) => [table, drawn(table)]));
  const wanted = new Set([...asked.values()].flat());
  let run: DifferentialRun;
  let version: string;
  let finish: () => void;
  let stopped: Promise<void>;

  before(async () => {
    const { policies, native } = await loadTables(tables, (one) => wanted.has(one));
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
    const chosen = asked.get(table)!;
    test(`${table.name} (${chosen.length} of ${table.cases.length} cases)`, async () => {
      const cases = chosen.filter((one) => isReferee(version, one));
      const results = await run.compare(cases);
      assert.equal(results.length, cases.length);
      assert.ok(cases.length > chosen.length * 0.7, `${cases.length} cases`);
      assert.ok(
        results.every((one) => one.problems.length === 0),
        report(results, 3),
      );
    });
  }
});
