// The command `npm run soak`: ten minutes, or `-- --minutes N`; `--seed N` repeats the order of drills and requests, `--rate N` is requests a second.

import { parseArgs } from "node:util";
import { report } from "./report.js";
import { soak } from "./soak.js";

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, rate: { type: "string" } },
});
const milliseconds = Number(values.minutes ?? 10) * 60_000;
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`Seed ${seed}.`);
const result = await soak({
  ...{ milliseconds, seed },
  ...(values.rate === undefined ? {} : { rate: Number(values.rate) }),
  print: (line) => console.log(line),
});
console.log(`\n${report(result, milliseconds, seed)}`);
if (result.failure !== undefined) {
  console.error(`\n${result.failure}`);
  process.exitCode = 1;
}
