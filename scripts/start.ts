// `npm start`: the main job from nothing. Finds Envoy, starts an issuer, an upstream and Envoy with the filter, walks through
// the steps, stays up until Ctrl-C. `npm start -- --once` stops after the walk: exit code 0 if every answer was the right one.

import { parseArgs } from "node:util";
import { locateEnvoy } from "./envoy-binary.js";
import { lastLines } from "../cli/envoy/envoy-process.js";
import * as print from "./demo/print.js";
import { setStage, type Stage } from "./demo/stage.js";
import { chapters } from "./demo/steps.js";
import { differences, sendStep } from "./demo/walk.js";

/** Walks through all steps and prints them; gives the number of answers that were not the expected ones. */
async function walk(stage: Stage): Promise<number> {
  const started = Date.now();
  let number = 0;
  let failed = 0;
  for (const chapter of chapters) {
    print.printChapter(chapter);
    let listener: string | undefined;
    for (const step of chapter.steps) {
      const port = stage.envoy.port(step.listener);
      if (step.listener !== listener) print.printListener(step.listener, port);
      listener = step.listener;
      const answer = await sendStep(step, port, stage.tokens);
      const found = differences(step, answer, port, stage.tokens);
      print.printStep(++number, step, port, answer, found);
      if (found.length > 0) failed++;
    }
  }
  print.printSummary(number, failed, (Date.now() - started) / 1000);
  return failed;
}

/** Aborted when the user has had enough. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => controller.abort());
  // Nobody reads on, as in `npm start | head`.
  process.stdout.on("error", () => controller.abort());
  return controller.signal;
}

async function main(stop: AbortSignal): Promise<number> {
  const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
  const binary = await locateEnvoy();
  const stage = await setStage(binary, "file");
  try {
    print.printSetting(`${binary.version} (${binary.how})`, stage);
    print.printTokenLines(stage);
    const stopped = new Promise<undefined>((resolve) =>
      stop.addEventListener("abort", () => resolve(undefined)),
    );
    if (stop.aborted) return 130;
    const ended = Promise.race([stopped, stage.fallen]);
    const failed = await Promise.race([walk(stage), ended]);
    if (typeof failed !== "number") return complain(failed, stage);
    if (failed > 0) process.stderr.write(`\nThe filter's log:\n${lastLines(stage.envoy.log())}\n`);
    if (values.once) return failed === 0 ? 0 : 1;
    print.printByHand(stage);
    return complain(await ended, stage);
  } finally {
    await stage.stop();
  }
}

/** The exit code of an end that was asked for (undefined) or came by itself. */
function complain(fallen: string | undefined, stage: Stage): number {
  if (fallen === undefined) return 0;
  process.stderr.write(`\n${lastLines(stage.envoy.log())}\n\nStopped, because ${fallen} ended by itself.\n`);
  return 1;
}

const stop = stopSignal();
try {
  process.exitCode = await main(stop);
} catch (error) {
  // Ctrl-C reaches the parts too: one that was just starting then fails, which is no news.
  if (!stop.aborted) process.stderr.write(`\n${(error as Error).message}\n`);
  process.exitCode = stop.aborted ? 130 : 1;
}
