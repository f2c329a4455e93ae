// `npm run referee`: writes data/native/ anew. `npm run referee -- --check`: fails if what is committed is not what real
// Istio answers now. Needs Go; `REFEREE` may name an already built referee.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { policiesOf } from "./case.js";
import { refusals } from "./cases/refusals.js";
import { nativeFile, nativeText } from "./native-filters.js";
import { objectionsFile, objectionsText } from "./objections.js";
import { askReferee } from "./referee-client.js";
import { tables } from "./tables.js";

async function main(): Promise<void> {
  const check = process.argv.includes("--check");
  const lists = tables.map((table) => ({ table, policies: policiesOf(table) }));
  const verdicts = await askReferee([...lists.flatMap((one) => one.policies), ...refusals]);
  let stale = 0;
  let at = 0;
  for (const { table, policies } of lists) {
    const text = nativeText(policies, verdicts.slice(at, (at += policies.length)));
    if (!(await settle(nativeFile(table), text, check))) stale++;
  }
  if (!(await settle(objectionsFile, objectionsText(refusals, verdicts.slice(at)), check))) stale++;
  process.stdout.write(`${verdicts.length} policies, ${check ? `${stale} files stale` : "written"}\n`);
  process.exitCode = stale === 0 ? 0 : 1;
}

/** Writes a file, or checks that it has that content; false when it has not. */
async function settle(file: string, text: string, check: boolean): Promise<boolean> {
  if (!check) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return true;
  }
  if ((await readFile(file, "utf8").catch(() => "")) === text) return true;
  process.stderr.write(`${file} is not what Istio answers: run npm run referee.\n`);
  return false;
}

await main();
