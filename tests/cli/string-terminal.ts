// The command run in this process, with strings for its standard streams.

import { runCommandLine } from "../../cli/command-line.js";
import type { ExitCode } from "../../cli/terminal/exit-code.js";

export interface CommandResult {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

async function* lines(input: string): AsyncGenerator<string> {
  yield* await Promise.resolve(input.split(/\r?\n/));
}

/** Runs the command with these arguments; `-` reads `input`. */
export async function runCommand(
  args: readonly string[],
  input = "",
  {
    columns = 100,
    isColoured = false,
    isTerminal = false,
  }: { readonly columns?: number; readonly isColoured?: boolean; readonly isTerminal?: boolean } = {},
): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  const code = await runCommandLine(args, {
    write: (text) => void (stdout += text),
    writeError: (text) => void (stderr += text),
    isColoured,
    columns,
    isTerminal,
    readInput: () => Promise.resolve(input),
    inputLines: () => lines(input),
  });
  return { code, stdout, stderr };
}
