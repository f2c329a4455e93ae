// Where the command reads and writes. Nothing else in cli/ touches a standard stream (eslint.config.js forbids it), so nothing
// that comes from a file, a token or a server can act on the terminal, whichever verb prints it.

import picocolors from "picocolors";
import { boundedText, linesOf } from "./bounded-text.js";
import { TerminalColours } from "./terminal-colours.js";
import { harmless } from "../../policies/text/printable.js";

/** The bare streams of a process; tests give strings instead. */
export interface Streams {
  write(text: string): void;
  writeError(text: string): void;
  /** Whether standard output shows colours. */
  readonly isColoured: boolean;
  /** Width of standard output in columns. */
  readonly columns: number;
  /** Whether somebody reads standard output in a window of that width; a pipe has lines of any length. */
  readonly isTerminal?: boolean;
  /** The whole of standard input. */
  readInput(): Promise<string>;
  /** The lines of standard input, each as it comes. */
  inputLines(): AsyncIterable<string>;
}

/** What a verb has of them. */
export interface Terminal {
  /** To standard output: results only, so that they can be piped. */
  write(text: string): void;
  /** To standard error: findings of render, notes, errors. */
  writeError(text: string): void;
  /** Colours for standard output; they print nothing where there is no terminal or NO_COLOR is set. */
  readonly colours: TerminalColours;
  /** Width of standard output in columns; 80 where it is no terminal. */
  readonly columns: number;
  /** Where lines that editors and grep read are broken: infinity where it is no terminal. */
  readonly lineWidth: number;
  /** The whole of standard input: for the path `-`. */
  readInput(): Promise<string>;
  /** The lines of standard input, each as it comes: for what has no end. */
  inputLines(): AsyncIterable<string>;
}

/**
 * The terminal over some streams. What a verb writes is text with the marks of `colours`: those become SGR codes, and every other
 * character that acts on a terminal, newline and tab apart, is written as `\x1b` or `\u202e`.
 *
 * Rendered YAML and JSON are data and must not change on the way: their serialisers (`jsonText`, render/yaml-text.ts) escape the same
 * characters as JSON and YAML themselves do, so that nothing is left for this place to escape.
 */
export function terminalOver(streams: Streams): Terminal {
  const colours = new TerminalColours(streams.isColoured);
  const written = (text: string) => colours.shown(text, harmless);
  return {
    write: (text) => streams.write(written(text)),
    writeError: (text) => streams.writeError(written(text)),
    colours,
    columns: streams.columns,
    lineWidth: streams.isTerminal === true ? streams.columns : Number.POSITIVE_INFINITY,
    readInput: () => streams.readInput(),
    inputLines: () => streams.inputLines(),
  };
}

/** The streams of a process. Colours follow NO_COLOR and FORCE_COLOR. */
export function streamsOf(process: NodeJS.Process): Streams {
  // `jwt-policy check … | head`: the reader has enough, and so has the writer.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    throw error;
  });
  return {
    write: (chunk) => void process.stdout.write(chunk),
    writeError: (chunk) => void process.stderr.write(chunk),
    isColoured: picocolors.isColorSupported && (process.stdout.isTTY || "FORCE_COLOR" in process.env),
    isTerminal: process.stdout.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : 80,
    readInput: () => boundedText(process.stdin, "standard input"),
    inputLines: () => linesOf(process.stdin),
  };
}
