// What Istio or the filter would refuse, and what they accept and people get wrong.

import type { Filter } from "./evaluation/filter.js";
import { inOrder, type Finding } from "./findings/finding.js";
import { InputError } from "./resources/input-error.js";
import { policiesIn, type Policy } from "./istio/policy.js";
import { lintResources } from "./lints/all-lints.js";
import { pluginConfig } from "./plugin-config/plugin-config.js";
import { checkPluginFile } from "./plugin-files/check-plugin-file.js";
import { pluginFilesIn } from "./plugin-files/plugin-file.js";
import { filterObjections } from "./resolution/filter-objections.js";
import { refusals } from "./resolution/refusals.js";
import { parseDocuments, parseResources } from "./resources/documents.js";
import type { SourceFile } from "./resources/source-file.js";
import { misnamedPolicies } from "./validation/misnamed-policies.js";
import { validatePolicy } from "./validation/validate-policy.js";

export interface CheckOptions {
  /** Of objects that name none. Default: default. */
  readonly namespace?: string;
  /** Of the mesh. Default: istio-system. */
  readonly rootNamespace?: string;
  /** Ids of checks to leave out: `JP210`. */
  readonly ignore?: readonly string[] | undefined;
}

/**
 * Every finding about texts, in the order of files and lines.
 * @throws InputError if a text is no YAML, or none of them has a policy or a configuration of the filter
 */
export async function check(
  sources: readonly SourceFile[],
  filter: Filter,
  { namespace = "default", rootNamespace = "istio-system", ignore = [] }: CheckOptions = {},
): Promise<Finding[]> {
  const resources = parseResources(sources, namespace);
  const policies = policiesIn(resources);
  const plugins = pluginFilesIn(parseDocuments(sources), sources);
  const misnamed = misnamedPolicies(resources);
  if (
    policies.length + misnamed.length + plugins.length === 0 &&
    resources.every(({ kind }) => kind !== "Service")
  ) {
    throw new InputError(
      "the files hold no RequestAuthentication, no AuthorizationPolicy and no configuration of the filter",
    );
  }
  const findings = [...misnamed, ...lintResources(resources, rootNamespace)];
  for (const plugin of plugins) findings.push(...(await checkPluginFile(plugin, filter)));
  for (const policy of policies) {
    const objections = validatePolicy(policy);
    findings.push(...objections);
    if (!objections.some(({ severity }) => severity === "error")) {
      findings.push(...(await filterRefusals(policy, filter)));
    }
  }
  const wanted = findings.filter(({ id }) => !ignore.includes(id));
  return inOrder(
    wanted,
    sources.map(({ file }) => file),
  );
}

/** What the filter refuses of a policy that Istio takes. CUSTOM can stay with Istio's native filter. */
async function filterRefusals(policy: Policy, filter: Filter): Promise<Finding[]> {
  const custom = refusals([policy]);
  if (custom.length > 0) return custom.map((one) => ({ ...one, severity: "note" }));
  const isAuthentication = policy.kind === "RequestAuthentication";
  const selection = {
    requestAuthentications: isAuthentication ? [policy] : [],
    authorizationPolicies: isAuthentication ? [] : [policy],
  };
  const config = pluginConfig(selection, new Map(), { trustDomain: undefined, aliases: [] });
  return filterObjections(filter, config, selection);
}
