// The JWT rules that a token is held against: those of a workload, of a plugin configuration, or of all policies in the files.

import { selectionOf } from "../istio/selection.js";
import type { Filter } from "../evaluation/filter.js";
import { originsInPolicies, type Origins } from "../explanation/origin.js";
import { subjectIn, type SubjectFields } from "../explanation/subject.js";
import type { Finding } from "../findings/finding.js";
import { policiesIn } from "../istio/policy.js";
import { noTrust, pluginConfig } from "../plugin-config/plugin-config.js";
import { parseResources } from "../documents/documents.js";
import type { SourceFile } from "../resources/source-file.js";
import type { JsonObject } from "../resources/tree.js";

export type FoundRules =
  | { readonly kind: "ready"; readonly configuration: JsonObject; readonly origins: Origins }
  | { readonly kind: "refused"; readonly findings: readonly Finding[] };

/**
 * Finds them. Without a workload, every RequestAuthentication in the files counts, whomever it selects.
 * @throws InputError if the files hold neither policies nor a configuration of the filter
 */
export async function tokenPolicies(
  sources: readonly SourceFile[],
  fields: SubjectFields,
  filter: Filter,
): Promise<FoundRules> {
  if (fields.workload === undefined) {
    const all = policiesIn(parseResources(sources, fields.namespace));
    if (all.length > 0) {
      const selection = selectionOf(all.filter(({ kind }) => kind === "RequestAuthentication"));
      const configuration = { ...pluginConfig(selection, new Map(), noTrust) };
      return { kind: "ready", configuration, origins: originsInPolicies(selection) };
    }
  }
  return subjectIn(sources, fields, filter);
}
