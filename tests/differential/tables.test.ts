import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { report } from "./compared/comparison.js";
import { DifferentialRun, loadTables, withEnvoy } from "./differential-run.js";
import { isReferee } from "./native/older-native.js";
import { Random } from "../seeded/random.js";
import { policiesOf, type Case, type Table } from "./case.js";
import { tables } from "./tables.js";

/**
 * Of larger tables the cases of every third policy are asked, drawn by the seed; `npm run differential`, which CI runs, asks all. Policies and not
 * cases are drawn, since each costs Envoy two listeners: measured, starting those of all tables took half of this file's CPU time.
 */
const WHOLE = 1000;

function drawn({ name, cases }: Table): readonly Case[] {
  if (cases.length <= WHOLE) return cases;
  const random = Random.for(`policies of ${name}`);
  const chosen = new Set(policiesOf({ name, cases }).filter(() => random.once(3)));
  return cases.filter(({ policy }) => chosen.has(policy));
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
