// What a suite tests, as a plugin configuration: the policies of its workload, or the configuration that it gives.

import { faultsOf, type Filter } from "../../evaluation/filter.js";
import { InputError } from "../../resources/input-error.js";
import type { Finding } from "../../findings/finding.js";
import { pluginFilesIn } from "../../plugin-files/plugin-file.js";
import { workloadConfiguration } from "../../resolution/workload-configuration.js";
import type { SourceFile } from "../../resources/source-file.js";
import { parseResources } from "../../documents/documents.js";
import type { UserFiles } from "../../resources/user-files.js";
import { readWorkloadFields } from "../../resolution/workload-fields.js";
import { parseYaml } from "../../documents/parse-yaml.js";
import { positionText } from "../../resources/position.js";
import { toJson, type JsonObject, type Tree } from "../../resources/tree.js";
import { pathFrom } from "../suite/path-from.js";
import { isTestFileName } from "../suite/suites.js";
import type { Suite } from "../suite/suite.js";

export interface ResolvedSubject {
  readonly configuration: JsonObject;
  /** CUSTOM policies, which the native filter would enforce. */
  readonly warnings: readonly Finding[];
  /** The documents of the policies in it, for places in the user's files: AuthorizationPolicies in the configuration's order. */
  readonly authorizationPolicies: readonly Tree[];
  readonly requestAuthentications: readonly Tree[];
}

/** Why no test of a suite can be run. */
export interface Refusal {
  /** policies: Istio or the filter refuses them. input: the test file, or something that it names, cannot be read or used. */
  readonly kind: "policies" | "input";
  readonly findings: readonly Finding[];
  readonly sources: readonly SourceFile[];
  /** About a configuration that the suite gives, the filter's own words, each with the place. Of input, what is wrong with it. */
  readonly faults: readonly string[];
}

export class PoliciesRefusedError extends Error {
  override readonly name = "PoliciesRefusedError";

  constructor(readonly refusal: Refusal) {
    super("the policies are refused");
  }
}

/**
 * Resolves what a suite tests, and asks the filter whether it takes it.
 * @param strict whether CUSTOM policies are refused; if not, they are left out with a warning
 * @throws InputError if it cannot be read; PoliciesRefusedError
 */
export async function resolveSubject(
  { file, subject }: Pick<Suite, "file" | "subject">,
  filter: Filter,
  files: UserFiles,
  strict = false,
): Promise<ResolvedSubject> {
  if (subject.kind === "config") {
    const { config } = subject;
    const configuration =
      typeof config === "string" ? await readConfig(pathFrom(file, config), files) : config;
    const faults = await faultsOf(filter, configuration);
    if (faults.length > 0)
      throw new PoliciesRefusedError({ kind: "policies", findings: [], sources: [], faults });
    return { configuration, warnings: [], authorizationPolicies: [], requestAuthentications: [] };
  }
  const { workload, paths } = subject;
  const options = { ...readWorkloadFields(workload), strict };
  const named = paths.map((path) => pathFrom(file, path));
  // Tests lie beside the policies: a broken one of another suite is none of this one's business.
  const sources = (await files.read(named)).filter(
    ({ file }) => !isTestFileName(file) || named.includes(file),
  );
  const resources = parseResources(sources, workload.namespace);
  const read = await workloadConfiguration(resources, options, filter);
  if (read.kind === "refused")
    throw new PoliciesRefusedError({ ...read, kind: "policies", sources, faults: [] });
  const { selection } = read.resolved;
  return {
    configuration: read.configuration,
    warnings: read.resolved.leftToNative,
    authorizationPolicies: selection.authorizationPolicies.map(({ spec }) => spec),
    requestAuthentications: selection.requestAuthentications.map(({ spec }) => spec),
  };
}

async function readConfig(file: string, files: UserFiles): Promise<JsonObject> {
  const text = await files.text(file).catch((error: unknown) => {
    throw new InputError(`config: cannot read ${file}: ${(error as Error).message}`);
  });
  const { documents, faults } = parseYaml(text, file);
  const [fault] = faults;
  if (fault !== undefined) throw new InputError(`${positionText(fault.at)}: ${fault.message}`);
  const [plugin, ...others] = pluginFilesIn(documents, [{ file, text }]);
  if (others.length > 0) {
    const names = [plugin!, ...others].map(({ name }) => name).join(", ");
    throw new InputError(`config: ${file} holds several configurations of the filter: ${names}; give one`);
  }
  // Of nothing that looks like one the filter says what is missing.
  const [document, ...more] = documents;
  const configuration = plugin?.configuration ?? (more.length === 0 ? document : undefined);
  if (configuration?.kind !== "map") {
    throw new InputError(`config: ${file} holds no plugin configuration, which is one object`);
  }
  return toJson(configuration) as JsonObject;
}
