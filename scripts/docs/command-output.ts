// What the command prints, for pages and pictures.

import picocolors from "picocolors";
import { runCommandLine } from "../../cli/command-line.js";
import type { Terminal } from "../../cli/terminal.js";

/** A terminal without input, all of whose output goes one way. */
export function terminalInto(write: (chunk: string) => void, columns: number, colours = false): Terminal {
  return {
    write,
    writeError: write,
    colours: picocolors.createColors(colours),
    columns,
    readInput: () => Promise.resolve(""),
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
    terminalInto((chunk) => void (text += chunk), columns, colours),
  );
  return text;
}
