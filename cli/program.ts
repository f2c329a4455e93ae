// A program of this package in its process: from its arguments to its exit code.

import { InputError } from "../policies/resources/input-error.js";
import { runCommandLine } from "./command-line.js";
import { ExitCode } from "./terminal/exit-code.js";
import { streamsOf, terminalOver } from "./terminal/terminal.js";

/** What the command is run with: its arguments, and what stands in for standard input. */
export interface Run {
  readonly args: readonly string[];
  readonly input?: string;
}

/** Runs the command with what `prepare` makes of the process's arguments, and sets the exit code. */
export async function runProgram(prepare: (args: readonly string[]) => Promise<Run>): Promise<void> {
  const streams = streamsOf(process);
  try {
    const { args, input } = await prepare(process.argv.slice(2));
    const given = input === undefined ? streams : { ...streams, readInput: () => Promise.resolve(input) };
    process.exitCode = await runCommandLine(args, given);
  } catch (error) {
    process.exitCode = ExitCode.usage;
    const terminal = terminalOver(streams);
    if (error instanceof InputError) {
      terminal.writeError(`jwt-policy: ${error.message}\n`);
      return;
    }
    // A fault of the command, which is no answer: 1 would be one. Node would print its message as it is, with what it quotes of a file.
    const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
    const wantsStack = process.env["JWT_POLICY_STACK"] !== undefined;
    terminal.writeError(
      `jwt-policy: a fault of the command itself: ${wantsStack ? stack : message}\n` +
        (wantsStack ? "" : "Please report it; with JWT_POLICY_STACK=1 it says where it happened.\n"),
    );
  }
}
