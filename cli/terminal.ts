// Where the command reads and writes; tests give it strings instead of a terminal.

import { text } from "node:stream/consumers";
import picocolors from "picocolors";

export type Colours = ReturnType<typeof picocolors.createColors>;

export interface Terminal {
  /** To standard output: results only, so that they can be piped. */
  write(text: string): void;
  /** To standard error: findings of render, notes, errors. */
  writeError(text: string): void;
  /** Colours for standard output; they print nothing where there is no terminal or NO_COLOR is set. */
  readonly colours: Colours;
  /** Width of standard output in columns; 80 where it is no terminal. */
  readonly columns: number;
  /** The whole of standard input: for the path `-`. */
  readInput(): Promise<string>;
}

/** The terminal of a process. Colours follow NO_COLOR and FORCE_COLOR. */
export function terminalOf(process: NodeJS.Process): Terminal {
  // `jwt-policy check … | head`: the reader has enough, and so has the writer.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  return {
    write: (chunk) => void process.stdout.write(chunk),
    writeError: (chunk) => void process.stderr.write(chunk),
    colours: picocolors.createColors(
      picocolors.isColorSupported && (process.stdout.isTTY || "FORCE_COLOR" in process.env),
    ),
    columns: process.stdout.isTTY ? process.stdout.columns : 80,
    readInput: () => text(process.stdin),
  };
}
