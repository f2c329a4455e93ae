// `npm run bench:micro`: the filter's parts in this Node's V8, each beside what Node has for it, in turn in one run. `-- --write` also writes
// docs/bench/micro.json. The goal of issue 6 for RSA-2048 is here: <= 1.5 of OpenSSL.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { machine } from "../machine.js";
import { median, ratioOfMedians, type Estimate } from "../statistics.js";
import { MicroModule } from "./module.js";
import { measureRules } from "./rules.js";
import { subjects, type Subject } from "./subjects.js";

interface Row {
  readonly name: string;
  /** Microseconds, medians. */
  readonly ours: number;
  readonly native?: number;
  readonly beside?: string;
  readonly ratio?: Estimate;
}

const ROUNDS = 60;

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const rows: Row[] = [...subjects(await MicroModule.load()).map(measureSubject), ...(await measureRules())];
const date = new Date().toISOString().slice(0, 10);
console.log(`${machine()}; ${ROUNDS} rounds, in turn; ${date}\n`);
console.log("| | wasm, µs | native, µs | | ratio | 9 times in 10 |");
console.log("| --- | ---: | ---: | --- | ---: | ---: |");
for (const { name, ours, native, beside, ratio } of rows) {
  const spread = ratio === undefined ? "" : `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`;
  console.log(
    `| ${name} | ${ours.toFixed(2)} | ${native?.toFixed(2) ?? ""} | ${beside ?? ""} | ${ratio?.median.toFixed(2) ?? ""} | ${spread} |`,
  );
}
if (values.write) {
  const directory = join(repositoryRoot, "docs", "bench");
  await mkdir(directory, { recursive: true });
  const result = { machine: machine(), date, rounds: ROUNDS, rows };
  await writeFile(join(directory, "micro.json"), `${JSON.stringify(result, undefined, 2)}\n`);
}

function measureSubject(subject: Subject): Row {
  const { name, beside, times } = subject;
  const wasm: number[] = [];
  const other: number[] = [];
  // The first rounds, in which V8 still compiles, are not kept.
  for (let round = -10; round < ROUNDS; round++) {
    let begin = performance.now();
    if (!subject.ours(times)) throw new Error(`${name}: wrong result`);
    const first = performance.now() - begin;
    begin = performance.now();
    for (let i = 0; i < times; i++) subject.native();
    const second = performance.now() - begin;
    if (round < 0) continue;
    wasm.push((first * 1000) / times);
    other.push((second * 1000) / times);
  }
  if (beside === undefined) return { name, ours: median(wasm) };
  return { name, ours: median(wasm), native: median(other), beside, ratio: ratioOfMedians(wasm, other) };
}
