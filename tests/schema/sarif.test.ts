// What --format sarif writes, held to the schema that OASIS publishes for SARIF 2.1.0 (oasis-tcs/sarif-spec, sarif-schema-2.1.0.json; the text in
// tests/schema/data is that which github.com/owenrumney/go-sarif/v3 v3.3.1 carries).

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Validator, type Schema } from "@cfworker/json-schema";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { runCommand } from "../cli/string-terminal.js";

const path = join(repositoryRoot, "tests", "schema", "data", "sarif-schema-2.1.0.json");
const schema = JSON.parse(await readFile(path, "utf8")) as Schema;
const validator = new Validator(schema, "4", false);

interface Log {
  version: string;
  runs: {
    results: { level: string; locations: { physicalLocation: { region: { startLine: number } } }[] }[];
  }[];
}

async function sarif(args: readonly string[], input = ""): Promise<Log> {
  return JSON.parse((await runCommand([...args, "--format", "sarif"], input)).stdout) as Log;
}

const policies = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: "a b#c", namespace: foo }
spec:
  action: allow
  rules: [{ to: [{ operation: { methods: [get], path: [/x] } }] }]
`;
const failing = `config: { authorizationPolicies: [{ name: a, namespace: foo, rules: [{ to: [{ operation: { methods: [GET] } }] }] }] }
tests: [{ name: no, request: GET /, expect: deny }]
`;

describe("SARIF", () => {
  const runs: readonly (readonly [name: string, args: readonly string[], input: string, results: boolean])[] =
    [
      ["findings", ["check", "-"], policies, true],
      ["nothing found", ["check", join(repositoryRoot, "examples", "httpbin")], "", false],
      ["a text that cannot be read", ["check", "-"], "a: [", true],
      ["failed tests", ["test", "-"], failing, true],
      ["passed tests", ["test", join(repositoryRoot, "examples", "httpbin")], "", false],
    ];
  for (const [name, args, input, hasResults] of runs) {
    it(`of ${name} is what the schema describes`, async () => {
      const log = await sarif(args, input);
      if (hasResults) assert.ok(log.runs[0]!.results.length > 0);
      assert.deepEqual(validator.validate(log).errors, []);
    });
  }

  it("would be refused with another level, or a line 0", async () => {
    for (const spoil of [
      (log: Log) => (log.runs[0]!.results[0]!.level = "fatal"),
      (log: Log) => (log.runs[0]!.results[0]!.locations[0]!.physicalLocation.region.startLine = 0),
      (log: Log) => (log.version = "2.0.0"),
    ]) {
      const log = await sarif(["check", "-"], policies);
      spoil(log);
      assert.equal(validator.validate(log).valid, false);
    }
  });
});
