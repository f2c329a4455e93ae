// `test` agrees with Envoy: cases of the differential suite, with the answers of the native filters under Istio's configuration, become
// test files; all of them pass, and with a wrong answer each of them fails.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import type { Case } from "../../differential/case.js";
import { nativeAsMeant, withMisfitsBroken, withTokensAsSent } from "../../differential/native/deliberate.js";
import { loadTables, withEnvoy, type DifferentialRun } from "../../differential/differential-run.js";
import { attributesOf } from "../../differential/harness/attributes.js";
import { withKeySets } from "../../differential/keys/key-sets.js";
import { isReferee } from "../../differential/native/older-native.js";
import type { Policy } from "../../differential/policy.js";
import { tables } from "../../differential/tables.js";
import { claimsCase, testCase, type Told } from "./test-file.js";
import { runCommand } from "../string-terminal.js";

/** Every so many policies are taken, with all their cases. */
const stride = 12;

/** How many policies are asked at once. */
const lanes = 8;

interface JsonReport {
  readonly summary: {
    readonly tests: number;
    readonly passed: number;
    readonly failed: number;
    readonly refused: number;
  };
  readonly suites: readonly {
    readonly name: string;
    readonly refused?: unknown;
    readonly tests: readonly {
      readonly name: string;
      readonly passed: boolean;
      readonly mismatches?: unknown;
      readonly why?: unknown;
    }[];
  }[];
}

describe("test agrees with Envoy", () => {
  let directory = "";
  /** Names of the policies whose keys native refuses. */
  const refused = new Set<string>();
  let told: Told[] = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-agreement-"));
    told = await tell(refused);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function report(name: string, suites: readonly object[], ...args: string[]): Promise<JsonReport> {
    const path = join(directory, name);
    await mkdir(path);
    for (const [i, suite] of suites.entries()) {
      await writeFile(join(path, `${String(i).padStart(4, "0")}_test.json`), JSON.stringify(suite));
    }
    const { code, stdout } = await runCommand(["test", path, "--json", ...args]);
    assert.notEqual(code, 2, stdout.slice(0, 2000));
    return JSON.parse(stdout) as JsonReport;
  }

  const failures = ({ suites }: JsonReport) =>
    suites.flatMap(({ name, refused: why, tests }) => [
      ...(why === undefined ? [] : [JSON.stringify([name, why])]),
      ...tests.filter(({ passed }) => !passed).map((one) => JSON.stringify([name, one])),
    ]);

  it("on native's answers", async () => {
    const result = await report(
      "native",
      suitesOf(told, (one) => testCase(one)),
    );
    assert.deepEqual(failures(result).slice(0, 5), []);
    assert.ok(result.summary.tests > 3000, `${result.summary.tests} cases`);
    assert.ok(result.summary.passed > told.length * 0.95, `${told.length - result.summary.passed} left out`);
  });

  it("when the tokens are given as claims, and with a trace", async () => {
    const result = await report(
      "claims",
      suitesOf(told, (one, i) => {
        const test = testCase(one);
        return test === undefined ? undefined : renamed(claimsCase(one, test), i);
      }),
      "--coverage",
    );
    assert.deepEqual(failures(result).slice(0, 5), []);
    assert.ok(result.summary.tests > 800, `${result.summary.tests} cases`);
  });

  it("and with the opposite answer every case fails", async () => {
    const result = await report(
      "opposite",
      suitesOf(told, (one) => {
        const test = testCase(one);
        if (test === undefined) return undefined;
        const { expect } = test;
        const isAllowed =
          expect === "allow" || (typeof expect === "object" && (expect as { status: number }).status === 200);
        return { ...test, expect: isAllowed ? "deny" : "allow" };
      }),
    );
    const passed = result.suites.flatMap(({ name, tests }) =>
      tests.filter((one) => one.passed).map((one) => `${name}: ${one.name}`),
    );
    assert.deepEqual(passed.slice(0, 5), []);
    assert.ok(result.summary.failed > 3000);
    assert.ok(result.suites.every(({ tests }) => tests.every(({ why }) => (why as string[]).length > 0)));
  });

  it("and refuses the keys that native refuses", async () => {
    const { policies } = await loadTables(tables);
    const suites = policies
      .filter(({ name }) => refused.has(name))
      .map((policy) => ({ config: withKeySets(policy.config), tests: [{ expect: "allow" }] }));
    assert.ok(suites.length > 5, `${suites.length} policies`);
    const { summary } = await report("refused", suites);
    assert.deepEqual(summary, { tests: 0, passed: 0, failed: 0, refused: suites.length, unusable: 0 });
  });
});

/** Native's answer to each case, and what a filter is shown of its request. */
async function tell(refused: Set<string>): Promise<Told[]> {
  const { version } = await locateEnvoy();
  const all = (await loadTables(tables)).policies;
  const chosen = new Set(all.filter((_, i) => i % stride === 0));
  const { cases, policies, native } = await loadTables(
    tables,
    (one) => chosen.has(one.policy) && isReferee(version, one),
  );
  const byPolicy = groupedBy(cases, ({ policy }) => policy);
  const told: Told[] = [];
  await withEnvoy({ policies, native, nativeOnly: true }, (filtered) =>
    withEnvoy({ policies, native: new Map(), nativeOnly: true, attributes: true }, async (bare) => {
      const waiting = [...byPolicy];
      const lane = async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
          const [policy, list] = next;
          for (const one of list) told.push(...(await tellOne(one, filtered, bare, refused)));
          filtered.runner.release(policy);
          bare.runner.release(policy);
        }
      };
      await Promise.all(Array.from({ length: lanes }, lane));
    }),
  );
  return told;
}

async function tellOne(
  one: Case,
  filtered: DifferentialRun,
  bare: DifferentialRun,
  refused: Set<string>,
): Promise<Told[]> {
  const { policy, request, deliberate } = one;
  const { received: seen, headers } = await bare.runner.ask("native", policy, request);
  // Envoy itself refused the request, before any filter.
  if (seen === null) return [];
  const shown = { one, seen, attributes: attributesOf(policy, headers), at: Date.now() };
  if (deliberate !== undefined) {
    const { status, body } = deliberate.ours;
    // The keys are refused, or Envoy refuses what the filter has made of the request.
    if (![200, 401, 403].includes(status)) return [];
    return [{ ...shown, answer: { status, ...(body === undefined || status === 200 ? {} : { body }) } }];
  }
  const asked = await filtered.runner.ask("native", policy, withMisfitsBroken(request));
  if (asked.status === 0) {
    refused.add(policy.name);
    return [];
  }
  const answer = nativeAsMeant(policy, request, withTokensAsSent(asked, request));
  // The filters let it on, and the router or the upstream refused what they had made of it.
  if (answer.received === null && ["", "route_not_found"].includes(answer.details)) {
    return [{ ...shown, answer: { status: 200 } }];
  }
  return answer.details.startsWith("filter_removed_required") ? [] : [{ ...shown, answer }];
}

function groupedBy<T>(list: readonly T[], policyOf: (one: T) => Policy): Map<Policy, T[]> {
  const groups = new Map<Policy, T[]>();
  for (const one of list) groups.set(policyOf(one), [...(groups.get(policyOf(one)) ?? []), one]);
  return groups;
}

/** A test file for each policy. A case may bring tokens. */
function suitesOf(
  told: readonly Told[],
  make: (one: Told, index: number) => Record<string, unknown> | undefined,
): object[] {
  const byPolicy = groupedBy(told, ({ one }) => one.policy);
  return [...byPolicy].flatMap(([policy, list]) => {
    const tests = list.map(make).filter((test) => test !== undefined);
    return tests.length === 0 ? [] : [suiteOf(policy, tests)];
  });
}

function suiteOf(policy: Policy, tests: readonly Record<string, unknown>[]): object {
  const tokens = Object.assign({}, ...tests.map((one) => one["tokens"] ?? {})) as object;
  return {
    name: policy.name,
    config: withKeySets(policy.config),
    tokens,
    tests: tests.map((one) => one["test"] ?? one),
  };
}

/** Names of tokens are the file's: each case gets some of its own. */
function renamed(one: ReturnType<typeof claimsCase>, index: number): Record<string, unknown> | undefined {
  if (one === undefined) return undefined;
  const text = JSON.stringify(one.test).replaceAll(/\$\{(t\d+)\}/g, `\${c${index}$1}`);
  const tokens = Object.entries(one.tokens).map(([name, token]) => [`c${index}${name}`, token] as const);
  return { tokens: Object.fromEntries(tokens), test: JSON.parse(text) as unknown };
}
