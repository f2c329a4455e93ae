// What a local Envoy is started with: the policies of a workload, resolved and accepted by the filter, in a bootstrap.

import type { Filter } from "../../policies/evaluation/filter.js";
import { checkGivenKeys } from "../../policies/evaluation/given-key-sets.js";
import { withGivenKeys, type GivenKeys } from "../../policies/evaluation/given-keys.js";
import type { Finding } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import { wasmPath } from "../files/package-files.js";
import { issuerOf, jwtRulesIn } from "../../policies/plugin-config/jwt-rules.js";
import { envoyBootstrap, type BootstrapOptions } from "../../policies/render/envoy/envoy-bootstrap.js";
import { filterObjections } from "../../policies/resolution/filter-objections.js";
import type { PluginConfig } from "../../policies/plugin-config/plugin-config.js";
import { resolvePolicies, type WorkloadOptions } from "../../policies/resolution/resolve.js";
import { standaloneConfig } from "../../policies/render/envoy/standalone-config.js";
import type { Resource } from "../../policies/resources/resource.js";

export interface LocalRunOptions
  extends WorkloadOptions, Pick<BootstrapOptions, "upstream" | "listener" | "admin" | "caFile"> {
  /** Key sets in place of those that the rules of these issuers fetch or hold. */
  readonly keys: GivenKeys;
}

export type Preparation =
  | {
      readonly kind: "ready";
      readonly config: PluginConfig;
      readonly bootstrap: string;
      /** CUSTOM policies, which the native filter would enforce. */
      readonly warnings: readonly Finding[];
    }
  /** What Istio, `render` or the filter refuses. */
  | { readonly kind: "refused"; readonly findings: readonly Finding[] };

/**
 * Resolves the policies and asks the filter about them: an Envoy whose filter refuses its configuration would not tell where.
 * @throws InputError if a key set is given for an issuer that no rule has
 */
export async function prepare(
  resources: readonly Resource[],
  options: LocalRunOptions,
  filter: Filter,
): Promise<Preparation> {
  const { resolved, findings } = resolvePolicies(resources, options);
  if (resolved === undefined) return { kind: "refused", findings };
  const { config: asWritten, origins } = standaloneConfig(resolved, options);
  checkIssuers(asWritten, options.keys);
  await checkGivenKeys(filter, options.keys, "--jwks");
  const config = withGivenKeys({ ...asWritten }, options.keys);
  const refused = await filterObjections(filter, config, resolved.selection);
  if (refused.length > 0) return { kind: "refused", findings: refused };
  const { workload, isGateway } = resolved;
  const filterName = `${workload.namespace}.jwt-policy`;
  const bootstrap = envoyBootstrap(config, { ...options, origins, isGateway, filterName, wasm: wasmPath });
  return { kind: "ready", config, bootstrap: JSON.stringify(bootstrap), warnings: resolved.leftToNative };
}

function checkIssuers(config: PluginConfig, keys: GivenKeys): void {
  const issuers = jwtRulesIn(config).flatMap((rule) => issuerOf(rule) ?? []);
  for (const name of keys.keys()) {
    if (issuers.includes(name)) continue;
    const there = issuers.length === 0 ? "there is none with an issuer" : `there are ${issuers.join(", ")}`;
    throw new InputError(`--jwks ${name}: no rule for this workload has this issuer; ${there}`);
  }
}
