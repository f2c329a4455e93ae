// What the command prints, for pages and pictures.

import { runCommandLine } from "../../cli/command-line.js";
import type { Streams } from "../../cli/terminal/terminal.js";

/** Streams without input, all of whose output goes one way. */
export function streamsInto(write: (chunk: string) => void, columns: number, colours = false): Streams {
  return {
    write,
    writeError: write,
    isColoured: colours,
    columns,
    readInput: () => Promise.resolve(""),
    inputLines: async function* () {},
  };
}

/** What `jwt-policy` with these arguments writes to a terminal so many columns wide. */
export async function commandOutput(
  args: readonly string[],
  columns: number,
  colours = false,
): Promise<string> {
  let text = "";
  await runCommandLine(
    args,
    streamsInto((chunk) => void (text += chunk), columns, colours),
  );
  return text;
}
