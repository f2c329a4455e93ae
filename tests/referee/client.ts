// Asks the Go program in istio/, which answers with real Istio's own code.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { repositoryRoot } from "../../scripts/repository-root.js";

/** The workload whose filters Istio would generate. */
export interface Workload {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly type?: "sidecar" | "gateway" | "waypoint";
}

/** A question; istio/main.go says what each kind is answered with. */
export type Query =
  | { readonly id: string; readonly policy: unknown }
  | {
      readonly id: string;
      /** Istio's YAML. */
      readonly resources: string;
      readonly workload: Workload;
      /** What becomes of a WasmPlugin or TrafficExtension, instead of the native filters. */
      readonly extension?: true;
    }
  | { readonly id: string; readonly fetch: { readonly url: string; readonly sha256?: string } };

/** An objection or remark of Istio's to one resource. */
export interface Finding {
  readonly resource: string;
  readonly schema?: string;
  readonly webhook?: string;
  readonly warning?: string;
}

/** What Istio makes of a WasmPlugin or TrafficExtension; see istio/extension.go. */
export interface Extension {
  readonly inbound: readonly (readonly string[])[];
  readonly outbound: readonly (readonly string[])[];
  readonly configs: readonly { readonly name: string; readonly typed_config: unknown }[] | null;
  readonly clusters: readonly { readonly name: string }[] | null;
}

export interface Answer {
  readonly id: string;
  readonly httpFilters: readonly unknown[] | null;
  readonly findings?: readonly Finding[];
  readonly extension?: Extension;
  readonly module?: { readonly sha256: string; readonly size: number };
  readonly error?: string;
}

/**
 * Runs the referee over queries; `REFEREE` may name a built binary, otherwise Go builds it (minutes the first time).
 * @returns an answer for each query, in order
 */
export async function askReferee(queries: readonly Query[]): Promise<Answer[]> {
  const built = process.env["REFEREE"];
  const [command, args] = built === undefined ? ["go", ["run", "."]] : [built, []];
  const cwd = join(repositoryRoot, "tests", "referee", "istio");
  // A gateway gets the clusters alone that something names, as in meshes that are set up so: what is rendered must name them.
  const env = { ...process.env, PILOT_FILTER_GATEWAY_CLUSTER_CONFIG: "true" };
  const child = spawn(command, args, { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once("close", resolve).once("error", reject),
  );
  child.stdin.end(queries.map((query) => `${JSON.stringify(query)}\n`).join(""));
  const answers: Answer[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // Istio's packages log to standard output while they initialise.
    if (line.startsWith("{")) answers.push(JSON.parse(line) as Answer);
  }
  const code = await ended;
  if (code !== 0 || answers.length !== queries.length) {
    throw new Error(`the referee ended with ${code} after ${answers.length} of ${queries.length} answers`);
  }
  return answers;
}
