// What is wrong with JWTPolicyExtensions: by themselves, and beside the JWT rules that they speak of.

import type { Filter } from "../evaluation/filter.js";
import type { Finding } from "../findings/finding.js";
import type { Attached, Policy } from "../istio/policy.js";
import { noTrust, pluginConfig } from "../plugin-config/plugin-config.js";
import { selectionOf } from "../istio/selection.js";
import { resourceName } from "../resources/resource.js";
import { toJson, type JsonObject } from "../resources/tree.js";
import { configurationViolations } from "../schema/configuration-violations.js";
import { asConfiguration, extensionsFaults } from "../validation/extensions-faults.js";
import { validatePolicy } from "../validation/validate-policy.js";
import { filterFaults } from "./filter-faults.js";

/** Every finding about them. @param policies all of the files, whomever they select: which workload is meant is not known here */
export async function checkExtensions(
  objects: readonly Attached[],
  policies: readonly Policy[],
  filter: Filter,
): Promise<Finding[]> {
  if (objects.length === 0) return [];
  const sound = policies.filter(
    (one) =>
      one.kind === "RequestAuthentication" &&
      validatePolicy(one).every(({ severity }) => severity !== "error"),
  );
  const beside: JsonObject = { ...pluginConfig(selectionOf(sound), new Map(), noTrust) };
  const findings: Finding[] = [];
  for (const object of objects) {
    const faults = extensionsFaults(object);
    findings.push(...faults);
    if (faults.length > 0) continue;
    const tree = asConfiguration(object);
    const own = toJson(tree) as JsonObject;
    const said = await filterFaults({ ...beside, ...own }, filter);
    const about = said.filter(({ path }) => path[0] === "extensions");
    findings.push(...configurationViolations(tree, own, resourceName(object.resource), about));
  }
  return findings;
}
