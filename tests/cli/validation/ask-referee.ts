// Puts Istio resources to the Go program in tests/differential/referee.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../../../scripts/repository-root.js";

/** An objection or remark of Istio's to one resource. */
export interface RefereeFinding {
  readonly resource: string;
  readonly schema?: string;
  readonly webhook?: string;
  readonly warning?: string;
}

/** The workload whose filters Istio would generate. */
export interface RefereeWorkload {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly type?: "sidecar" | "gateway" | "waypoint";
}

export interface RefereeAnswer {
  readonly findings?: readonly RefereeFinding[];
  readonly httpFilters: readonly unknown[] | null;
  readonly error?: string;
}

export interface RefereeQuery {
  readonly resources: string;
  readonly workload: RefereeWorkload;
}

/** Istio's answers, in order. `REFEREE` may name a built binary; otherwise Go builds it (minutes the first time). */
export async function askReferee(queries: readonly RefereeQuery[]): Promise<RefereeAnswer[]> {
  const built = process.env["REFEREE"];
  const [command, args] = built === undefined ? ["go", ["run", "."]] : [built, []];
  const cwd = join(repositoryRoot, "tests", "differential", "referee");
  const child = spawn(command, args, { cwd, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once("close", resolve).once("error", reject),
  );
  child.stdin.end(queries.map((query, i) => `${JSON.stringify({ id: String(i), ...query })}\n`).join(""));
  const answers: RefereeAnswer[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // Istio's packages log to standard output while they initialise.
    if (line.startsWith("{")) answers.push(JSON.parse(line) as RefereeAnswer);
  }
  const code = await ended;
  if (code !== 0 || answers.length !== queries.length) {
    throw new Error(`the referee ended with ${code} after ${answers.length} of ${queries.length} answers`);
  }
  return answers;
}
