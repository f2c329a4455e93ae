// Texts that hold a configuration of the filter in place of policies: a WasmPlugin, an Envoy configuration, the configuration alone.

import { policiesIn } from "../../policies/istio/policy.js";
import { pluginFilesIn } from "../../policies/plugin-files/plugin-file.js";
import { readDocuments } from "../../policies/documents/documents.js";
import { readResource } from "../../policies/resources/resource.js";
import type { SourceFile } from "../../policies/resources/source-file.js";

/** The file that has it; undefined where there is a policy, or no configuration. */
export function configurationFile(files: readonly SourceFile[]): string | undefined {
  const { documents } = readDocuments(files);
  const resources = documents.flatMap((document) => readResource(document, "default") ?? []);
  if (policiesIn(resources).length > 0) return undefined;
  return pluginFilesIn(documents, files)[0]?.document.at.file;
}
