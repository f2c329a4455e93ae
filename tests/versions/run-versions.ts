// `npm run versions`: what users copy and render, on every version of Envoy that the README names; then func-e, where Go can build it.
// `npm run versions -- 1.38.3` takes that one alone.

import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { statusesUnderFuncE } from "./func-e.js";
import { testedFiles, testedVersions } from "./tested-versions.js";

/** Runs the tests on one version; whether all pass. */
async function passesOn(version: string): Promise<boolean> {
  const { path } = await locateEnvoy({ ...process.env, ENVOY_PATH: "", ENVOY_VERSION: version });
  const runner = join(repositoryRoot, "build", "js", "scripts", "run-tests.js");
  const env = { ...process.env, ENVOY_PATH: path };
  const child = spawn(process.execPath, [runner, ...testedFiles], { env, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code === 0));
  });
}

const asked = process.argv.slice(2);
const failed: string[] = [];
for (const version of asked.length > 0 ? asked : testedVersions) {
  if (!(await passesOn(version))) failed.push(`Envoy ${version}`);
}
const hasGo = await promisify(execFile)("go", ["version"]).then(
  () => true,
  () => false,
);
if (!hasGo) process.stdout.write("No Go here: func-e is not tried.\n");
else {
  const statuses = await statusesUnderFuncE((await locateEnvoy()).path);
  const isRight = statuses.join() === "200,403,401";
  process.stdout.write(`func-e: a good token, none, a bad one: ${statuses.join(", ")}\n`);
  if (!isRight) failed.push("func-e");
}
if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
