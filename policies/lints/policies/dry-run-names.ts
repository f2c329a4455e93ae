// JP247: an annotation that was meant as istio.io/dry-run, and is none: the policy is enforced.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import type { Resource } from "../../resources/resource.js";
import { valueAt, type TreeEntry } from "../../resources/tree.js";
import { nearestName } from "../../text/spelling.js";

const annotation = "istio.io/dry-run";

export const dryRunNames: Lint = ({ authorizationPolicies }) =>
  authorizationPolicies.flatMap(({ policy: { resource } }) => [
    ...entriesOf(resource, "annotations").flatMap((one) => misspelt(one, resource)),
    ...entriesOf(resource, "labels").flatMap((one) => label(one, resource)),
  ]);

function entriesOf({ tree }: Resource, field: string): readonly TreeEntry[] {
  const map = valueAt(tree, "metadata", field);
  return map?.kind === "map" ? map.entries : [];
}

function misspelt({ key, keyAt }: TreeEntry, resource: Resource): Finding[] {
  if (key === annotation || !isMeant(key)) return [];
  return [
    remark({
      id: "JP247",
      resource,
      at: keyAt,
      message: `Istio knows no annotation ${key}: the policy is enforced`,
      remedy: `for a dry run write ${annotation}: "true"`,
    }),
  ];
}

function label({ key, keyAt }: TreeEntry, resource: Resource): Finding[] {
  if (!isMeant(key)) return [];
  return [
    remark({
      id: "JP247",
      resource,
      at: keyAt,
      message: `${annotation} is an annotation, and this a label: the policy is enforced`,
      remedy: "write it under metadata.annotations",
    }),
  ];
}

/** Others have annotations for dry runs, too; of Istio's there is one. */
const isMeant = (key: string): boolean =>
  /(^|\.)istio\.io\//.test(key)
    ? nearestName(key.replace(/^.*\//, "").replaceAll("_", "-"), ["dry-run"]) !== undefined
    : /^(dry[-_]?run|istio[./-]+dry[-_]?run)$/i.test(key);
