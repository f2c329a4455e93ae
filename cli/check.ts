// The verb `check`.
import type { Command } from "commander";
import type { ExitCode } from "./exit-code.js";
import type { Terminal } from "./terminal.js";
export function checkVerb(program: Command, _terminal: Terminal, _finish: (code: ExitCode) => void): void {
  program.command("check");
}
