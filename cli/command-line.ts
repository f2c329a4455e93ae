// The frame of the command: verbs, help, version, and how anything that ends it becomes an exit code.

import { Command, CommanderError } from "commander";
import { checkVerb } from "./verbs/check.js";
import { completionVerb } from "./verbs/completion.js";
import { diffVerb } from "./verbs/diff.js";
import { explainVerb } from "./verbs/explain.js";
import { allExitCodesHelp, ExitCode, exitCodesHelp } from "./terminal/exit-code.js";
import { InputError } from "../policies/resources/input-error.js";
import { packageVersion } from "./files/package-files.js";
import { playgroundVerb } from "./verbs/playground.js";
import { renderVerb } from "./verbs/render.js";
import { runVerb } from "./verbs/run.js";
import { terminalOver, type Streams, type Terminal } from "./terminal/terminal.js";
import { jsonLine } from "../policies/text/printable.js";
import { testVerb } from "./verbs/test.js";
import { tokenVerb } from "./verbs/token.js";

/**
 * A verb: adds itself to the program. Its action returns the exit code through `finish`, and throws InputError for
 * input that it cannot use.
 */
export type Verb = (program: Command, terminal: Terminal, finish: (code: ExitCode) => void) => void;

const verbs: readonly Verb[] = [
  renderVerb,
  checkVerb,
  explainVerb,
  testVerb,
  diffVerb,
  tokenVerb,
  runVerb,
  playgroundVerb,
  completionVerb,
];

/** The program with all verbs. */
export function commandLine(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command("jwt-policy")
    .description("Istio's RequestAuthentication and AuthorizationPolicy for the jwt-policy filter, offline.")
    .version(packageVersion(), "-V, --version", "print the version")
    .showHelpAfterError("Try: jwt-policy --help")
    .helpOption("-h, --help", "print help; also for a verb: jwt-policy render --help")
    .addHelpText("after", allExitCodesHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.writeError(text),
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
    });
  for (const verb of verbs) verb(program, terminal, finish);
  for (const command of program.commands) {
    command
      .helpOption("-h, --help", "print this help")
      .addHelpText("after", exitCodesHelp(command.name()))
      .showHelpAfterError(`Try: jwt-policy ${command.name()} --help`);
  }
  return program;
}

/**
 * Runs the command.
 * @param args the arguments behind the command's name
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const terminal = terminalOver(streams);
  let code: ExitCode = ExitCode.ok;
  const program = commandLine(terminal, (result) => (code = result));
  try {
    const [first, ...others] = args;
    // As other commands have it.
    const isVersion = others.length === 0 && (first === "version" || first === "-v");
    await program.parseAsync(isVersion ? ["--version"] : args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    if (!(error instanceof InputError)) throw error;
    if (args.includes("--json")) terminal.write(jsonLine({ error: error.message }));
    else terminal.writeError(`jwt-policy: ${error.message}\n`);
    return ExitCode.usage;
  }
}
