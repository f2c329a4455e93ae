// What a local Envoy is started with: policies or a configuration of the filter, accepted by the filter, in a bootstrap.

import type { Filter } from "../../policies/evaluation/filter.js";
import { checkGivenKeys } from "../../policies/evaluation/given-key-sets.js";
import { withGivenKeys, type GivenKeys } from "../../policies/evaluation/given-keys.js";
import { originsInPolicies, type Origins } from "../../policies/explanation/origin.js";
import { subjectIn } from "../../policies/explanation/subject.js";
import type { Finding } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import { wasmPath } from "../files/package-files.js";
import { issuerOf, jwtRulesIn } from "../../policies/plugin-config/jwt-rules.js";
import { envoyBootstrap, type BootstrapOptions } from "../../policies/render/envoy/envoy-bootstrap.js";
import { filterObjections } from "../../policies/resolution/filter-objections.js";
import type { PluginConfig } from "../../policies/plugin-config/plugin-config.js";
import { resolvePolicies, type WorkloadOptions } from "../../policies/resolution/resolve.js";
import {
  standaloneConfig,
  standaloneOf,
  type StandaloneConfig,
} from "../../policies/render/envoy/standalone-config.js";
import { parseResources } from "../../policies/documents/documents.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { requestLogFormat } from "./request-lines.js";

export interface LocalRunOptions extends Pick<
  BootstrapOptions,
  "upstream" | "listener" | "admin" | "caFile"
> {
  /** Undefined: the files hold a configuration of the filter. */
  readonly workload: WorkloadOptions | undefined;
  /** Of objects that name none. */
  readonly namespace: string;
  /** Whether an Envoy with such a configuration stands at the edge; that of a workload is known from its labels and objects. */
  readonly isGateway: boolean;
  /** Key sets in place of those that the rules of these issuers fetch or hold. */
  readonly keys: GivenKeys;
}

export type Preparation =
  | {
      readonly kind: "ready";
      readonly config: PluginConfig;
      readonly bootstrap: string;
      /** Where the rules stand in the user's files. */
      readonly places: Origins;
      /** CUSTOM policies, which the native filter would enforce. */
      readonly warnings: readonly Finding[];
    }
  /** What Istio, `render` or the filter refuses. */
  | { readonly kind: "refused"; readonly findings: readonly Finding[] };

/**
 * Reads what the files hold and asks the filter about it: an Envoy whose filter refuses its configuration would not tell where.
 * @throws InputError if a key set is given for an issuer that no rule has, or the files hold something else
 */
export async function prepare(
  sources: readonly SourceFile[],
  options: LocalRunOptions,
  filter: Filter,
): Promise<Preparation> {
  const { workload, namespace } = options;
  if (workload === undefined) {
    const subject = await subjectIn(sources, { workload, namespace }, filter);
    if (subject.kind === "refused") return { kind: "refused", findings: subject.findings };
    const standalone = standaloneOf(subject.configuration);
    const config = await readyConfig(standalone, options, filter);
    const named = { isGateway: options.isGateway, filterName: "jwt-policy" };
    return ready(config, standalone, { ...options, ...named }, subject.origins, []);
  }
  const { resolved, findings } = resolvePolicies(parseResources(sources, namespace), workload);
  if (resolved === undefined) return { kind: "refused", findings };
  const standalone = standaloneConfig(resolved, workload);
  const config = await readyConfig(standalone, options, filter);
  const refused = await filterObjections(filter, config, resolved.selection);
  if (refused.length > 0) return { kind: "refused", findings: refused };
  const named = {
    isGateway: resolved.isGateway,
    filterName: `${resolved.workload.namespace}.jwt-policy`,
  };
  const places = originsInPolicies(resolved.selection);
  return ready(config, standalone, { ...options, ...named }, places, resolved.leftToNative);
}

/** With the keys that are given, and leaving in filter state what the access log prints. */
async function readyConfig(
  { config }: StandaloneConfig,
  { keys }: LocalRunOptions,
  filter: Filter,
): Promise<PluginConfig> {
  checkIssuers(config, keys);
  await checkGivenKeys(filter, keys, "--jwks");
  return { ...withGivenKeys({ ...config }, keys), accessLog: true };
}

function ready(
  config: PluginConfig,
  { origins }: StandaloneConfig,
  options: Omit<BootstrapOptions, "origins" | "wasm">,
  places: Origins,
  warnings: readonly Finding[],
): Preparation {
  const bootstrap = envoyBootstrap(config, {
    ...options,
    origins,
    wasm: wasmPath,
    accessLog: requestLogFormat,
  });
  return { kind: "ready", config, bootstrap: JSON.stringify(bootstrap), places, warnings };
}

function checkIssuers(config: PluginConfig, keys: GivenKeys): void {
  const issuers = jwtRulesIn(config).flatMap((rule) => issuerOf(rule) ?? []);
  for (const name of keys.keys()) {
    if (issuers.includes(name)) continue;
    const there = issuers.length === 0 ? "there is none with an issuer" : `there are ${issuers.join(", ")}`;
    throw new InputError(`--jwks ${name}: no rule for this workload has this issuer; ${there}`);
  }
}
