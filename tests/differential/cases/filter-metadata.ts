// experimental.envoy.filters.*: dynamic metadata that a filter ahead has set.
import { cross, type Table } from "../case.js";
import { authorization, type Json, type JsonObject, type Policy } from "../policy.js";

const metadata: Record<string, JsonObject> = {
  string: { key: "a" },
  "other string": { key: "ab" },
  list: { key: ["b", "a"] },
  "list of others": { key: ["b", 5, true] },
  number: { key: 5 },
  boolean: { key: true },
  object: { key: { a: "a" } },
  empty: { key: "" },
  "empty list": { key: [] },
  "other key": { other: "a" },
};

function set(value: JsonObject): Json {
  return {
    name: "set_metadata",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.set_metadata.v3.Config",
      metadata: [{ metadata_namespace: "envoy.filters.http.example", value, allow_overwrite: true }],
    },
  };
}

const values: readonly (readonly string[])[] = [
  ["a"],
  ["a*"],
  ["*a"],
  ["*"],
  ["[a]"],
  ["[a*]"],
  ["[*]"],
  ["[*b]"],
  ["5"],
  ["a", "[b]"],
  ["[a]", "x"],
  ["[]"],
];

const policies: Policy[] = values.flatMap((list) =>
  (["values", "notValues"] as const).flatMap((form) =>
    Object.entries(metadata).map(([label, value]): Policy => ({
      name: `filter-metadata/${form} ${JSON.stringify(list)}, ${label}`,
      ahead: [set(value)],
      config: authorization({
        rules: [{ when: [{ key: "experimental.envoy.filters.http.example[key]", [form]: list }] }],
      }),
    })),
  ),
);

export const filterMetadata: Table = { name: "filter-metadata", cases: cross(policies, { request: {} }) };
