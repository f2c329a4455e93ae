// What a request is explained by: the policies of a workload, or a plugin configuration.

import { selectionOf } from "../istio/selection.js";
import type { Filter } from "../evaluation/filter.js";
import { InputError } from "../resources/input-error.js";
import type { Finding } from "../findings/finding.js";
import { policiesIn } from "../istio/policy.js";
import { isObject } from "../resources/json.js";
import { checkPluginFile } from "../plugin-files/check-plugin-file.js";
import { pluginFilesIn } from "../plugin-files/plugin-file.js";
import { leftOut } from "../resolution/left-out.js";
import { workloadConfiguration } from "../resolution/workload-configuration.js";
import type { SourceFile } from "../resources/source-file.js";
import { pluginConfig } from "../plugin-config/plugin-config.js";
import type { Resolved, WorkloadOptions } from "../resolution/resolve.js";
import { resourceName, type Resource } from "../resources/resource.js";
import { parseDocuments, parseResources } from "../documents/documents.js";
import { toJson, type JsonObject } from "../resources/tree.js";
import type { ElsewhereAuthentication } from "./question.js";
import { originsInConfiguration, originsInPolicies, type Origins } from "./origin.js";

export type Subject =
  | {
      readonly kind: "ready";
      readonly configuration: JsonObject;
      readonly origins: Origins;
      readonly elsewhere: readonly ElsewhereAuthentication[];
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

/** Which workload the files are asked about, and in which namespace objects are that name none. */
export interface SubjectFields {
  /** Undefined: the files hold a configuration of the filter. */
  readonly workload: WorkloadOptions | undefined;
  readonly namespace: string;
}

/**
 * What is in the texts.
 * @throws InputError if it is not one thing
 */
export async function subjectIn(
  sources: readonly SourceFile[],
  { workload, namespace }: SubjectFields,
  filter: Filter,
): Promise<Subject> {
  return workload === undefined
    ? configurationIn(sources, namespace, filter)
    : policiesOf(sources, workload, namespace, filter);
}

async function policiesOf(
  sources: readonly SourceFile[],
  workload: WorkloadOptions,
  namespace: string,
  filter: Filter,
): Promise<Subject> {
  const resources = parseResources(sources, namespace);
  const read = await workloadConfiguration(resources, workload, filter);
  if (read.kind === "refused") return { ...read, sources };
  const { configuration, resolved } = read;
  const origins = originsInPolicies(resolved.selection);
  const elsewhere = authenticationsElsewhere(resources, resolved);
  return {
    kind: "ready",
    configuration,
    origins,
    elsewhere,
    warnings: leftOut(resources, resolved),
    sources,
  };
}

/** RequestAuthentications that somebody may have meant for this workload. */
function authenticationsElsewhere(
  resources: readonly Resource[],
  resolved: Resolved,
): ElsewhereAuthentication[] {
  const { selection, workload } = resolved;
  const applied = new Set(selection.requestAuthentications.map(({ resource }) => resource));
  const others = policiesIn(resources).filter(
    ({ kind, resource }) => kind === "RequestAuthentication" && !applied.has(resource),
  );
  return others.slice(0, 8).flatMap((policy): ElsewhereAuthentication[] => {
    const { resource, matchLabels } = policy;
    const [entry] =
      pluginConfig(selectionOf([policy]), new Map(), resolved.trust).requestAuthentications ?? [];
    if (entry === undefined) return [];
    const why =
      resource.namespace !== workload.namespace
        ? `is in the namespace ${resource.namespace}, and the workload in ${workload.namespace}`
        : `selects ${[...(matchLabels ?? [])].map(([label, value]) => `${label}=${value}`).join(",") || "by targetRefs"}, which this workload has not`;
    return [{ name: resourceName(resource), why, entry }];
  });
}

async function configurationIn(
  sources: readonly SourceFile[],
  namespace: string,
  filter: Filter,
): Promise<Subject> {
  const [plugin, ...others] = pluginFilesIn(parseDocuments(sources), sources);
  if (plugin === undefined) {
    const hasPolicies = policiesIn(parseResources(sources, namespace)).length > 0;
    throw new InputError(
      hasPolicies
        ? "the files hold policies: name the workload that they are for, as --for foo/app=httpbin"
        : "the files hold no policies and no configuration of the filter",
    );
  }
  if (others.length > 0) {
    const names = [plugin, ...others].map(({ name }) => name).join(", ");
    throw new InputError(`the files hold several configurations of the filter: ${names}; give one`);
  }
  const findings = (await checkPluginFile(plugin, filter)).filter(({ severity }) => severity === "error");
  const configuration = plugin.configuration === undefined ? undefined : toJson(plugin.configuration);
  if (findings.length > 0 || plugin.configuration === undefined || !isObject(configuration)) {
    return { kind: "refused", findings, sources };
  }
  const origins = originsInConfiguration(plugin.configuration);
  return { kind: "ready", configuration, origins, elsewhere: [], warnings: [], sources };
}
