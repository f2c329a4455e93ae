// One Envoy with the native filters and this filter side by side, for a list of policies.
import { join } from "node:path";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { policiesOf, type Case, type Table } from "./case.js";
import { compareAll, type Comparison } from "./compared/comparison.js";
import type { Side } from "./harness/envoy-config.js";
import { EnvoyRunner } from "./harness/envoy-runner.js";
import { readNative } from "./native/native-filters.js";
import type { JsonObject, Policy } from "./policy.js";

export interface RunOptions {
  readonly policies: readonly Policy[];
  /** Policy name -> Istio's filters. */
  readonly native: ReadonlyMap<string, readonly unknown[]>;
  /** Native against itself: a test of the harness. */
  readonly nativeOnly?: boolean;
  /** The built filter; default build/jwt-policy.wasm. */
  readonly wasm?: string;
  /** What our configurations say besides their policies, where they do not say it themselves: `crypto`, `tokenCache`. */
  readonly settings?: JsonObject;
  /** Responses tell the attributes of their requests (harness/attributes.ts). */
  readonly attributes?: boolean;
}

/** The filter as `npm run build` leaves it; the variable names another one. */
export const builtFilter = process.env.DIFFERENTIAL_WASM ?? join(repositoryRoot, "build", "jwt-policy.wasm");

/** Starts Envoy, hands over the runner, stops Envoy whatever happens. */
export async function withEnvoy<T>(
  options: RunOptions,
  use: (run: DifferentialRun) => Promise<T>,
): Promise<T> {
  const sides: Side[] = options.nativeOnly === true ? ["native"] : ["native", "ours"];
  const { path } = await locateEnvoy();
  const runner = await EnvoyRunner.start({
    binary: path,
    policies: options.policies,
    native: options.native,
    sides,
    wasm: options.wasm ?? builtFilter,
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.attributes === undefined ? {} : { attributes: options.attributes }),
  });
  try {
    return await use(new DifferentialRun(runner, options.nativeOnly === true ? "native" : "ours"));
  } finally {
    await runner.stop();
  }
}

export class DifferentialRun {
  constructor(
    readonly runner: EnvoyRunner,
    readonly other: Side,
  ) {}

  compare(cases: readonly Case[]): Promise<Comparison[]> {
    return compareAll(
      cases,
      (policy, request) => this.runner.ask("native", policy, request),
      (policy, request) => this.runner.ask(this.other, policy, request),
      (policy) => this.runner.release(policy),
    );
  }
}

/** The cases of some tables, their policies, and Istio's filters for these. */
export async function loadTables(
  tables: readonly Table[],
  wanted: (one: Case) => boolean = () => true,
): Promise<{ cases: Case[]; policies: Policy[]; native: Map<string, readonly unknown[]> }> {
  const native = new Map<string, readonly unknown[]>();
  const cases: Case[] = [];
  for (const table of tables) {
    for (const [name, answer] of await readNative(table)) native.set(name, answer.httpFilters);
    cases.push(...table.cases.filter(wanted));
  }
  return { cases, policies: policiesOf({ name: "all", cases }), native };
}

/** The policies whose answers to whatever request are to be native's, over plain text: random requests are put to these. */
export function policiesForAnyRequest(cases: readonly Case[]): Policy[] {
  const special = new Set(cases.filter((one) => one.deliberate !== undefined).map((one) => one.policy));
  return policiesOf({ name: "all", cases }).filter((one) => one.tls !== true && !special.has(one));
}
