// `render --all`: a file for each workload, and a table of which policies hit which.

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findingJson } from "../../policies/findings/finding.js";
import { renderAll, type RenderedWorkload } from "../../policies/render/render-all.js";
import type { RenderOptions } from "../../policies/render/render-workloads.js";
import { InputError } from "../../policies/resources/input-error.js";
import { jsonText } from "../../policies/text/printable.js";
import { workloadPolicies } from "../../policies/workloads/workload-policies.js";
import { workloadJson, workloadsText } from "../../policies/workloads/workloads-told.js";
import { loadFilter } from "../files/filter-file.js";
import { loadResources } from "../files/load.js";
import { fileFault } from "../files/source-files.js";
import { ExitCode } from "../terminal/exit-code.js";
import type { WorkloadFlags } from "../options/workload-options.js";
import type { Terminal } from "../terminal/terminal.js";
import { reportFindings } from "./report-findings.js";

/** Those of the verb's options that are not in its RenderOptions. */
export interface AllFlags extends Omit<WorkloadFlags, "for"> {
  readonly for?: readonly string[];
  readonly name?: string;
  /** A directory. */
  readonly output?: string;
}

/** Writes the files and the table. */
export async function renderEveryWorkload(
  paths: readonly string[],
  flags: AllFlags,
  options: Omit<RenderOptions, "workloads">,
  terminal: Terminal,
): Promise<ExitCode> {
  const { output } = flags;
  if (output === undefined) throw new InputError("--all writes a file for each workload: give -o directory");
  const alone = ["for", "name", "service", "serviceEntry", "gateway", "waypoint"] as const;
  const given = alone.find((name) => flags[name] !== undefined);
  if (given !== undefined) {
    const option = given.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
    throw new InputError(`--${option} is about one workload, and --all about every one`);
  }
  const { resources, sources } = await loadResources(paths, flags.namespace, terminal);
  const mesh = {
    rootNamespace: flags.rootNamespace,
    trust: { trustDomain: flags.trustDomain, aliases: flags.trustDomainAlias ?? [] },
    strict: flags.strict === true,
  };
  const found = workloadPolicies(resources, mesh);
  if (found.length === 0) {
    throw new InputError(
      "the files hold no workload: give the Deployments, Services or Gateways too, or name one with --for",
    );
  }
  const { workloads, findings } = await renderAll(resources, found, options, await loadFilter());
  await write(output, workloads);
  const files = new Map(workloads.map((one) => [one.workload, fileText(one)]));
  const all = workloads.map(({ workload }) => workload);
  if (options.json) {
    terminal.write(
      jsonText({
        workloads: workloads.map(({ workload, file, sameAs }) => ({
          ...workloadJson(workload),
          ...(file === undefined ? {} : { file }),
          ...(sameAs === undefined ? {} : { sameAs }),
        })),
        findings: findings.map(findingJson),
      }),
    );
  } else {
    reportFindings(findings, sources, false, terminal);
    terminal.write(workloadsText(all, terminal.colours, (one) => files.get(one)));
  }
  await tellLeftovers(output, workloads, terminal);
  const isRefused = findings.some(({ severity }) => severity === "error");
  return isRefused || workloads.every(({ file }) => file === undefined) ? ExitCode.findings : ExitCode.ok;
}

const fileText = ({ file, sameAs }: RenderedWorkload): string | undefined =>
  sameAs === undefined ? file : `${file ?? ""} (the same as ${sameAs})`;

async function write(directory: string, workloads: readonly RenderedWorkload[]): Promise<void> {
  const failed = (error: unknown): never => {
    throw new InputError(`cannot write to ${directory}: ${fileFault(error)}`);
  };
  await mkdir(directory, { recursive: true }).catch(failed);
  for (const { file, text } of workloads) {
    if (file !== undefined && text !== undefined) await writeFile(join(directory, file), text).catch(failed);
  }
}

/** A file of a workload that is gone would go on to be applied with the others. */
async function tellLeftovers(
  directory: string,
  workloads: readonly RenderedWorkload[],
  terminal: Terminal,
): Promise<void> {
  const written = new Set(workloads.map(({ file }) => file));
  const others = (await readdir(directory))
    .filter((name) => /^[^.]+\.[a-z]+\..*\.(yaml|json)$/.test(name) && !written.has(name))
    .sort();
  if (others.length > 0)
    terminal.writeError(
      `jwt-policy: not written now, left as before: ${others.join(", ")} in ${directory}\n`,
    );
}
