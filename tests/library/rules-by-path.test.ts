// Rules by path leave out none that has a request in common, whatever forms the paths have: each with each is compared.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Part, RuleModel } from "../../policies/policy-model/rule-model.js";
import { areDisjoint } from "../../policies/policy-model/rule-relation.js";
import { RulesByPath } from "../../policies/policy-model/rules-by-path.js";

const at = { file: "policies.yaml", line: 1, column: 1, offset: 0, end: 0 };

/** An operation with one of these paths. */
const operation = (paths: readonly string[]): Part => [
  { attribute: "paths", at, values: paths.map((value) => ({ value, at })), notValues: [] },
];

const rule = (...operations: readonly Part[]): RuleModel => ({ at, sources: [], operations, conditions: [] });

const forms = [
  "/a",
  "/a/b",
  "/A",
  "/b",
  "/a*",
  "/a/*",
  "/ab*",
  "*",
  "*b",
  "*/b*",
  "/a*b",
  "/{*}/b",
  "/{**}",
  "",
];

const pairs = forms.flatMap((one) => forms.map((other) => [one, other] as const));

const rules: readonly RuleModel[] = [
  rule(),
  rule(operation([])),
  rule([]),
  ...forms.map((one) => rule(operation([one]))),
  ...pairs.map((both) => rule(operation(both))),
  ...pairs.map(([one, other]) => rule(operation([one]), operation([other]))),
  ...forms.map((one) => rule(operation([one]), [])),
];

const meeting = (among: readonly RuleModel[], one: RuleModel) => [...new RulesByPath(among).mayMeet(one)];

describe("rules by path", () => {
  it("have every rule that may have a request in common with another", () => {
    let left = 0;
    for (const one of rules) {
      const found = new Set(meeting(rules, one));
      for (const other of rules) {
        if (found.has(other)) continue;
        left++;
        assert.ok(areDisjoint(other, one), JSON.stringify([other.operations, one.operations]));
      }
    }
    // And leave many out.
    assert.ok(left > 10_000, String(left));
  });

  it("are found without a look at the others", () => {
    const many = Array.from({ length: 1000 }, (_, i) => rule(operation([`/${i}`, `/${i}/*`])));
    assert.deepEqual(meeting(many, rule(operation(["/7"]))), [many[7]]);
    assert.deepEqual(meeting(many, rule(operation(["/7/a/b"]))), [many[7]]);
    assert.equal(new Set(meeting(many, rule(operation(["/7*"])))).size, 111);
    assert.equal(new Set(meeting(many, rule(operation(["*"])))).size, 1000);
  });
});
