// `npm run bench:micro`: the filter's parts in this Node's V8, each beside what Node has for it, in turn in one run. `-- --write` also writes
// docs/bench/micro.json and docs/performance.md. The goal of issue 6 for RSA-2048 is here: <= 1.5 of OpenSSL.

import { parseArgs } from "node:util";
import { machine } from "../machine.js";
import { writeMicro } from "../performance-page.js";
import { median, ratioOfMedians } from "../statistics.js";
import { MicroModule } from "./module.js";
import { microTable, type MicroResult, type MicroRow } from "./report.js";
import { measureRules } from "./rules.js";
import { subjects, type Subject } from "./subjects.js";

const ROUNDS = 60;

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const result: MicroResult = {
  machine: machine(),
  date: new Date().toISOString().slice(0, 10),
  rounds: ROUNDS,
  rows: [...subjects(await MicroModule.load()).map(measureSubject), ...(await measureRules())],
};
process.stdout.write(`${microTable(result)}\n`);
if (values.write) await writeMicro(result);

function measureSubject(subject: Subject): MicroRow {
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
