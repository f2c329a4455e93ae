#!/usr/bin/env node
// The command `jwt-policy`; package.json's bin.

import { runCommandLine } from "./command-line.js";
import { ExitCode } from "./terminal/exit-code.js";
import { streamsOf, terminalOver } from "./terminal/terminal.js";

const streams = streamsOf(process);
try {
  process.exitCode = await runCommandLine(process.argv.slice(2), streams);
} catch (error) {
  // A fault of the command, which is no answer: 1 would be one. Node would print its message as it is, with what it quotes of a file.
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const wantsStack = process.env["JWT_POLICY_STACK"] !== undefined;
  terminalOver(streams).writeError(
    `jwt-policy: a fault of the command itself: ${wantsStack ? stack : message}\n` +
      (wantsStack ? "" : "Please report it; with JWT_POLICY_STACK=1 it says where it happened.\n"),
  );
  process.exitCode = ExitCode.usage;
}
