// Envoy's log, made to be read while it runs: the filter's lines first of all.

import { wholeLines } from "./whole-lines.js";

/** Envoy's `--log-format`: time, level, logger, message. Its own default has process, thread and source line as well. */
export const logFormat = "%H:%M:%S.%e %l [%n] %v";

/** `wasm log <plugin> <root id> <vm id>: <the filter's line>` (Envoy's source/extensions/common/wasm/context.cc). */
const filterLine = /^(\S+ \w+) \[wasm\] wasm log (?:[^:\s]+ ?)+: (.*)$/;

/** What the component for wasm says of itself at level debug and trace. */
const ownDebugLine = /^\S+ (?:debug|trace) \[wasm\] /;

/** A step of a decision; a fetch of keys that failed is a warning, and no such line. */
const stepLine = /^\S+ (?:debug|trace) jwt-policy (?:stream=\d+ )?step=/;

const infoLine = /^\S+ info jwt-policy/;

/**
 * Takes pieces of the log and passes on whole lines: the filter's without what Envoy puts in front.
 * @param all whether the wasm component's own debug lines are wanted too
 * @param explaining `takeStep` gets the filter's lines on decisions, which are written only if all are wanted. The filter's level is lower then than what the user
 * wants to see of it, be it from info or from warning on
 */
export function readableLog(
  write: (text: string) => void,
  all: boolean,
  explaining?: { readonly takeStep: (line: string) => void; readonly isInfoWanted: boolean },
): (piece: string) => void {
  return wholeLines((line) => {
    const match = filterLine.exec(line);
    if (match === null) {
      if (all || !ownDebugLine.test(line)) write(`${line}\n`);
      return;
    }
    const told = `${match[1]} ${match[2]}`;
    explaining?.takeStep(told);
    const isHidden =
      explaining !== undefined &&
      !all &&
      (stepLine.test(told) || (!explaining.isInfoWanted && infoLine.test(told)));
    if (!isHidden) write(`${told}\n`);
  });
}
