// What is updated: a listener with so many policies, native's filters or this one.

import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { onePolicy, onlyPolicies, scale } from "../../differential/cases/scale.js";
import { withPolicies } from "../curves/scaled-native.js";
import { readNative } from "../../differential/native/native-filters.js";
import { nativeFilters, ourFilter, type Variant } from "../listeners.js";

export const NATIVE = "native";
export const OURS = "jwt-policy";

export interface Subject {
  readonly filters: string;
  readonly policies: number;
  /** The listener in its version number `version`: each has a policy with a path of its own, so that none is the one before. */
  listener(version: number): Variant;
}

/** Both filters for each number of policies. */
export async function makeSubjects(sizes: readonly number[]): Promise<Subject[]> {
  const answer = (await readNative(scale)).get(onePolicy.name)!;
  const wasm = join(repositoryRoot, "build", "jwt-policy.wasm");
  const native = (policies: number, version: number): Variant => ({
    name: "updated",
    filters: withPolicies(nativeFilters(answer, false), policies, `/version-${version}`),
  });
  const ours = (policies: number, version: number): Variant => {
    const config = { ...onePolicy.config, ...onlyPolicies(policies, `/version-${version}`) };
    // In one VM, as plugins of a proxy in Istio are: what was configured before is still there while the next one comes.
    const policy = { name: "updated", config };
    return { name: "updated", filters: [ourFilter("updated", wasm, policy, {})] };
  };
  return sizes.flatMap((policies) => [
    { filters: NATIVE, policies, listener: (version) => native(policies, version) },
    { filters: OURS, policies, listener: (version) => ours(policies, version) },
  ]);
}
