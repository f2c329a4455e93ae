// `npm run istio`: the filter under a real Istio control plane, beside the native filters. `-- WORD...` runs the cases with one of these words in
// their names; `-- --keep` stays up until Ctrl-C; `-- --policies DIR` puts other policies to both instead (docs/istio-stage.md). Needs root, Go, iptables and network namespaces; says so and ends with 0 where one is missing.

import { inspect, parseArgs } from "node:util";
import { changeCases } from "./cases/changes.js";
import { comparedCases, oldestCases, servePlacesOfAll } from "./cases/compared.js";
import { shippedCases } from "./cases/shipped.js";
import type { IstioCase } from "./cases/istio-case.js";
import { keyCases } from "./cases/keys.js";
import { extensionCases } from "./cases/extensions.js";
import { gatewayCases } from "./cases/gateways.js";
import { pageCases } from "./cases/pages.js";
import { peerAddressCases } from "./cases/peer-address.js";
import { imageCases } from "./cases/image.js";
import { workloadCases } from "./cases/workloads.js";
import { seedCases } from "./cases/seed.js";
import { sceneOn, type Scene } from "./cases/scene.js";
import { runPolicies } from "./comparison/run-policies.js";
import { whatIsMissing } from "./stage/missing.js";
import { startStage, type Stage } from "./stage/stage.js";

const cases: readonly IstioCase[] = [
  ...shippedCases,
  ...pageCases,
  ...seedCases,
  ...comparedCases,
  ...oldestCases,
  ...workloadCases,
  ...gatewayCases,
  ...keyCases,
  ...extensionCases,
  ...changeCases,
  ...peerAddressCases,
  ...imageCases,
];

const print = (line: string) => console.log(line);

async function main(): Promise<void> {
  const { values, positionals: words } = parseArgs({
    allowPositionals: true,
    options: { keep: { type: "boolean", default: false }, policies: { type: "string" } },
  });
  const missing = await whatIsMissing();
  if (missing !== undefined) {
    print(`Skipped: npm run istio cannot run here, ${missing}.`);
    return;
  }
  const wanted = cases.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (wanted.length === 0) throw new Error(`No case has one of these words in its name: ${words.join(", ")}`);
  const stage = await startStage({ print });
  let counts: Counts;
  try {
    counts =
      values.policies === undefined
        ? await runCases(sceneOn(stage), wanted)
        : await comparePolicies(stage, values.policies);
    if (values.keep) {
      print(`The stage stays up until Ctrl-C: ${stage.directory}`);
      await new Promise(() => undefined);
    }
  } finally {
    await stage.stop();
  }
  print(`\n${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

async function runCases(scene: Scene, wanted: readonly IstioCase[]): Promise<Counts> {
  let failed = 0;
  const places = wanted.some(({ name }) => name.startsWith("compared: ")) && servePlacesOfAll(scene);
  for (const { name, run } of wanted) {
    const started = Date.now();
    const error = await run(scene).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const seconds = `${((Date.now() - started) / 1000).toFixed(1)} s`;
    print(`${error === undefined ? "ok    " : "FAILED"} ${name} (${seconds})`);
    if (error === undefined) continue;
    failed++;
    print(error instanceof Error ? (error.stack ?? error.message) : inspect(error));
  }
  await places;
  await scene.end();
  return { passed: wanted.length - failed, failed };
}

async function comparePolicies(stage: Stage, directory: string): Promise<Counts> {
  const { same, different } = await runPolicies(stage, directory, print);
  print(`\n${same + different} requests, ${different} with different answers`);
  return { passed: same, failed: different };
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
