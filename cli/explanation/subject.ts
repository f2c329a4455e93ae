// What a request is explained by: the policies of a workload, or a plugin configuration.

import type { Filter } from "../evaluation/filter.js";
import { UsageError } from "../exit-code.js";
import type { Finding } from "../findings.js";
import { policiesIn } from "../istio/policy.js";
import { isObject } from "../plugin-configuration.js";
import { checkPluginFile } from "../plugin-files/check-plugin-file.js";
import { pluginFilesIn } from "../plugin-files/plugin-file.js";
import { leftOut } from "../render/left-out.js";
import { workloadConfiguration } from "../render/workload-configuration.js";
import { readSources, type SourceFile } from "../resources/files.js";
import { parseDocuments, parseResources } from "../resources/load.js";
import { toJson, type JsonObject } from "../resources/tree.js";
import type { Terminal } from "../terminal.js";
import { readWorkloadOptions, type WorkloadFlags } from "../workload-options.js";
import { originsInConfiguration, originsInPolicies, type Origins } from "./origin.js";

export interface SubjectFlags extends Omit<WorkloadFlags, "for"> {
  for?: string;
  config?: string;
}

export type Subject =
  | {
      readonly kind: "ready";
      readonly configuration: JsonObject;
      readonly origins: Origins;
      /** About policies that may be meant, and are not in it. */
      readonly warnings: readonly Finding[];
      readonly sources: readonly SourceFile[];
    }
  /** What Istio, `render` or the filter refuses. */
  | {
      readonly kind: "refused";
      readonly findings: readonly Finding[];
      readonly sources: readonly SourceFile[];
    };

/**
 * Reads what the arguments name.
 * @throws UsageError if it cannot be read, or is not one thing
 */
export async function readSubject(
  paths: readonly string[],
  flags: SubjectFlags,
  filter: Filter,
  terminal: Terminal,
): Promise<Subject> {
  const files = flags.config === undefined ? paths : [...paths, flags.config];
  if (files.length === 0) throw new UsageError("explain needs files with policies, or --config; see --help");
  if (flags.config !== undefined && flags.for !== undefined) {
    throw new UsageError("--config and --for exclude each other: a plugin configuration is of one workload");
  }
  const sources = await readSources(files, terminal);
  return flags.for === undefined
    ? configurationIn(sources, flags, filter)
    : policiesOf(sources, { ...flags, for: flags.for }, filter);
}

async function policiesOf(
  sources: readonly SourceFile[],
  flags: WorkloadFlags,
  filter: Filter,
): Promise<Subject> {
  const resources = parseResources(sources, flags.namespace);
  const read = await workloadConfiguration(resources, readWorkloadOptions(flags), filter);
  if (read.kind === "refused") return { ...read, sources };
  const { configuration, resolved } = read;
  const origins = originsInPolicies(resolved.selection);
  return { kind: "ready", configuration, origins, warnings: leftOut(resources, resolved), sources };
}

async function configurationIn(
  sources: readonly SourceFile[],
  { namespace }: SubjectFlags,
  filter: Filter,
): Promise<Subject> {
  const [plugin, ...others] = pluginFilesIn(parseDocuments(sources), sources);
  if (plugin === undefined) {
    const hasPolicies = policiesIn(parseResources(sources, namespace)).length > 0;
    throw new UsageError(
      hasPolicies
        ? "the files hold policies: name the workload that they are for, as --for foo/app=httpbin"
        : "the files hold no policies and no configuration of the filter",
    );
  }
  if (others.length > 0) {
    const names = [plugin, ...others].map(({ name }) => name).join(", ");
    throw new UsageError(`the files hold several configurations of the filter: ${names}; give one`);
  }
  const findings = (await checkPluginFile(plugin, filter)).filter(({ severity }) => severity === "error");
  const configuration = plugin.configuration === undefined ? undefined : toJson(plugin.configuration);
  if (findings.length > 0 || plugin.configuration === undefined || !isObject(configuration)) {
    return { kind: "refused", findings, sources };
  }
  const origins = originsInConfiguration(plugin.configuration);
  return { kind: "ready", configuration, origins, warnings: [], sources };
}
