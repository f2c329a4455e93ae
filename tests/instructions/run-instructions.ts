// `npm run bench:instructions`: how many instructions the filter executes for a request, beside what is recorded.
// `-- --record` writes what is measured into the record: for a change that is meant.

import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { measure } from "./known-token.js";
import { recorded, recordFile } from "./recorded.js";

/** The most that the module may have: what it had before `extensions` came, and 24 KiB for them. */
const BUDGET = 287_471 + 24 * 1024;

/** Of the column of names. */
const WIDTH = 38;

const before = await recorded();
const rows = await measure();
for (const { name, instructions } of rows) {
  const was = before[name];
  const change = was === undefined ? "" : ` (${((instructions / was - 1) * 100).toFixed(2)} %)`;
  process.stdout.write(`${name.padEnd(WIDTH)}${String(instructions).padStart(8)}${change}\n`);
}
const { size } = await stat(join(repositoryRoot, "build", "jwt-policy.wasm"));
process.stdout.write(
  `${"bytes of the module".padEnd(WIDTH)}${String(size).padStart(8)} (its budget is ${BUDGET}: ${((size / BUDGET) * 100).toFixed(0)} %)\n`,
);
if (process.argv.includes("--record")) {
  const record = Object.fromEntries(rows.map(({ name, instructions }) => [name, instructions]));
  await writeFile(join(repositoryRoot, recordFile), `${JSON.stringify(record, null, 2)}\n`);
}
