// The schema of test files: its lists of a request's fields agree, and it describes what it names. What it refuses is in tests/cli/test.test.ts.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { signatureAlgorithms } from "../../policies/tokens/signature-algorithm.js";
import { policyTestSchema as schema } from "../../policies/schema/published-schemas.js";
import { violations, type JsonSchema } from "../../policies/schema/violations.js";

const definitions = schema["definitions"] as Record<string, JsonSchema>;
const properties = (node: JsonSchema | undefined) =>
  (node?.["properties"] ?? {}) as Record<string, JsonSchema>;

describe("schema of test files", () => {
  it("defaults, tests and cases have the same fields of a request", () => {
    const request = Object.keys(properties(properties(schema)["defaults"]));
    assert.ok(request.length > 10);
    assert.deepEqual(Object.keys(properties(definitions["case"])), ["name", ...request, "expect"]);
    assert.deepEqual(Object.keys(properties(definitions["test"])), ["name", ...request, "expect", "cases"]);
    for (const name of request) {
      const at = [properties(schema)["defaults"], definitions["test"], definitions["case"]].map((node) =>
        JSON.stringify({ ...properties(node)[name], description: undefined }),
      );
      assert.equal(new Set(at).size, 1, name);
    }
  });

  it("has the algorithms that tokens can be signed with", () => {
    assert.deepEqual(
      properties(definitions["token"])["algorithm"]?.["enum"],
      Object.keys(signatureAlgorithms),
    );
  });

  it("says what every field is for", () => {
    const described = [schema, definitions["token"], definitions["expectation"], definitions["certificate"]];
    for (const node of described) {
      for (const [name, field] of Object.entries(properties(node))) {
        assert.equal(typeof field["description"], "string", name);
      }
    }
  });

  it("its own examples are right", () => {
    for (const [name, field] of Object.entries(properties(schema))) {
      for (const example of (field["examples"] ?? []) as string[]) {
        assert.deepEqual(violations(example, { ...field, definitions }), [], name);
      }
    }
  });
});
