#!/usr/bin/env node
// The command `jwt-policy`; package.json's bin.

import { runCommandLine } from "./command-line.js";
import { streamsOf, terminalOver } from "./terminal/terminal.js";

const streams = streamsOf(process);
try {
  process.exitCode = await runCommandLine(process.argv.slice(2), streams);
} catch (error) {
  // A fault of the command. Node would print its message as it is, with what it quotes of a file.
  terminalOver(streams).writeError(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
}
