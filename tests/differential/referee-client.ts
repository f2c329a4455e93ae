// Asks the Go program in referee/ what Istio makes of policies.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../../scripts/repository-root.js";
import type { Policy } from "./policy.js";

/** An objection or remark of Istio's to one resource. */
export interface Finding {
  readonly resource: string;
  readonly schema?: string;
  readonly webhook?: string;
  readonly warning?: string;
}

/** Istio's answer for one policy. */
export interface Verdict {
  readonly id: string;
  readonly httpFilters: readonly unknown[] | null;
  readonly findings?: readonly Finding[];
  readonly error?: string;
}

const directory = join(repositoryRoot, "tests", "differential", "referee");

/**
 * Runs the referee over policies; `REFEREE` may name a built binary, otherwise Go builds it (minutes the first time).
 * @returns a verdict for each policy, in order
 */
export async function askReferee(policies: readonly Policy[]): Promise<Verdict[]> {
  const built = process.env["REFEREE"];
  const [command, args] = built === undefined ? ["go", ["run", "."]] : [built, []];
  const child = spawn(command, args, { cwd: directory, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once("close", resolve).once("error", reject),
  );
  child.stdin.end(
    policies
      .map((one) => JSON.stringify({ id: one.name, policy: one.forReferee ?? one.config }) + "\n")
      .join(""),
  );
  const verdicts: Verdict[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // Istio's packages log to standard output while they initialise.
    if (line.startsWith("{")) verdicts.push(JSON.parse(line) as Verdict);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the referee ended with ${code}`);
  if (verdicts.length !== policies.length)
    throw new Error(`${verdicts.length} verdicts for ${policies.length} policies`);
  return verdicts;
}
