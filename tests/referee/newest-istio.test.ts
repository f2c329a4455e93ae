// What the watch over Istio tells of two CRDs, the second of which has moved.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { crdLines } from "./crd-lines.js";
import { compared } from "./newest-istio.js";

const crd = (kind: string, fields: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  names: { kind: ${kind} }
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          properties:
            spec: { type: object, properties: { ${fields} } }
    - name: v1beta1
      schema: { openAPIV3Schema: { properties: { spec: { type: object, properties: { old: { type: string } } } } } }
`;
const policy = (fields: string) => crdLines(crd("AuthorizationPolicy", fields));
const action = "action: { description: What to do., type: string, enum: [ALLOW, DENY] }";

describe("the watch over Istio", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["nothing", action, []],
    ["another description", action.replace("What to do.", "Optional."), []],
    ["a field", `${action}, dryRun: { type: boolean }`, ['+ AuthorizationPolicy dryRun: type "boolean"']],
    [
      "a value",
      action.replace("DENY", "DENY, AUDIT"),
      [
        '- AuthorizationPolicy action: enum ["ALLOW","DENY"]',
        '+ AuthorizationPolicy action: enum ["ALLOW","DENY","AUDIT"]',
      ],
    ],
    [
      "a bound in a list",
      `${action}, rules: { type: array, items: { type: object, properties: { n: { type: string, maxLength: 3 } } } }`,
      [
        '+ AuthorizationPolicy rules: type "array"',
        '+ AuthorizationPolicy rules[]: type "object"',
        '+ AuthorizationPolicy rules[].n: type "string"',
        "+ AuthorizationPolicy rules[].n: maxLength 3",
      ],
    ],
    [
      "a rule",
      action.replace("type: string", "type: string, x-kubernetes-validations: [{ rule: \"self != ''\" }]"),
      [`+ AuthorizationPolicy action: x-kubernetes-validations [{"rule":"self != ''"}]`],
    ],
    [
      "a field that is gone",
      "",
      ['- AuthorizationPolicy action: type "string"', '- AuthorizationPolicy action: enum ["ALLOW","DENY"]'],
    ],
  ];
  for (const [name, fields, told] of cases) {
    it(`names ${name}`, () => assert.deepEqual(compared(policy(action), policy(fields)), told));
  }

  it("looks at the two policies alone", () => {
    assert.deepEqual([...crdLines(crd("Gateway", action))], []);
  });
});
