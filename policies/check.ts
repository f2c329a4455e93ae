// What Istio or the filter would refuse, and what they accept and people get wrong.

import { selectionOf } from "./istio/selection.js";
import type { Filter } from "./evaluation/filter.js";
import { checkExtensions } from "./plugin-files/check-extensions.js";
import { extensionsIn } from "./extensions/extensions-object.js";
import { inOrder, type Finding } from "./findings/finding.js";
import { withoutSilenced } from "./findings/silenced.js";
import { faultFinding } from "./findings/unreadable.js";
import { InputError } from "./resources/input-error.js";
import { istioVersion } from "./policy-model/istio-version.js";
import { policiesIn, type Policy } from "./istio/policy.js";
import { lintResources } from "./lints/all-lints.js";
import { noTrust, pluginConfig } from "./plugin-config/plugin-config.js";
import { checkPluginFile } from "./plugin-files/check-plugin-file.js";
import { pluginFilesIn } from "./plugin-files/plugin-file.js";
import { filterObjections, isAccepted } from "./resolution/filter-objections.js";
import { refusals } from "./resolution/refusals.js";
import { readDocuments, templateRemedy, type SourceFault } from "./documents/documents.js";
import { positionText } from "./resources/position.js";
import { readResource } from "./resources/resource.js";
import type { SourceFile } from "./resources/source-file.js";
import { misnamedPolicies } from "./validation/misnamed-policies.js";
import { workloadPolicies, type WorkloadPolicies } from "./workloads/workload-policies.js";
import { validatePolicy } from "./validation/validate-policy.js";

export interface CheckOptions {
  /** Of objects that name none. Default: default. */
  readonly namespace?: string;
  /** Of the mesh. Default: istio-system. */
  readonly rootNamespace?: string;
  /** The Istio that is to take the policies, `1.31`; fields that it does not have are findings. Default: the newest that is known. */
  readonly istioVersion?: string | undefined;
  /** Ids of checks to leave out: `JP210`. */
  readonly ignore?: readonly string[] | undefined;
  /** Whether to say which policies hit which workload. Default: no. */
  readonly workloads?: boolean | undefined;
}

/** What there was to check. */
export interface CheckedCounts {
  /** RequestAuthentications and AuthorizationPolicies, and what stands beside them. */
  readonly policies: number;
  /** Configurations of the filter. */
  readonly configurations: number;
  /** Other objects: workloads, Services, Gateways. */
  readonly others: number;
  readonly files: number;
}

export interface Checked {
  readonly findings: Finding[];
  readonly counts: CheckedCounts;
  /** Findings that a comment or an annotation has silenced. */
  readonly silenced: number;
  /** Undefined: nobody asked. */
  readonly workloads: readonly WorkloadPolicies[] | undefined;
}

/**
 * Every finding about texts, in the order of files and lines. A text that cannot be read is a finding; the others have theirs.
 * @throws InputError if none of them has a policy or a configuration of the filter
 */
export async function check(
  sources: readonly SourceFile[],
  filter: Filter,
  options: CheckOptions = {},
): Promise<Finding[]> {
  return (await checkSources(sources, filter, options)).findings;
}

/** What `check` does, and what it has read. */
export async function checkSources(
  sources: readonly SourceFile[],
  filter: Filter,
  {
    namespace = "default",
    rootNamespace = "istio-system",
    ignore = [],
    istioVersion: istio,
    workloads,
  }: CheckOptions = {},
): Promise<Checked> {
  const version = istio === undefined ? undefined : istioVersion(istio);
  if (istio !== undefined && version === undefined)
    throw new InputError(`Istio version ${istio}: expected one such as 1.31`);
  const { documents, faults } = readDocuments(sources);
  const resources = documents.flatMap((document) => readResource(document, namespace) ?? []);
  const policies = policiesIn(resources);
  const plugins = pluginFilesIn(documents, sources);
  const extensions = extensionsIn(resources);
  const misnamed = misnamedPolicies(resources);
  if (
    policies.length + extensions.length + misnamed.length + plugins.length === 0 &&
    resources.every(({ kind }) => kind !== "Service") &&
    faults.every(({ kind }) => kind === "template")
  ) {
    throw nothingToCheck(faults);
  }
  const findings = [
    ...faults.map(faultFinding),
    ...misnamed,
    ...lintResources(resources, rootNamespace, version),
    ...(await refusedByFilter(policies, filter)),
    ...(await checkExtensions(extensions, policies, filter)),
  ];
  for (const plugin of plugins) findings.push(...(await checkPluginFile(plugin, filter)));
  const heard = withoutSilenced(findings, sources, resources);
  const wanted = heard.filter(({ id }) => !ignore.includes(id));
  return {
    findings: inOrder(
      wanted,
      sources.map(({ file }) => file),
    ),
    counts: {
      policies: policies.length + extensions.length,
      configurations: plugins.length,
      others: resources.length - policies.length - extensions.length,
      files: sources.length,
    },
    silenced: findings.length - heard.length,
    // Trust domains decide nothing about which policies apply.
    workloads:
      workloads === true ? workloadPolicies(resources, { rootNamespace, trust: noTrust }) : undefined,
  };
}

function nothingToCheck(templates: readonly SourceFault[]): InputError {
  const nothing =
    "the files hold no RequestAuthentication, no AuthorizationPolicy and no configuration of the filter";
  if (templates.length === 0) return new InputError(nothing);
  const lines = templates.map(({ at, message }) => `${positionText(at)}: ${message}`);
  return new InputError([nothing, ...lines, templateRemedy].join("\n  "));
}

/** What Istio objects to, and where it does not, the filter. */
async function refusedByFilter(policies: readonly Policy[], filter: Filter): Promise<Finding[]> {
  const findings: Finding[] = [];
  const accepted: Policy[] = [];
  for (const policy of policies) {
    const objections = validatePolicy(policy);
    findings.push(...objections);
    if (objections.some(({ severity }) => severity === "error")) continue;
    // CUSTOM can stay with Istio's native filter.
    const custom = refusals([policy]);
    if (custom.length > 0) findings.push(...custom.map((one) => ({ ...one, severity: "note" as const })));
    else accepted.push(policy);
  }
  for (let i = 0; i < accepted.length; i += POLICIES_A_VM)
    findings.push(...(await filterRefusals(accepted.slice(i, i + POLICIES_A_VM), filter)));
  return findings;
}

/** A VM is a third of the time of checking one policy; measured: 250 to a VM took half the time of 2,000 policies, as 500 did. */
const POLICIES_A_VM = 250;

/** What the filter refuses of policies that Istio takes. Together first; where it refuses that, the halves, so that no policy answers for another. */
async function filterRefusals(policies: readonly Policy[], filter: Filter): Promise<Finding[]> {
  const selection = selectionOf(policies);
  const config = pluginConfig(selection, new Map(), noTrust);
  if (policies.length <= 1) return filterObjections(filter, config, selection);
  if (await isAccepted(filter, config)) return [];
  const half = Math.ceil(policies.length / 2);
  return [
    ...(await filterRefusals(policies.slice(0, half), filter)),
    ...(await filterRefusals(policies.slice(half), filter)),
  ];
}
