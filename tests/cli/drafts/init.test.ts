// `test --init`: what is drafted passes as it stands, and each rule has a request that it decides and one that it does not.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { runCommand } from "../string-terminal.js";

const authentication = `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: foo }
spec:
  jwtRules:
    - { issuer: https://a.example, jwksUri: https://a.example/keys, audiences: [api] }
    - { issuer: https://b.example, jwksUri: https://b.example/keys }
`;

const policy = (action: string, rule: string) => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${action.toLowerCase()}, namespace: foo }
spec: { action: ${action}, rules: [${rule}] }
`;

/** Rules of every kind of value; each must be decided by some request of the draft. */
const rules: readonly (readonly [name: string, rule: string])[] = [
  ["a principal of one issuer", '{ from: [{ source: { requestPrincipals: ["https://a.example/*"] } }] }'],
  ["one subject", '{ from: [{ source: { requestPrincipals: ["https://b.example/bob"] } }] }'],
  ["a path with a prefix", "{ to: [{ operation: { methods: [POST], paths: [/a/*] } }] }"],
  ["a path template", '{ to: [{ operation: { paths: ["/a/{*}/b/{**}"] } }] }'],
  ["a host", '{ to: [{ operation: { hosts: ["*.example.org"] } }] }'],
  ["a claim", '{ when: [{ key: "request.auth.claims[groups]", values: [admin] }] }'],
  ["a nested claim", '{ when: [{ key: "request.auth.claims[realm][roles]", values: [admin] }] }'],
  ["a header", '{ when: [{ key: "request.headers[x-env]", values: ["dev*"] }] }'],
  ["a namespace", "{ from: [{ source: { namespaces: [bar] } }] }"],
  ["an address", '{ from: [{ source: { ipBlocks: ["10.1.0.0/16"] } }] }'],
  ["a client behind a proxy", '{ from: [{ source: { remoteIpBlocks: ["198.51.100.7"] } }] }'],
  ["a port", '{ to: [{ operation: { ports: ["8080"] } }] }'],
];

describe("a drafted test file", () => {
  let directory = "";
  before(async () => (directory = await mkdtemp(join(tmpdir(), "drafts-"))));
  after(() => rm(directory, { recursive: true, force: true }));
  let count = 0;

  async function drafted(yaml: string) {
    const folder = join(directory, `set-${count++}`);
    await mkdir(folder);
    await writeFile(join(folder, "policies.yaml"), yaml);
    const output = join(folder, "drafted_test.yaml");
    const args = ["test", "--init", join(folder, "policies.yaml"), "--for", "foo/app=a", "-o", output];
    const { code, stderr } = await runCommand(args);
    assert.equal(code, 0, stderr);
    const text = await readFile(output, "utf8");
    const run = await runCommand(["test", output]);
    assert.equal(run.code, 0, run.stdout);
    return { text, stderr, output, args };
  }

  for (const action of ["ALLOW", "DENY"]) {
    for (const [name, rule] of rules) {
      it(`has both sides of ${action} on ${name}`, async () => {
        const others = action === "DENY" ? "---\n" + policy("ALLOW", "{}").slice(4) : "";
        const { text, stderr } = await drafted(authentication + policy(action, rule) + others);
        assert.equal(stderr, "");
        const cases = text
          .slice(text.indexOf(`name: ${action} foo/${action.toLowerCase()}[0]`))
          .split("- name:")[0]!;
        const statuses = [...cases.matchAll(/status: (\d+)/g)].map(([, status]) => status);
        const [decided, other] = action === "ALLOW" ? ["200", "403"] : ["403", "200"];
        assert.equal(statuses[0], decided);
        assert.ok(cases.includes(`policy: ${"foo/" + action.toLowerCase()}[0]`), cases);
        assert.equal(statuses[1], other, cases);
      });
    }
  }

  it("says of which rule it found no request", async () => {
    const never = '{ to: [{ operation: { paths: [/a], notPaths: ["/a"] } }] }';
    const { stderr } = await drafted(authentication + policy("ALLOW", never));
    assert.equal(stderr, "jwt-policy: no request was found that foo/allow[0] decides: write one yourself\n");
  });

  it("stays where it is already", async () => {
    const { args } = await drafted(authentication + policy("ALLOW", "{}"));
    const { code, stderr } = await runCommand(args);
    assert.equal(code, 2);
    assert.match(stderr, /cannot write .*drafted_test\.yaml: it is there already/);
  });

  const examples = join(repositoryRoot, "examples", "httpbin");
  const wrong: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
    [["--init", examples], 2, /--init needs the workload/],
    [["--init", "-", "--for", "foo"], 2, /--init needs files or directories/],
    [["--init", examples, "--for", "foo", "-o", "x.yaml"], 2, /the names of test files end in _test\.yaml/],
    [["--init", examples, "--for", "nowhere/app=a"], 1, /no policy applies to nowhere\/app=a/],
    [[examples, "--for", "foo"], 2, /--for is for --init/],
  ];
  for (const [args, expected, message] of wrong) {
    it(`is not written: ${args.slice(0, 1).join()} ${message.source}`, async () => {
      const { code, stderr } = await runCommand(["test", ...args]);
      assert.equal(code, expected);
      assert.match(stderr, message);
    });
  }
});
