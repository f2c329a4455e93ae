// `npm run referee`: writes anew what real Istio answers. `npm run referee -- --check`: fails if what is committed is not what it answers
// now. `-- --newest`: fails if Istio has moved since. The first two let Istio's agent fetch the image, and put Istio's own policies to both. Needs Go; `REFEREE` may name an already built referee.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { selectionsRecording } from "../cli/selection/selections-recording.js";
import { goldenFaults } from "../cli/validation/golden-policies.js";
import { verdictsRecording } from "../cli/validation/verdicts-recording.js";
import { nativeRecording } from "../differential/native/native-filters.js";
import { objectionsRecording } from "../differential/native/objections.js";
import { tables } from "../differential/tables.js";
import { extensionsRecording } from "../envoy/extensions/recorded-extensions.js";
import { fetchFaults } from "../image/istio-fetches.js";
import { askReferee } from "./client.js";
import { movedSince } from "./newest-istio.js";
import type { Recording } from "./recording.js";

async function main(): Promise<void> {
  if (process.argv.includes("--newest")) return tellMoved();
  const recordings: readonly Recording[] = [
    ...tables.map(nativeRecording),
    objectionsRecording,
    verdictsRecording,
    selectionsRecording,
    await extensionsRecording(),
  ];
  const check = process.argv.includes("--check");
  const answers = await askReferee(recordings.flatMap(({ queries }) => queries));
  let stale = 0;
  let at = 0;
  for (const recording of recordings) {
    const text = recording.text(answers.slice(at, (at += recording.queries.length)));
    if (!(await settle(recording.file, text, check))) stale++;
  }
  process.stdout.write(
    `${answers.length} questions, ${check ? `${stale} files stale` : "answers written"}\n`,
  );
  const faults = await fetchFaults();
  for (const fault of faults) process.stderr.write(`Istio's agent fetches otherwise: ${fault}\n`);
  if (faults.length === 0) process.stdout.write("Istio's agent takes the image and the bare filter\n");
  const golden = await goldenFaults();
  for (const fault of golden.faults) process.stderr.write(`Istio's own policy: ${fault}\n`);
  if (golden.faults.length === 0) {
    process.stdout.write(`Istio and this command judge Istio's ${golden.count} own policies alike\n`);
  }
  process.exitCode = stale === 0 && faults.length === 0 && golden.faults.length === 0 ? 0 : 1;
}

/** Names what the newest Istio has otherwise. */
async function tellMoved(): Promise<void> {
  const moved = await movedSince();
  for (const line of moved) process.stderr.write(`${line}\n`);
  process.stdout.write(
    moved.length === 0 ? "Istio has not moved\n" : `Istio has moved: ${moved.length} differences\n`,
  );
  process.exitCode = moved.length === 0 ? 0 : 1;
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
