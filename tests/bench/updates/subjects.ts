// What is updated: a listener with so many policies, native's filters or this one.

import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { numberedPath, onePolicy, onlyPolicies, scale } from "../../differential/cases/scale.js";
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
  const native = (policies: number, version: number): Variant => {
    const filters = structuredClone(nativeFilters(answer, false)) as { name: string; typed_config: Rbac }[];
    const { rules } = filters.find(({ name }) => name === "envoy.filters.http.rbac")!.typed_config;
    // Of the recorded answer for one policy as many as are wanted: Istio writes the others of the same kind alike, with their own paths.
    const [one] = Object.values(rules.policies).map((policy) => JSON.stringify(policy));
    for (let i = 0; i < policies; i++) {
      const path = i === policies - 1 ? `/version-${version}` : numberedPath(i);
      const policy: unknown = JSON.parse(one!.replace('"exact":"/headers"', `"exact":"${path}"`));
      rules.policies[`ns[foo]-policy[p${i}]-rule[0]`] = policy;
    }
    return { name: "updated", filters };
  };
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

interface Rbac {
  rules: { policies: Record<string, unknown> };
}
