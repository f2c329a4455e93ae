// `npm run bench:start`: from the start of an Envoy to its first answer to a good token, and what that takes. One Envoy after the other, each with one
// listener: without filters, with the native ones, with a wasm filter that does nothing, with this one. What a variant costs is its difference
// to the Envoy without filters of the same round; processor time tells more than time on a machine that does other things too.
// Prints; asserts nothing.
//
//     npm run bench:start
//     npm run bench:start -- --rounds 3 --beside other.wasm      another build of the filter in the same rounds

import { stat } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { onePolicy, scale } from "../../differential/cases/scale.js";
import { readNative } from "../../differential/native/native-filters.js";
import { compileHostCalls } from "../host-calls-module.js";
import { nativeFilters, ourFilter, wasmFilter, type Variant } from "../listeners.js";
import { machine } from "../machine.js";
import { BARE } from "../measure.js";
import { median, over } from "../statistics.js";
import { NATIVE, NOTHING, OURS } from "../variants.js";
import { LATER, startOnce, type Start } from "./one-start.js";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, beside: { type: "string" } },
});

const wasm = join(repositoryRoot, "build", "jwt-policy.wasm");
const native = (await readNative(scale)).get(onePolicy.name)!;
const variants: Variant[] = [
  { name: BARE, filters: [] },
  { name: NATIVE, filters: nativeFilters(native, false) },
  { name: NOTHING, filters: [wasmFilter(NOTHING, await compileHostCalls(), "-")] },
  { name: OURS, filters: [ourFilter(OURS, wasm, onePolicy, {})] },
];
if (values.beside !== undefined)
  variants.push({ name: "beside it", filters: [ourFilter("beside", values.beside, onePolicy, {})] });

const binary = await locateEnvoy();

const starts = new Map<string, Start[]>(variants.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const variant of variants) starts.get(variant.name)!.push(await startOnce(binary.path, variant));
  process.stderr.write(` ${round + 1}`);
}
process.stderr.write("\n\n");

const bare = starts.get(BARE)!;
const rows = variants.map(({ name }) => {
  const own = starts.get(name)!;
  const figure = (of: (start: Start) => number) =>
    median(name === BARE ? own.map(of) : over(own.map(of), bare.map(of)));
  const figures = [
    figure((one) => one.wallMilliseconds).toFixed(0),
    figure((one) => one.cpuMilliseconds).toFixed(0),
    figure((one) => one.laterCpuMilliseconds).toFixed(0),
    (figure((one) => one.residentKiB) / 1024).toFixed(1),
  ];
  return `| ${name === BARE ? `${BARE}, in all` : name} | ${figures.join(" | ")} |`;
});
const { size } = await stat(wasm);
const load = loadavg()[0]!.toFixed(1);
const lines = [
  `Envoy ${binary.version}, one worker; ${machine()}, load ${load}; ${values.rounds} starts each; jwt-policy.wasm has ${(size / 1024).toFixed(0)} KiB.`,
  "",
  `| start, over an Envoy without filters | ms to the first answer | CPU ms until then | CPU ms ${LATER} ms later | MiB resident then |`,
  "| --- | ---: | ---: | ---: | ---: |",
  ...rows,
];
process.stdout.write(`${lines.join("\n")}\n`);
