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
  const maps = [
    valueAt(metadata, "labels"),
    valueAt(metadata, "annotations"),
    valueAt(resource.tree, "spec", "selector", "matchLabels"),
  ];
  const keyed = maps.flatMap((map) => (map?.kind === "map" ? map.entries : []));
  const names = ["name", "namespace"].flatMap((name) => entry(metadata, name) ?? []);
  // In the selector the schema objects to values of other types.
  const valued = [...names, ...keyed.filter(({ value }) => !isIn(value, maps[2]))];
  return [
    ...valued.flatMap((one) => unquotedValue(one, resource)),
    ...keyed.flatMap((one) => changedKey(one, resource)),
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

function isIn(value: Tree, map: Tree | undefined): boolean {
  return map?.kind === "map" && map.entries.some((one) => one.value === value);
}
