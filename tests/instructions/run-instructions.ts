// `npm run bench:instructions`: how many instructions the filter executes for a request, beside what was recorded before `extensions` came.
// `-- --record` writes what is measured into the record: for a change that is meant.

import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { measure } from "./known-token.js";
import { recorded, recordFile } from "./recorded.js";

/** Of the module on the last commit without `extensions`, and what they may add, in bytes. */
const SIZE_BEFORE = 287_471;
const BUDGET = 24 * 1024;

const before = await recorded();
const rows = await measure();
for (const { name, instructions } of rows) {
  const was = before[name];
  const change = was === undefined ? "" : ` (${((instructions / was - 1) * 100).toFixed(2)} %)`;
  process.stdout.write(`${name.padEnd(28)}${String(instructions).padStart(8)}${change}\n`);
}
const { size } = await stat(join(repositoryRoot, "build", "jwt-policy.wasm"));
const added = size - SIZE_BEFORE;
process.stdout.write(
  `${"bytes of the module".padEnd(28)}${String(size).padStart(8)} (${added} more than without extensions; their budget is ${BUDGET})\n`,
);
if (process.argv.includes("--record")) {
  const record = Object.fromEntries(rows.map(({ name, instructions }) => [name, instructions]));
  await writeFile(join(repositoryRoot, recordFile), `${JSON.stringify(record, null, 2)}\n`);
}
