// What `render` writes for every workload among a user's objects, each by itself.

import type { Filter } from "../evaluation/filter.js";
import { isObjectName, shortHash } from "../text/object-name.js";
import type { Finding } from "../findings/finding.js";
import type { Resource } from "../resources/resource.js";
import type { WorkloadPolicies } from "../workloads/workload-policies.js";
import { pluginKind } from "./formats.js";
import { workloadName } from "./kubernetes/workload-name.js";
import { overlappingPlugins, pluginName } from "./overlapping.js";
import { onceEach, renderWorkloads, type RenderOptions } from "./render-workloads.js";

export interface RenderedWorkload {
  readonly workload: WorkloadPolicies;
  /** The name of the file that is its own or, for workloads with the same labels, that of the first of them; undefined: nothing is written for it. */
  readonly file: string | undefined;
  /** Undefined where another has it. */
  readonly text: string | undefined;
  /** The file of an earlier workload that has the same text. */
  readonly sameAs: string | undefined;
}

export interface RenderedAll {
  readonly workloads: readonly RenderedWorkload[];
  /** Each once. With an error among them, what it is about is not written. */
  readonly findings: readonly Finding[];
}

/** Writes one configuration a workload; for those without policies, and those whose policies are refused, none. */
export async function renderAll(
  resources: readonly Resource[],
  workloads: readonly WorkloadPolicies[],
  options: Omit<RenderOptions, "workloads">,
  filter: Filter,
): Promise<RenderedAll> {
  const extension = options.format === "config" || options.json ? "json" : "yaml";
  const rendered: RenderedWorkload[] = [];
  const findings: Finding[] = [];
  /** Namespace and labels -> file: a plugin goes by labels, so that workloads with the same ones share it. */
  const files = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const workload of workloads) {
    findings.push(...workload.findings);
    const nothing = { workload, file: undefined, text: undefined, sameAs: undefined };
    if (workload.state !== "policies") {
      rendered.push(nothing);
      continue;
    }
    const identity = `${workload.options.namespace}/${workloadName(workload.options)}`;
    const shared = files.get(identity);
    if (shared !== undefined) {
      rendered.push({ ...nothing, file: shared });
      continue;
    }
    const one = await renderWorkloads(resources, { ...options, workloads: [workload.options] }, filter);
    findings.push(...one.findings);
    if (one.text === undefined) {
      rendered.push({
        ...nothing,
        workload: { ...workload, state: "refused", findings: errorsOf(one.findings) },
      });
      continue;
    }
    const file = `${fileName(workload)}.${extension}`;
    files.set(identity, file);
    rendered.push({ workload, file, text: one.text, sameAs: texts.get(one.text) });
    if (!texts.has(one.text)) texts.set(one.text, file);
  }
  const all = withoutOverlaps(resources, rendered, options);
  return { workloads: all.workloads, findings: onceEach([...findings, ...all.findings]) };
}

const errorsOf = (findings: readonly Finding[]) => findings.filter(({ severity }) => severity === "error");

/** Plugins for pods that they have in common, which is seen only where all are looked at together. Neither is written. */
function withoutOverlaps(
  resources: readonly Resource[],
  rendered: readonly RenderedWorkload[],
  { format }: Pick<RenderOptions, "format">,
): RenderedAll {
  const kind = pluginKind(format);
  if (kind === undefined) return { workloads: rendered, findings: [] };
  const resolved = rendered.flatMap(({ workload, text }) =>
    text === undefined ? [] : (workload.resolved ?? []),
  );
  const overlaps = overlappingPlugins(resources, resolved, kind, undefined);
  const certain = overlaps.filter(({ finding }) => finding.severity === "error");
  const refused = new Map(certain.flatMap(({ names, finding }) => names.map((name) => [name, finding])));
  const workloads = rendered.map((one): RenderedWorkload => {
    if (one.file === undefined) return one;
    const { resolved: its } = one.workload;
    const overlap = its === undefined ? undefined : refused.get(pluginName(its, kind, undefined));
    if (overlap === undefined) return one;
    const workload = { ...one.workload, state: "refused", findings: [overlap] } as const;
    return { workload, file: undefined, text: undefined, sameAs: undefined };
  });
  return { workloads, findings: overlaps.map(({ finding }) => finding) };
}

/** `foo.deployment.httpbin`: names of objects are the user's, and a file's name must lead nowhere else. */
function fileName({ found }: WorkloadPolicies): string {
  const { kind, namespace, name } = found.resource;
  const { service } = found.workload;
  const parts = [namespace, kind.toLowerCase(), name];
  if (service !== undefined) parts.push(service.kind.toLowerCase(), service.namespace, service.name);
  return parts.map((part) => (isObjectName(part) ? part : shortHash(part))).join(".");
}
