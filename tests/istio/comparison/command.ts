// The command jwt-policy, in a process of its own as users run it.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { repositoryRoot } from "../../../scripts/repository-root.js";

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCommand(args: readonly string[], input: string): Promise<CommandResult> {
  const main = join(repositoryRoot, "build", "js", "cli", "main.js");
  const child = spawn(process.execPath, [main, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve).once("error", reject);
  });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Its standard output; rejects with what it complains of unless it ends with 0. */
export async function commandOutput(args: readonly string[], input: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(args, input);
  if (code !== 0) throw new Error(`jwt-policy ${args.join(" ")} ended with ${code}:\n${stderr}${stdout}`);
  return stdout;
}
