// Every workload in the files at once: which policies hit it, and what is written for it.

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { workloads } from "../../../policies/index.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { runCommand } from "../string-terminal.js";

const shop = join(repositoryRoot, "tests", "cli", "workloads", "shop.yaml");

/** Workload -> its policies. */
const expected: Readonly<Record<string, readonly string[] | "open">> = {
  "Deployment foo/httpbin": ["jwt", "CUSTOM ext", "ALLOW readers"],
  "Deployment foo/httpbin-v2": ["jwt", "CUSTOM ext", "ALLOW readers"],
  "StatefulSet bar/db": "open",
  // Its pods are not in the files.
  "Service foo/sleep": ["jwt"],
  "Gateway edge/public": ["ALLOW gw"],
  "Gateway foo/wp": "open",
  "Service foo/sleep by Gateway foo/wp": ["ALLOW wp"],
};

interface JsonWorkload {
  readonly workload: string;
  readonly state: string;
  readonly policies: readonly { readonly name: string; readonly action?: string }[];
  readonly file?: string;
  readonly sameAs?: string;
}

const told = ({ state, policies }: JsonWorkload) =>
  state === "open" ? state : policies.map(({ action, name }) => (action ? `${action} ${name}` : name));

const toldOf = (all: readonly JsonWorkload[]) =>
  Object.fromEntries(all.map((one) => [one.workload, told(one)]));

const plugin = ["--as", "wasmplugin", "--image", "oci://registry.test/jwt-policy:v1"];

describe("all workloads at once", () => {
  let directory = "";
  before(async () => (directory = await mkdtemp(join(tmpdir(), "workloads-"))));
  after(() => rm(directory, { recursive: true, force: true }));

  it("are told with the policies that hit them, as JSON and by the library", async () => {
    const { code, stdout } = await runCommand(["check", "--workloads", "--json", shop]);
    assert.equal(code, 0);
    assert.deepEqual(toldOf((JSON.parse(stdout) as { workloads: JsonWorkload[] }).workloads), expected);
    const text = await readFile(shop, "utf8");
    const found = workloads([{ file: "shop.yaml", text }]);
    assert.deepEqual(
      found.map(({ found: { name } }) => name),
      Object.keys(expected),
    );
  });

  it("are a table for people", async () => {
    const { stdout } = await runCommand(["check", "--workloads", shop]);
    assert.match(stdout, /^WORKLOAD +REQUEST AUTHENTICATION +AUTHORIZATION$/m);
    assert.match(stdout, /^Deployment foo\/httpbin +jwt +CUSTOM ext \(stays native\)\n +ALLOW readers$/m);
    assert.match(stdout, /^StatefulSet bar\/db +none +none: all requests pass$/m);
    assert.match(
      stdout,
      /^Service foo\/sleep +jwt +none: no token is needed\n {2}by its selector, app=sleep$/m,
    );
    assert.match(stdout, /^7 workloads: 5 with policies, 2 without any$/m);
  });

  it("get a file each, the same as --for would write, and are told where two are the same", async () => {
    const output = join(directory, "configs");
    const { code, stdout } = await runCommand(["render", shop, "--all", "-o", output, "--json"]);
    assert.equal(code, 0);
    const { workloads: all } = JSON.parse(stdout) as { workloads: JsonWorkload[] };
    assert.deepEqual(toldOf(all), expected);
    assert.deepEqual((await readdir(output)).sort(), all.flatMap(({ file }) => file ?? []).sort());
    const file = (name: string) => all.find(({ workload }) => workload === name)?.file ?? "";
    const one = await runCommand(["render", shop, "--for", "foo/app=httpbin"]);
    assert.equal(await readFile(join(output, file("Deployment foo/httpbin")), "utf8"), one.stdout);
    assert.equal(all[1]?.sameAs, file("Deployment foo/httpbin"));
    const [waypoint, service] = ["--for", "foo/gateway.networking.k8s.io/gateway-name=wp"];
    const served = await runCommand(["render", shop, waypoint, service, "--service", "sleep"]);
    assert.equal(
      await readFile(join(output, file("Service foo/sleep by Gateway foo/wp")), "utf8"),
      served.stdout,
    );
  });

  it("are refused where two plugins would be in one pod; the others are written", async () => {
    const output = join(directory, "plugins");
    const { code, stdout, stderr } = await runCommand(["render", shop, "--all", ...plugin, "-o", output]);
    assert.equal(code, 1);
    assert.match(stdout, /^Deployment foo\/httpbin-v2 +refused: +JP011 +-$/m);
    assert.match(stderr, /are both for pods with app=httpbin,version=v2/);
    assert.deepEqual((await readdir(output)).sort(), [
      "edge.gateway.public.yaml",
      "foo.gateway.wp.service.foo.sleep.yaml",
      "foo.service.sleep.yaml",
    ]);
  });

  it("leave what another run has written, and say so", async () => {
    const output = join(directory, "leftover");
    await runCommand(["render", shop, "--all", "-o", output]);
    await writeFile(join(output, "foo.deployment.gone.json"), "{}");
    const { stderr } = await runCommand(["render", shop, "--all", "-o", output]);
    assert.match(stderr, /not written now, left as before: foo\.deployment\.gone\.json in /);
  });

  it("are written nowhere but in the directory, whatever they are called", async () => {
    const output = join(directory, "names", "below");
    const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ../../out, namespace: foo }
spec: { template: { metadata: { labels: { app: a } } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: foo }
spec: { rules: [{}] }
`;
    assert.equal((await runCommand(["render", "-", "--all", "-o", output], text)).code, 0);
    assert.deepEqual(await readdir(join(directory, "names")), ["below"]);
    assert.match((await readdir(output)).join(), /^foo\.deployment\.[0-9a-f]{8}\.json$/);
  });

  const wrong: readonly (readonly [name: string, args: readonly string[], message: RegExp])[] = [
    ["no directory", ["render", shop, "--all"], /give -o directory/],
    ["a workload too", ["render", shop, "--all", "-o", "x", "--for", "foo"], /--for is about one workload/],
    ["one name", ["render", shop, "--all", "-o", "x", "--name", "a"], /--name is about one workload/],
    ["one Service", ["render", shop, "--all", "-o", "x", "--service-entry", "a"], /--service-entry is about/],
    ["no workloads", ["render", "-", "--all", "-o", "x"], /the files hold no workload/],
    ["no table", ["check", shop, "--workloads", "--format", "sarif"], /--format sarif has no place for it/],
  ];
  const policyAlone = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: foo }
spec: { rules: [{}] }
`;
  for (const [name, args, message] of wrong) {
    it(`cannot be asked about: ${name}`, async () => {
      const { code, stderr } = await runCommand(args, policyAlone);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});
