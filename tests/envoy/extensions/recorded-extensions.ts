// What real Istio makes of the cases, as `npm run referee` wrote it: the tests need no Go.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import type { Extension, Finding, Query } from "../../referee/client.js";
import type { Recording } from "../../referee/recording.js";
import { extensionCases } from "./cases.js";

export interface RecordedExtension {
  /** The YAML that Istio was asked about. */
  readonly resources: string;
  /** What the API server and istiod's webhook object to. */
  readonly findings: readonly Finding[];
  readonly extension: Extension;
}

const extensionsFile = join(repositoryRoot, "tests", "envoy", "data", "istio-extensions.json");

/** By the name of the case. */
export async function recordedExtensions(): Promise<Readonly<Record<string, RecordedExtension>>> {
  return JSON.parse(await readFile(extensionsFile, "utf8")) as Record<string, RecordedExtension>;
}

/** The answers for all cases, to be written down. */
export async function extensionsRecording(): Promise<Recording> {
  const resources = await Promise.all(extensionCases.map((one) => one.resources()));
  return {
    file: extensionsFile,
    queries: extensionCases.map(({ name, workload }, i): Query => ({
      id: name,
      resources: resources[i]!,
      workload,
      extension: true,
    })),
    text(answers) {
      const recorded = extensionCases.map(({ name }, i): [string, RecordedExtension] => {
        const { extension, findings = [], error } = answers[i]!;
        if (extension === undefined) throw new Error(`${name}: ${error ?? "no answer"}`);
        return [name, { resources: resources[i]!, findings, extension }];
      });
      return `${JSON.stringify(Object.fromEntries(recorded), withoutVersions, 1)}\n`;
    },
  };
}

/** Istio's store in memory takes the time for a resource's version. */
function withoutVersions(name: string, value: unknown): unknown {
  return name === "ISTIO_META_WASM_PLUGIN_RESOURCE_VERSION" ? "1" : value;
}
