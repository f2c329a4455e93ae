// What is measured: the listeners, and which of them meets which requests.

import { join } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";
import {
  ISSUERS,
  manyIssuers,
  manyPolicies,
  onePolicy,
  POLICIES,
  scale,
} from "../differential/cases/scale.js";
import { readNative } from "../differential/native/native-filters.js";
import type { Policy } from "../differential/policy.js";
import { nativeFilters, ourFilter, wasmFilter, type Variant } from "./listeners.js";
import { BARE, type Run } from "./measure.js";
import type { WorkloadName } from "./workloads.js";

export const NATIVE = "native";
export const NATIVE_CACHE = "native, token cache";
export const OURS = "jwt-policy";
export const OURS_WASM = "jwt-policy, crypto wasm";
export const OURS_UNCACHED = "jwt-policy, no token cache";
export const NOTHING = "a wasm filter that does nothing";
export const HEADERS = "one that reads the headers";
export const CLOCK = "one that reads the headers and the clock";
export const CALLS = "the host calls of a hit, nothing else";
export const NATIVE_POLICIES = `native, token cache, ${POLICIES} policies`;
export const OURS_POLICIES = `jwt-policy, ${POLICIES} policies`;
export const NATIVE_ISSUERS = `native, ${ISSUERS} issuers`;
export const OURS_ISSUERS = `jwt-policy, ${ISSUERS} issuers`;

/** Every variant. @param hostCalls host-calls.as.ts, compiled: a path */
export async function makeVariants(hostCalls: string): Promise<Variant[]> {
  const answers = await readNative(scale);
  const native = (policy: Policy, cache: boolean) => nativeFilters(answers.get(policy.name)!, cache);
  const wasm = join(repositoryRoot, "build", "jwt-policy.wasm");
  const ours = (name: string, policy: Policy, settings = {}) => ({
    name,
    filters: [ourFilter(name, wasm, policy, settings)],
  });
  return [
    { name: BARE, filters: [] },
    { name: NATIVE, filters: native(onePolicy, false) },
    { name: NATIVE_CACHE, filters: native(onePolicy, true) },
    ours(OURS, onePolicy),
    ours(OURS_WASM, onePolicy, { crypto: "wasm" }),
    ours(OURS_UNCACHED, onePolicy, { tokenCache: { maxEntries: 0 } }),
    { name: NOTHING, filters: [wasmFilter(NOTHING, hostCalls, "-")] },
    { name: HEADERS, filters: [wasmFilter(HEADERS, hostCalls, "p")] },
    { name: CLOCK, filters: [wasmFilter(CLOCK, hostCalls, "pt")] },
    { name: CALLS, filters: [wasmFilter(CALLS, hostCalls, "ptr")] },
    { name: NATIVE_POLICIES, filters: native(manyPolicies, true) },
    ours(OURS_POLICIES, manyPolicies),
    { name: NATIVE_ISSUERS, filters: native(manyIssuers, false) },
    ours(OURS_ISSUERS, manyIssuers),
  ];
}

const measured: Readonly<Record<WorkloadName, readonly string[]>> = {
  repeated: [
    BARE,
    NATIVE,
    NATIVE_CACHE,
    OURS,
    OURS_UNCACHED,
    NOTHING,
    HEADERS,
    CLOCK,
    CALLS,
    NATIVE_POLICIES,
    OURS_POLICIES,
  ],
  unique: [BARE, NATIVE, NATIVE_CACHE, OURS, OURS_WASM, NATIVE_ISSUERS, OURS_ISSUERS],
  "no token": [BARE, NATIVE, OURS],
  malformed: [BARE, NATIVE, OURS],
};

export const runs: readonly Run[] = Object.entries(measured).flatMap(([workload, variants]) =>
  variants.map((variant) => ({ variant, workload: workload as WorkloadName })),
);

/** A comparison: ours over native, and the most that it is to be. */
export interface Goal {
  readonly name: string;
  readonly ours: Run;
  readonly theirs: Run;
  readonly most: number;
  /** A filter that makes only the host calls which ours cannot do without: below its cost ours does not get. */
  readonly floor?: Run;
}

const at = (variant: string, workload: WorkloadName): Run => ({ variant, workload });

export const goals: readonly Goal[] = [
  {
    name: "repeated tokens; native as Istio configures it",
    ours: at(OURS, "repeated"),
    theirs: at(NATIVE, "repeated"),
    most: 0.2,
    floor: at(CALLS, "repeated"),
  },
  {
    name: "repeated tokens; native with jwt_cache_config",
    ours: at(OURS, "repeated"),
    theirs: at(NATIVE_CACHE, "repeated"),
    most: 1,
    floor: at(CALLS, "repeated"),
  },
  {
    name: "unique tokens, RS256, crypto auto",
    ours: at(OURS, "unique"),
    theirs: at(NATIVE, "unique"),
    most: 1,
  },
  {
    name: "unique tokens, RS256, crypto wasm",
    ours: at(OURS_WASM, "unique"),
    theirs: at(NATIVE, "unique"),
    most: 1.6,
  },
  {
    name: `${POLICIES} policies, the last one matches; native with jwt_cache_config`,
    ours: at(OURS_POLICIES, "repeated"),
    theirs: at(NATIVE_POLICIES, "repeated"),
    most: 0.05,
    floor: at(CALLS, "repeated"),
  },
  {
    name: `${POLICIES} policies over our own cost with one`,
    ours: at(OURS_POLICIES, "repeated"),
    theirs: at(OURS, "repeated"),
    most: 1.1,
  },
  {
    name: `${ISSUERS} issuers, unique tokens of the last`,
    ours: at(OURS_ISSUERS, "unique"),
    theirs: at(NATIVE_ISSUERS, "unique"),
    most: 0.05,
  },
  {
    name: `${ISSUERS} issuers over our own cost with one`,
    ours: at(OURS_ISSUERS, "unique"),
    theirs: at(OURS, "unique"),
    most: 1.1,
  },
  {
    name: "no token, denied (403)",
    ours: at(OURS, "no token"),
    theirs: at(NATIVE, "no token"),
    most: 2.5,
  },
  {
    name: "a malformed token (401)",
    ours: at(OURS, "malformed"),
    theirs: at(NATIVE, "malformed"),
    most: 2.5,
  },
];
