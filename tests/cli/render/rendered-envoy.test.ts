// `render --as envoy` writes a bootstrap that a real Envoy takes as it is, and that enforces the policies.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { eventually } from "../../envoy/stage/eventually.js";
import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { startIssuer } from "../../seeded/issuer.js";
import { startUpstream, type Upstream } from "../../../scripts/upstream.js";
import { freePort } from "../../envoy/stage/free-port.js";
import { rawGet } from "../../host/probe/raw-http.js";
import { runCommand } from "../string-terminal.js";

const workload = ["--for", "foo/app=httpbin"];

const authorization = (name: string, spec: string) => `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ${name}, namespace: foo}
spec: ${spec}
`;

async function render(policies: string, ...more: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(
    ["render", "-", ...workload, "--as", "envoy", ...more],
    policies,
  );
  assert.equal(code, 0, stderr);
  return stdout;
}

describe("a rendered Envoy, with an issuer and an upstream", () => {
  let issuer: Issuer;
  let upstream: Upstream;
  let envoy: RunningEnvoy | undefined;

  before(async () => {
    [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
    const policies = `
apiVersion: security.istio.io/v1beta1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec:
  selector: {match_labels: {app: httpbin}}
  jwt_rules: [{issuer: "${issuer.issuer}", jwks_uri: "${issuer.jwksUri}"}]
${authorization("allow", `{rules: [{from: [{source: {requestPrincipals: ["${issuer.issuer}/*"], ipBlocks: [127.0.0.0/8]}}], to: [{operation: {paths: [/headers]}}]}]}`)}
${authorization("elsewhere", `{selector: {matchLabels: {app: other}}, rules: [{}]}`)}
${authorization("deny", `{action: DENY, rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]}`)}`;
    const addresses = [
      "--upstream",
      `127.0.0.1:${upstream.port}`,
      "--listen",
      "127.0.0.1:0",
      "--admin",
      "127.0.0.1:0",
    ];
    const snakeCase = await runCommand(["render", "-", ...workload], policies);
    assert.equal(snakeCase.code, 1, "the API server knows no match_labels");
    const config = await render(
      policies.replace("match_labels", "matchLabels").replace("jwt_rules", "jwtRules"),
      ...addresses,
    );
    envoy = await startEnvoy({ path: (await locateEnvoy()).path, config });
  });

  after(async () => {
    await envoy?.stop();
    await Promise.all([issuer.stop(), upstream.stop()]);
  });

  async function status(path: string, headers: Record<string, string> = {}): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${envoy!.port("jwt-policy")}${path}`, { headers });
    await response.arrayBuffer();
    return response.status;
  }

  const bearer = async () => ({
    authorization: `Bearer ${await issuer.sign({ iss: issuer.issuer, sub: "alice" })}`,
  });

  it("lets a token of the issuer through, whose keys it fetches", async () => {
    assert.equal(await status("/headers", await bearer()), 200);
  });

  it("refuses without a token, and on another path", async () => {
    assert.equal(await status("/headers"), 403);
    assert.equal(await status("/get", await bearer()), 403);
  });

  it("sees the path normalised", async () => {
    assert.equal(await status("/x/%2e%2e/headers", await bearer()), 200);
  });

  it("lets WebSockets through, as Istio's listeners do", async () => {
    const upgrade = [
      ["connection", "Upgrade"],
      ["upgrade", "websocket"],
    ] as const;
    const { authorization } = await bearer();
    const port = envoy!.port("jwt-policy");
    assert.equal(
      (await rawGet(port, "/headers", [...upgrade, ["authorization", authorization]])).status,
      200,
    );
    assert.equal((await rawGet(port, "/headers", upgrade)).status, 403);
  });

  it("takes ipBlocks for the TCP peer, whatever X-Forwarded-For says", async () => {
    assert.equal(await status("/headers", { ...(await bearer()), "x-forwarded-for": "10.0.0.1" }), 200);
  });
});

describe("two workloads of one folder, with an issuer whose keys are discovered and one whose keys are named", () => {
  let discovered: Issuer;
  let named: Issuer;
  let upstream: Upstream;
  const envoys: RunningEnvoy[] = [];

  before(async () => {
    [discovered, named, upstream] = await Promise.all([startIssuer(), startIssuer(), startUpstream()]);
    const port = await freePort();
    const folder = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: istio-system}
spec:
  jwtRules:
    - issuer: "${discovered.issuer}"
    - {issuer: "${named.issuer}", jwksUri: "${named.jwksUri}", timeout: 1m, outputClaimToHeaders: [{header: x-sub, claim: sub}]}
${authorization("of-httpbin", `{selector: {matchLabels: {app: httpbin}}, rules: [{from: [{source: {requestPrincipals: ["*"]}}], to: [{operation: {ports: ["${port}"]}}]}]}`)}
${authorization("of-other", `{selector: {matchLabels: {app: other}}, rules: [{from: [{source: {requestPrincipals: ["${named.issuer}/*"]}}]}]}`)}`;
    for (const [app, listen] of [
      ["httpbin", port],
      ["other", 0],
    ]) {
      const { code, stdout, stderr } = await runCommand(
        [
          ...["render", "-", "--for", `foo/app=${app}`, "--as", "envoy", "--json"],
          ...["--upstream", `127.0.0.1:${upstream.port}`],
          ...["--listen", `127.0.0.1:${listen}`, "--admin", "127.0.0.1:0"],
        ],
        folder,
      );
      assert.equal(code, 0, stderr);
      assert.match(stderr, /"JP005"/);
      envoys.push(await startEnvoy({ path: (await locateEnvoy()).path, config: stdout }));
    }
  });

  after(async () => {
    await Promise.all(envoys.map((envoy) => envoy.stop()));
    await Promise.all([discovered.stop(), named.stop(), upstream.stop()]);
  });

  async function answer(envoy: number, issuer?: Issuer): Promise<{ status: number; body: string }> {
    const token = await issuer?.sign({ iss: issuer.issuer, sub: "alice" });
    const response = await fetch(`http://127.0.0.1:${envoys[envoy]!.port("jwt-policy")}/headers`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: await response.text() };
  }

  it("both issuers' tokens pass, where both are wanted and the port is the policy's", async () => {
    assert.equal((await answer(0, discovered)).status, 200);
    const { status, body } = await answer(0, named);
    assert.equal(status, 200);
    assert.match(body, /"x-sub":\s*"alice"/i);
    assert.equal((await answer(0)).status, 403);
  });

  it("the other workload has its own policy", async () => {
    assert.equal((await answer(1, named)).status, 200);
    assert.equal((await answer(1, discovered)).status, 403);
  });

  it("labels of metrics are taken out of their names", async () => {
    await answer(1);
    const wanted = [
      /^jwt_policy_refused_total\{reason="RBAC:?_access_denied"\} [1-9]/m,
      /^jwt_policy_jwks_fetches_total\{outcome="good"\} [1-9]/m,
      /^jwt_policy_jwks_age_seconds\{jwks="[^"]+jwks.json"\} \d/m,
    ];
    await eventually("the metrics", async () => {
      const page = await envoys[1]!.admin("/stats/prometheus?filter=jwt_policy");
      return wanted.every((line) => line.test(page)) || undefined;
    });
  });
});

describe("what Envoy itself says to a rendered bootstrap", () => {
  const validated = async (bootstrap: string) => {
    const directory = await mkdtemp(join(tmpdir(), "jwt-policy-render-"));
    try {
      const file = join(directory, "envoy.yaml");
      await writeFile(file, bootstrap);
      const { path } = await locateEnvoy();
      const { stdout } = await promisify(execFile)(path, ["--mode", "validate", "-c", file, "-l", "error"]);
      assert.match(stdout, /OK/);
    } finally {
      await rm(directory, { recursive: true });
    }
  };

  const request = (rule: string) => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec: {jwtRules: [${rule}]}
`;

  const cases: readonly (readonly [string, string, ...string[]])[] = [
    ["an https issuer", "{issuer: a, jwksUri: 'https://idp.example.com/keys'}"],
    ["an https issuer on a port", "{issuer: a, jwksUri: 'https://idp.example.com:8443/keys'}"],
    ["an https issuer by its address", "{issuer: a, jwksUri: 'https://[::1]:8443/keys'}"],
    [
      "two issuers of one host",
      "{issuer: a, jwksUri: 'https://i/a'}, {issuer: b, jwksUri: 'https://i:444/b'}",
    ],
    ["an edge gateway", "{issuer: a, jwksUri: 'https://i/a'}", "--gateway"],
  ];
  for (const [name, rule, ...flags] of cases) {
    it(name, async () => {
      await validated(await render(request(rule), "--upstream", "localhost:8000", ...flags));
    });
  }

  it("the same as JSON", async () => {
    await validated(await render(request(cases[0]![1]), "--upstream", "[::1]:8000", "--json"));
  });
});

describe("a client's names in a rendered Envoy", () => {
  interface Filter {
    readonly name: string;
    readonly typed_config: {
      readonly on_request_headers?: readonly { readonly object_key: string }[];
      readonly config?: { readonly configuration: { readonly value: string } };
    };
  }

  /** The keys that the filter ahead fills, and those that the configuration names. */
  async function keys(spec: string): Promise<{ filled: string[]; named: unknown[] }> {
    const bootstrap = JSON.parse(
      await render(authorization("allow", spec), "--upstream", "127.0.0.1:80", "--json"),
    ) as {
      static_resources: {
        listeners: { filter_chains: { filters: { typed_config: { http_filters: Filter[] } }[] }[] }[];
      };
    };
    const filters =
      bootstrap.static_resources.listeners[0]!.filter_chains[0]!.filters[0]!.typed_config.http_filters;
    const at = filters.findIndex(({ typed_config: { config } }) => config !== undefined);
    const configuration = JSON.parse(filters[at]!.typed_config.config!.configuration.value) as Record<
      string,
      unknown
    >;
    return {
      filled: filters
        .slice(0, at)
        .flatMap((one) => (one.typed_config.on_request_headers ?? []).map((state) => state.object_key)),
      named: ["peerUriSans", "peerDnsSans", "peerCertificate"].map((field) => configuration[field]),
    };
  }

  const all = ["jwt_policy.peer_uri_sans", "jwt_policy.peer_dns_sans", "jwt_policy.peer_certificate"];
  for (const rule of [
    "from: [{source: {notPrincipals: [cluster.local/ns/foo/sa/a]}}]",
    "from: [{source: {namespaces: [foo]}}]",
    "from: [{source: {serviceAccounts: [foo/a]}}]",
    "when: [{key: source.principal, notValues: [cluster.local/ns/foo/sa/a]}]",
  ]) {
    it(`are all left where the filter looks, for ${rule}`, async () => {
      assert.deepEqual(await keys(`{rules: [{${rule}}]}`), { filled: all, named: all });
    });
  }

  it("are left out where no policy asks for them", async () => {
    const { filled, named } = await keys("{rules: [{to: [{operation: {paths: [/x]}}]}]}");
    assert.deepEqual({ filled, named }, { filled: [], named: [undefined, undefined, undefined] });
  });
});
