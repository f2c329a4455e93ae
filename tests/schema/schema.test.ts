// The published schema and the filter agree: what the schema refuses, the filter refuses; what the filter refuses beyond that has
// one of the reasons listed.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { holds } from "../seeded/properties.js";
import { pluginConfigSchema } from "../../policies/schema/published-schemas.js";
import { pathText, violations, type JsonSchema } from "../../policies/schema/violations.js";
import type { Json } from "../../policies/resources/tree.js";
import { bad, beyondTheSchema, good } from "./configurations.js";
import { FilterVerdict } from "./filter-verdict.js";
import { mutated } from "./mutations.js";

function complaints(configuration: unknown, schema: JsonSchema = pluginConfigSchema): string[] {
  // As the filter gets it: JSON text.
  const value = JSON.parse(JSON.stringify(configuration)) as Json;
  return violations(value, schema).map(({ path, message, remedy }) => {
    const place = pathText(value, path);
    const what = remedy === undefined ? message : `${message}; ${remedy}`;
    return place === "" ? what : `${place}: ${what}`;
  });
}

let filter: FilterVerdict;
before(async () => {
  filter = await FilterVerdict.load();
});

describe("both take", () => {
  for (const [title, configuration] of Object.entries(good)) {
    it(title, async () => {
      assert.deepEqual(complaints(configuration), []);
      const { accepted, log } = await filter.of(configuration);
      assert.ok(accepted, log.join("\n"));
    });
  }

  it("the schema's own example", async () => {
    const [example] = pluginConfigSchema["examples"] as unknown[];
    assert.deepEqual(complaints(example), []);
    const { accepted, log } = await filter.of(example);
    assert.ok(accepted, log.join("\n"));
  });
});

describe("both refuse", () => {
  for (const [configuration, complaint] of bad) {
    it(complaint.slice(0, 120), async () => {
      assert.deepEqual(complaints(configuration), [complaint]);
      assert.equal((await filter.of(configuration)).accepted, false);
    });
  }
});

describe("the filter alone refuses, since a schema cannot tell", () => {
  for (const { reason, example, says } of beyondTheSchema) {
    it(reason, async () => {
      assert.deepEqual(complaints(example), []);
      const { accepted, log } = await filter.of(example);
      assert.ok(!accepted);
      assert.match(log.join("\n"), says);
    });
  }
});

it("configurations with a few things changed: what the schema refuses, the filter refuses, and what it refuses beyond that has a reason", async () => {
  let refused = 0;
  await holds(
    "schema-agrees",
    fc.asyncProperty(mutated, async (configuration) => {
      const wrong = complaints(configuration);
      const { accepted, log } = await filter.of(configuration);
      if (!accepted) refused++;
      if (wrong.length > 0) {
        assert.ok(!accepted, `the schema alone refuses: ${wrong.join("; ")}`);
      } else if (!accepted) {
        const unexplained = log.filter((line) => !beyondTheSchema.some(({ says }) => says.test(line)));
        assert.deepEqual(unexplained, [], "the schema should tell");
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(refused > 1000, `only ${refused} were refused: the changes are too tame`);
});

describe("examples and defaults in the schema are what it allows", () => {
  for (const [place, node] of nodesOf(pluginConfigSchema, "")) {
    for (const example of [...((node["examples"] as unknown[] | undefined) ?? [])]) {
      it(`${place}: ${JSON.stringify(example).slice(0, 80)}`, () => {
        assert.deepEqual(complaints(example, withDefinitions(node)), []);
      });
    }
    if ("default" in node) {
      it(`${place}: default`, () => assert.deepEqual(complaints(node["default"], withDefinitions(node)), []));
    }
  }
});

it("every field in the schema has a description", () => {
  const without = [...nodesOf(pluginConfigSchema, "")].flatMap(([place, node]) =>
    Object.entries((node["properties"] ?? {}) as Record<string, JsonSchema>)
      .filter(([, field]) => "type" in field && typeof field["description"] !== "string")
      .map(([name]) => `${place}/${name}`),
  );
  assert.deepEqual(without, []);
});

/** Every schema in the schema, with its JSON pointer. */
function* nodesOf(node: JsonSchema, place: string): Generator<[string, JsonSchema]> {
  yield [place, node];
  for (const [keyword, member] of Object.entries(node)) {
    if (["examples", "default", "enum", "const", "required"].includes(keyword)) continue;
    if (typeof member !== "object" || member === null) continue;
    for (const [name, child] of childrenOf(keyword, member)) yield* nodesOf(child, `${place}/${name}`);
  }
}

function childrenOf(keyword: string, member: object): [string, JsonSchema][] {
  if (["properties", "definitions"].includes(keyword))
    return Object.entries(member as Record<string, JsonSchema>);
  if (["items", "additionalProperties"].includes(keyword)) return [[keyword, member as JsonSchema]];
  return [];
}

function withDefinitions(node: JsonSchema): JsonSchema {
  return { ...node, definitions: pluginConfigSchema["definitions"] };
}
