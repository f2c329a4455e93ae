// A CUSTOM policy among others: the rest is rendered, explained and tested, with a warning that says what stays with the native filter.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand } from "./string-terminal.js";

const policy = (name: string, spec: string) => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: foo }
spec: ${spec}
`;
const custom = policy("ask", "{ action: CUSTOM, provider: { name: opa }, rules: [{}] }");
const denies = policy("closed", '{ action: DENY, rules: [{ to: [{ operation: { paths: ["/x"] } }] }] }');
const workload = ["--for", "foo/app=a"];

let directory = "";
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-custom-"));
  await writeFile(join(directory, "p.yaml"), custom + denies);
  await writeFile(
    join(directory, "a_test.yaml"),
    "policies: [p.yaml]\nfor: foo/app=a\ntests: [{ request: GET /x, expect: 403 }, { request: GET /y, expect: allow }]\n",
  );
});
after(() => rm(directory, { recursive: true }));

describe("a CUSTOM policy among others", () => {
  const cases: readonly (readonly [verb: string, args: () => readonly string[], code: number])[] = [
    ["render", () => [join(directory, "p.yaml"), ...workload], 0],
    ["explain", () => [join(directory, "p.yaml"), ...workload, "--request", "GET /y"], 0],
    ["explain", () => [join(directory, "p.yaml"), ...workload, "--request", "GET /x"], 1],
    ["test", () => [join(directory, "a_test.yaml")], 0],
  ];
  for (const [verb, args, code] of cases) {
    it(`does not stop ${verb}, exit code ${code}`, async () => {
      const result = await runCommand([verb, ...args()]);
      assert.equal(result.code, code, result.stderr + result.stdout);
      assert.match(
        result.stderr,
        /warning: left out: a CUSTOM policy .* stays with Istio's native filter \[JP001\]/,
      );
    });
  }

  it("stops test --strict", async () => {
    const { code, stdout } = await runCommand(["test", join(directory, "a_test.yaml"), "--strict"]);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /error: .*external authorizer.*\[JP001\]/);
  });

  it("is in nothing that is rendered, and the DENY policy is", async () => {
    const { stdout } = await runCommand(["render", "-", ...workload], custom + denies);
    assert.match(stdout, /closed/);
    assert.doesNotMatch(stdout, /CUSTOM|ask/);
  });

  const strict: readonly (readonly [string, readonly string[], number])[] = [
    ["render", [], 1],
    ["explain", [], 2],
    ["run", ["--upstream", "127.0.0.1:9"], 1],
  ];
  for (const [verb, args, code] of strict) {
    it(`stops ${verb} --strict`, async () => {
      const result = await runCommand([verb, "-", ...workload, ...args, "--strict"], custom + denies);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, /error: .*external authorizer.*\[JP001\]/);
      assert.equal(result.stdout, "");
    });
  }

  it("is an error where there is nothing else: a filter without policies lets every request through", async () => {
    const { code, stderr } = await runCommand(["render", "-", ...workload], custom);
    assert.equal(code, 1);
    assert.match(stderr, /error: .*\[JP001\]/);
  });
});
