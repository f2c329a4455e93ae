// JP217: names, labels and annotations that are numbers or booleans without quotes. JP218: label keys that YAML turns into
// booleans, silently.

import type { Finding } from "../../findings/finding.js";
import type { Resource } from "../../resources/resource.js";
import { entry, valueAt, type Tree, type TreeEntry } from "../../resources/tree.js";
import { securityGroup } from "../../istio/policy.js";
import { remark, type Lint } from "../../findings/lint.js";

export const unquotedMetadata: Lint = ({ resources }) =>
  resources.filter(({ group }) => group === securityGroup).flatMap(judge);

function judge(resource: Resource): Finding[] {
  const metadata = valueAt(resource.tree, "metadata");
  const entriesOf = (map: Tree | undefined) => (map?.kind === "map" ? map.entries : []);
  const attached = ["labels", "annotations"].flatMap((field) => entriesOf(valueAt(metadata, field)));
  const selected = entriesOf(valueAt(resource.tree, "spec", "selector", "matchLabels"));
  const names = ["name", "namespace"].flatMap((name) => entry(metadata, name) ?? []);
  // In the selector the schema objects to values of other types.
  return [
    ...[...names, ...attached].flatMap((one) => unquotedValue(one, resource)),
    ...[...attached, ...selected].flatMap((one) => changedKey(one, resource)),
  ];
}

function unquotedValue({ key, value }: TreeEntry, resource: Resource): Finding[] {
  if (value.kind !== "scalar" || typeof value.value === "string" || value.value === null) return [];
  const text = JSON.stringify(value.source);
  return [
    remark({
      id: "JP217",
      severity: "error",
      resource,
      at: value.at,
      message: `${key} must be a string; without quotes, ${value.source} is the ${typeof value.value} ${value.value}`,
      remedy: `quote it: ${text}`,
      fix: { at: value.at, text },
    }),
  ];
}

function changedKey({ key, keySource: written, keyAt }: TreeEntry, resource: Resource): Finding[] {
  if (written === key) return [];
  const text = JSON.stringify(written);
  return [
    remark({
      id: "JP218",
      resource,
      at: keyAt,
      message: `the key ${written} is read as ${key}: YAML 1.1 takes it for a ${key === "true" || key === "false" ? "boolean" : "number"}`,
      remedy: `quote it: ${text}`,
      fix: { at: keyAt, text },
    }),
  ];
}
