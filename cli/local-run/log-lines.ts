// Envoy's log, made to be read while it runs: the filter's lines first of all.

/** Envoy's `--log-format`: time, level, logger, message. Its own default has process, thread and source line as well. */
export const logFormat = "%H:%M:%S.%e %l [%n] %v";

/** `wasm log <plugin> <root id> <vm id>: <the filter's line>` (Envoy's source/extensions/common/wasm/context.cc). */
const filterLine = /^(\S+ \w+) \[wasm\] wasm log (?:[^:\s]+ ?)+: (.*)$/;

/** What the component for wasm says of itself at level debug. */
const ownDebugLine = /^\S+ debug \[wasm\] /;

/**
 * Takes pieces of the log and passes on whole lines: the filter's without what Envoy puts in front.
 * @param all whether the wasm component's own debug lines are wanted too
 */
export function readableLog(write: (text: string) => void, all: boolean): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const match = filterLine.exec(line);
      if (match !== null) write(`${match[1]} ${match[2]}\n`);
      else if (all || !ownDebugLine.test(line)) write(`${line}\n`);
    }
  };
}
