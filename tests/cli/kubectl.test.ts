// `kubectl jwt-policy`, with a program in kubectl's place that answers as kubectl 1.36 does; tests/istio runs it beside a real API server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";

const program = join(repositoryRoot, "build", "js", "cli", "kubectl-main.js");
const labels = { app: "httpbin", version: "v1" };
const objects = {
  policies: {
    apiVersion: "v1",
    kind: "List",
    items: [
      {
        apiVersion: "security.istio.io/v1",
        kind: "RequestAuthentication",
        metadata: { name: "jwt", namespace: "foo", resourceVersion: "7", uid: "0" },
        spec: { jwtRules: [{ issuer: "https://idp.example.com/", jwksUri: "https://idp.example.com/jwks" }] },
      },
      {
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata: { name: "readers", namespace: "foo" },
        spec: {
          selector: { matchLabels: { app: "httpbin" } },
          rules: [{ to: [{ operation: { methods: ["GET"] } }] }],
        },
      },
    ],
  },
  deployment: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "httpbin", namespace: "foo", labels: { not: "these" } },
    spec: { template: { metadata: { labels } } },
  },
  pod: { apiVersion: "v1", kind: "Pod", metadata: { name: "httpbin-1", namespace: "foo", labels } },
};

/** What stands in for kubectl: it writes down how it was called. */
const standIn = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case " $* " in
  *" get requestauthentications"*) cat "$here/policies.json" ;;
  *" get deploy/httpbin "*) cat "$here/deployment.json" ;;
  *" get pod/httpbin-1 "*) cat "$here/pod.json" ;;
  *) echo 'Error from server (NotFound): deployments.apps "missing" not found' >&2; exit 1 ;;
esac
`;

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly string[];
}

describe("kubectl jwt-policy", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-kubectl-"));
    await writeFile(join(directory, "kubectl"), standIn);
    await chmod(join(directory, "kubectl"), 0o755);
    for (const [name, object] of Object.entries(objects))
      await writeFile(join(directory, `${name}.json`), JSON.stringify(object));
    await mkdir(join(directory, "empty"));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function run(
    args: readonly string[],
    path = `${directory}${delimiter}${process.env["PATH"] ?? ""}`,
  ): Promise<Result> {
    await writeFile(join(directory, "calls"), "");
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, PATH: path, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    const calls = (await readFile(join(directory, "calls"), "utf8")).trim().split("\n");
    return { code, stdout, stderr, calls };
  }

  const policies =
    "get requestauthentications.security.istio.io,authorizationpolicies.security.istio.io,services,deployments,statefulsets,daemonsets --all-namespaces --output json";
  const cases: readonly (readonly [string, readonly string[], number, RegExp, readonly string[]])[] = [
    [
      "explains for the pods of a Deployment",
      ["explain", "--for", "deploy/httpbin", "-n", "foo", "--request", "POST /x"],
      1,
      /^DENIED {2}403 RBAC: access denied$[^]*ALLOW foo\/readers rules\[0\]/m,
      ["get deploy/httpbin --namespace foo --output json", policies],
    ],
    [
      "for a pod, in the namespace of the context, in another cluster",
      ["explain", "--for=pod/httpbin-1", "--context", "staging", "--request", "GET /x"],
      0,
      /^ALLOWED$/m,
      ["--context staging get pod/httpbin-1 --output json", `--context staging ${policies}`],
    ],
    [
      "takes labels as jwt-policy does",
      ["explain", "--for", "foo/app=httpbin", "--request", "GET /x"],
      0,
      /^ALLOWED$/m,
      [policies],
    ],
    ["checks all that is there", ["check", "--ignore", "JP201"], 0, /2 policies/, [policies]],
    [
      "renders",
      ["render", "--for", "deploy/httpbin", "-n", "foo", "--as", "config"],
      0,
      /"jwksUri": "https:\/\/idp\.example\.com\/jwks"/,
      ["get deploy/httpbin --namespace foo --output json", policies],
    ],
  ];
  for (const [name, args, code, says, calls] of cases) {
    it(name, async () => {
      const result = await run(args);
      assert.equal(result.code, code, result.stdout + result.stderr);
      assert.match(result.stdout, says);
      assert.deepEqual([...result.calls].sort(), [...calls].sort());
    });
  }

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      "a verb without a cluster",
      ["token"],
      /^jwt-policy: kubectl jwt-policy token: expected check, explain or render/,
    ],
    [
      "what is not there",
      ["explain", "--for", "deploy/missing", "--request", "GET /"],
      /deployments\.apps "missing" not found/,
    ],
    ["an option without its value", ["explain", "--for"], /^jwt-policy: --for: expected a value/],
  ];
  for (const [name, args, says] of refused) {
    it(`refuses ${name}`, async () => {
      const { code, stderr } = await run(args);
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
  }

  it("says that there is no kubectl", async () => {
    const { code, stderr } = await run(["check"], join(directory, "empty"));
    assert.equal(code, 2);
    assert.match(stderr, /there is no kubectl on PATH/);
  });
});
