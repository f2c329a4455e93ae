// `npm run istio -- --policies DIR`: other clusters' policies, native and rendered, and every answer that differs.

import type { Pod } from "../stage/pod.js";
import type { Stage } from "../stage/stage.js";
import { compare, servePlaces } from "./compare.js";
import { readPolicySets, type PolicySet } from "./policy-set.js";

/** @returns how many answers were the same, and how many were not */
export async function runPolicies(
  stage: Stage,
  directory: string,
  print: (line: string) => void,
): Promise<{ readonly same: number; readonly different: number }> {
  const pods = new Map<string, { readonly pod: Pod; readonly workload: string }>();
  let same = 0;
  let different = 0;
  const sets = await readPolicySets(directory);
  await servePlaces(stage, sets);
  for (const set of sets) {
    print(`\n${set.name}`);
    for (const workload of set.workloads) await ensurePod(stage, pods, workload);
    const namespaces = [
      ...new Set(
        [...set.policies, ...set.surroundings].map(({ metadata }) => metadata.namespace ?? "default"),
      ),
    ];
    for (const namespace of namespaces) await stage.namespace(namespace);
    const { answers, remarks, refused } = await compare(stage, set, (workload) => {
      const found = pods.get(workload);
      if (found === undefined) throw new Error(`${set.name}: no workload ${workload}`);
      return found.pod;
    });
    different += refused;
    for (const line of remarks.split("\n").filter(Boolean)) print(`  ${line}`);
    for (const { request, native, ours } of answers) {
      const isSame = native === ours;
      if (isSame) same++;
      else different++;
      print(`  ${isSame ? "same  " : "DIFFER"} ${JSON.stringify(request)}`);
      if (isSame) print(`         ${shortened(native)}`);
      else print(`         native: ${native}\n         ours:   ${ours}`);
    }
  }
  return { same, different };
}

/** Starts the pod of a workload, unless an earlier set's is the same; one of the same name that is not goes first. */
async function ensurePod(
  stage: Stage,
  pods: Map<string, { readonly pod: Pod; readonly workload: string }>,
  workload: PolicySet["workloads"][number],
): Promise<void> {
  const name = `${workload.namespace}/${workload.name}`;
  const existing = pods.get(name);
  if (existing?.workload === JSON.stringify(workload)) return;
  await existing?.pod.stop();
  pods.set(name, { pod: await stage.pod(workload), workload: JSON.stringify(workload) });
}

function shortened(line: string): string {
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
