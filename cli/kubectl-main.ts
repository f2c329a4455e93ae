#!/usr/bin/env node
// `kubectl jwt-policy`: kubectl runs the program kubectl-jwt_policy of this name on PATH, a bin of package.json. The policies and the labels
// of a workload come from the cluster, all else is jwt-policy.

import { Kubectl } from "./cluster/kubectl.js";
import { readKubectlArguments } from "./cluster/kubectl-arguments.js";
import { runProgram } from "./program.js";

await runProgram(async (args) => {
  if (args.length === 0 || args[0]!.startsWith("-")) return { args };
  const { verb, rest, cluster, namespace, objects } = readKubectlArguments(args);
  if (rest.some((one) => one === "--help" || one === "-h")) return { args: [verb, ...rest] };
  const kubectl = new Kubectl(cluster);
  const workloads = await Promise.all(objects.map((object) => kubectl.workload(object, namespace)));
  const input = await kubectl.policies();
  return { args: [verb, "-", ...workloads.flatMap((one) => ["--for", one]), ...rest], input };
});
