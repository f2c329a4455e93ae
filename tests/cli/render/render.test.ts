// What `render` writes for policies that Istio takes, what it refuses, and what it remarks.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import type { PluginConfig } from "../../../policies/plugin-config/plugin-config.js";
import { authentication, from, HERE, policy, rule, to, when } from "../lints/lint-case.js";
import { runCommand, type CommandResult } from "../string-terminal.js";

const keys = "jwksUri: 'https://idp/keys'";

const render = (yaml: string, ...args: readonly string[]): Promise<CommandResult> =>
  runCommand(["render", "-", "--for", "foo/app=httpbin", ...args], yaml);

async function configOf(yaml: string, ...args: readonly string[]): Promise<PluginConfig> {
  const { code, stdout, stderr } = await render(yaml, ...args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as PluginConfig;
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

async function objectsOf(yaml: string, ...args: readonly string[]): Promise<KubernetesObject[]> {
  const { code, stdout, stderr } = await runCommand(
    ["render", "-", "--as", "wasmplugin", "--image", "oci://registry.corp/jwt-policy:v1", ...args],
    yaml,
  );
  assert.equal(code, 0, stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
}

it("a policy without a namespace, which may be meant for the workload, is not left out in silence", async () => {
  const deny = policy("{action: DENY, rules: [{}]}", { name: "deny" }).replace(", namespace: foo", "");
  const { code, stdout, stderr } = await render(policy("{rules: [{}]}") + deny);
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /deny/);
  assert.match(
    stderr,
    /-:8:18: warning: the policy names no namespace: it is taken for one of default.* \[JP007\]/,
  );
  assert.match(stderr, /-n foo/);
  const explained = await runCommand(["explain", "-", "--for", "foo"], policy("{rules: [{}]}") + deny);
  assert.match(explained.stdout, /^ALLOWED/);
  assert.equal(explained.stderr, stderr);
  const meant = await render(policy("{rules: [{}]}") + deny, "-n", "foo");
  assert.equal(meant.stderr, "");
  assert.match(meant.stdout, /deny/);
  assert.equal((await render(policy("{rules: [{}]}") + deny, "-n", "istio-system")).stderr, "");
});

it("what Istio refuses of a waypoint's policies is refused in the service's namespace too", async () => {
  const target = "targetRefs: [{kind: Service, group: '', name: shop}], ";
  const yaml = policy(`{${target}rules: [{to: [{operation: {path: [/a]}}]}]}`, { namespace: "shops" });
  const args = ["render", "-", "--waypoint", "--service", "shops/shop"];
  const workload = ["--for", "foo/gateway.networking.k8s.io/gateway-name=waypoint"];
  const { code, stderr } = await runCommand([...args, ...workload], yaml);
  assert.equal(code, 1);
  assert.match(stderr, /operation has no field path .*JP101/);
});

for (const [verb, ...more] of [
  ["render", "-"],
  ["explain", "-", "--request", "GET /"],
] as const)
  for (const option of ["service", "service-entry"] as const)
    it(`${verb} refuses --${option} for what is no waypoint: policies of another namespace would count`, async () => {
      const yaml = policy("{rules: [{}]}", { namespace: "shops" });
      const args = [verb, ...more, "--for", "foo/app=a", `--${option}`, "shops/shop"];
      const { code, stdout, stderr } = await runCommand(args, yaml);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /shops\/shop: waypoints handle the traffic of Services, and foo\/app=a is none/);
    });

describe("a spec as Istio reads it", () => {
  const durations: readonly (readonly [string, string])[] = [
    ["5s", "5s"],
    ["0.5s", "0.5s"],
    ["500ms", "0.5s"],
    ["1m", "60s"],
    ["1m30s", "90s"],
    ["+5s", "5s"],
    [".25s", "0.25s"],
    ["1.5m", "90s"],
  ];
  for (const [written, seconds] of durations) {
    it(`the timeout ${written} is ${seconds}`, async () => {
      const { requestAuthentications } = await configOf(
        authentication(`{issuer: a, ${keys}, timeout: ${written}}`),
      );
      assert.deepEqual(requestAuthentications?.[0]?.["jwtRules"], [
        { issuer: "a", jwksUri: "https://idp/keys", timeout: seconds },
      ]);
    });
  }

  it("empty lists are fields that are not set", async () => {
    const { authorizationPolicies } = await configOf(
      rule("{from: [], to: [{operation: {methods: [GET], paths: []}}], when: []}"),
    );
    assert.deepEqual(authorizationPolicies?.[0]?.["rules"], [{ to: [{ operation: { methods: ["GET"] } }] }]);
  });
});

describe("beside the native filters", () => {
  const yaml =
    authentication(`{issuer: a, ${keys}}, {issuer: b, ${keys}, forwardOriginalToken: false}`) +
    rule(from("requestPrincipals: ['*']")) +
    rule(to("paths: [/a]"), "DENY", { name: "deny" }) +
    rule("{}", "AUDIT", { name: "audit" });

  it("--forward-token leaves the tokens of every rule in the request", async () => {
    const { requestAuthentications } = await configOf(yaml, "--forward-token");
    const rules = requestAuthentications?.[0]?.["jwtRules"] as { forwardOriginalToken: boolean }[];
    assert.deepEqual(
      rules.map(({ forwardOriginalToken }) => forwardOriginalToken),
      [true, true],
    );
  });

  it("--dry-run lets no policy decide", async () => {
    const { authorizationPolicies } = await configOf(yaml, "--dry-run");
    assert.deepEqual(
      authorizationPolicies?.map(({ name, dryRun }) => [name, dryRun]),
      [
        ["allow", true],
        ["deny", true],
        ["audit", undefined],
      ],
    );
  });

  it("neither is on by itself", async () => {
    const { requestAuthentications, authorizationPolicies } = await configOf(yaml);
    const rules = requestAuthentications?.[0]?.["jwtRules"] as { forwardOriginalToken?: boolean }[];
    assert.deepEqual(
      rules.map(({ forwardOriginalToken }) => forwardOriginalToken),
      [undefined, false],
    );
    assert.ok(authorizationPolicies?.every((one) => !("dryRun" in one)));
  });
});

describe("what the filter refuses and Istio does not", () => {
  const refused: readonly (readonly [name: string, yaml: string, says: string])[] = [
    [
      "an issuer that keys cannot be discovered from",
      authentication(`{issuer: ${HERE}a}`),
      "give jwksUri or jwks",
    ],
    [
      "a key set without a key",
      authentication(`{issuer: a, jwks: ${HERE}'{"keys":[]}'}`),
      "Jwks doesn't have any valid public key",
    ],
    [
      "a claim that would write the host",
      authentication(`{issuer: a, ${keys}, outputClaimToHeaders: [{header: ${HERE}host, claim: sub}]}`),
      "host",
    ],
    ["a long timeout", authentication(`{issuer: a, ${keys}, timeout: ${HERE}1h}`), "600"],
    [
      "a key that is none",
      rule(`{when: [{key: ${HERE}'request.headersX[a]', values: [b]}]}`),
      "request.headersX[a]",
    ],
    [
      "the second of two rules",
      policy(`{rules: [{}, {to: [{operation: {paths: ${HERE}['{*}']}}]}]}`),
      "must begin with /",
    ],
  ];
  for (const [name, marked, says] of refused) {
    const yaml = marked.replace(HERE, "");
    const before = marked.slice(0, marked.indexOf(HERE)).split("\n");
    const place = `-:${before.length}:${before.at(-1).length + 1}`;

    it(`render: ${name}`, async () => {
      const { code, stdout, stderr } = await render(yaml);
      assert.equal(code, 1, stdout);
      assert.equal(stdout, "");
      assert.ok(stderr.startsWith(`${place}: error:`), stderr);
      assert.match(stderr, /\[JP003\]/);
      assert.ok(stderr.includes(says), stderr);
    });

    it(`check: ${name}`, async () => {
      const { code, stdout } = await runCommand(["check", "-"], yaml);
      assert.equal(code, 1);
      assert.ok(stdout.includes(`${place}: error:`) && stdout.includes("[JP003]"), stdout);
    });
  }

  it("CUSTOM is an error of render and a note of check", async () => {
    const custom = policy("{action: CUSTOM, provider: {name: opa}, rules: [{}]}");
    const rendered = await render(custom);
    assert.equal(rendered.code, 1);
    assert.match(rendered.stderr, /^-:4:8: error: .*\[JP001\]/);
    const checked = await runCommand(["check", "-"], custom);
    assert.equal(checked.code, 0);
    assert.match(checked.stdout, /^-:4:8: note: .*\[JP001\]/);
  });

  it("with --json the findings are the result", async () => {
    const { code, stdout, stderr } = await render(authentication("{issuer: a}"), "--json");
    assert.equal(code, 1);
    assert.equal(stderr, "");
    const { findings } = JSON.parse(stdout) as { findings: { id: string; line: number; column: number }[] };
    assert.deepEqual(
      findings.map(({ id, line, column }) => ({ id, line, column })),
      [{ id: "JP003", line: 4, column: 28 }],
    );
  });
});

describe("which listeners the plugin is for", () => {
  const everything = (namespace: string) => policy("{rules: [{}]}", { namespace });
  const cases: readonly (readonly [workload: string, gateway: boolean, flags: string, yaml?: string])[] = [
    ["foo/app=httpbin", false, ""],
    ["foo", false, ""],
    ["foo/app=api-gateway", false, ""],
    ["foo/app=httpbin", true, "--gateway"],
    ["istio-system/istio=ingressgateway", true, ""],
    ["istio-system/istio=ingress", true, ""],
    ["istio-system/app=istio-ingressgateway", true, ""],
    ["ingress/app=istio-ingress", true, ""],
    ["istio-system/istio=ingressgateway", false, "--no-gateway"],
    ["istio-system/app=istiod,istio=pilot", false, ""],
    ["foo/gateway.networking.k8s.io/gateway-name=g", true, ""],
    [
      "foo/app=edge",
      true,
      "",
      "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: foo}\nspec: {selector: {app: edge}}\n",
    ],
  ];
  for (const [workload, gateway, flags, yaml = ""] of cases) {
    it(`${workload} ${flags} ${yaml === "" ? "" : "with its Gateway "}is ${gateway ? "a" : "no"} gateway`, async () => {
      const [namespace] = workload.split("/");
      const [plugin] = await objectsOf(
        everything(namespace!) + yaml,
        "--for",
        workload,
        ...flags.split(" ").filter((flag) => flag !== ""),
      );
      // A plugin for SERVER does nothing on a gateway; one for all judges what a sidecar's workload sends.
      assert.deepEqual(plugin!.spec["match"], gateway ? undefined : [{ mode: "SERVER" }]);
    });
  }
});

describe("the way to the issuers", () => {
  it("a cluster goes by the origin as the filter reads it", async () => {
    const yaml = authentication("{issuer: a, jwksUri: 'https://IDP.Example.com:443/keys'}");
    const [plugin, entry] = await objectsOf(yaml, "--for", "foo");
    const { clusters } = plugin!.spec["pluginConfig"] as PluginConfig;
    assert.deepEqual(clusters, { "https://IDP.Example.com": "outbound|443|jwks|idp.example.com" });
    assert.deepEqual(entry!.spec["hosts"], ["idp.example.com"]);
  });

  it("an issuer is followed to the origin of its keys where that is known", async () => {
    const yaml = authentication("{issuer: 'https://accounts.google.com'}");
    assert.deepEqual((await configOf(yaml)).clusters, {
      "https://www.googleapis.com": "outbound|443||www.googleapis.com",
    });
    const [plugin, ...objects] = await objectsOf(yaml, "--for", "foo");
    assert.deepEqual((plugin!.spec["pluginConfig"] as PluginConfig).clusters, {
      "https://www.googleapis.com": "outbound|443|jwks|www.googleapis.com",
      "https://accounts.google.com": "outbound|443|jwks|accounts.google.com",
    });
    const hosts = objects.flatMap(({ spec }) => (spec["hosts"] as string[] | undefined) ?? []);
    assert.deepEqual(hosts.sort(), ["accounts.google.com", "www.googleapis.com"]);
    const envoy = ["--as", "envoy", "--upstream", "127.0.0.1:80", "--json"];
    const rendered = await render(yaml, ...envoy);
    assert.equal(rendered.stderr, "", "no remark: the way is there");
    for (const host of hosts) assert.ok(rendered.stdout.includes(`"address": "${host}"`), host);
  });

  it("--cluster must name an origin", async () => {
    const { code, stderr } = await render(authentication(`{issuer: a, ${keys}}`), "--cluster", "idp=jwks");
    assert.equal(code, 2);
    assert.match(stderr, /--cluster idp=jwks: expected origin=name/);
  });
});

describe("what render remarks", () => {
  const virtualService = (header: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: httpbin, namespace: foo}
spec:
  http:
    - match: [{${header}: {"@request.auth.claims.groups": {exact: a}}}]
---
`;
  const jwt = authentication(`{issuer: a, ${keys}}`);
  const envoy = ["--as", "envoy", "--upstream", "127.0.0.1:80"];
  const cases: readonly (readonly [
    name: string,
    yaml: string,
    args: readonly string[],
    remark: RegExp | undefined,
  ])[] = [
    [
      "routes by claims, on a gateway",
      virtualService("headers") + jwt,
      ["--gateway"],
      /^-:6:\d+: warning: .*\[JP004\]/,
    ],
    ["routes without a claim", virtualService("withoutHeaders") + jwt, ["--gateway"], /JP004/],
    ["but not on a sidecar, where they do nothing", virtualService("headers") + jwt, [], undefined],
    [
      "keys that are discovered",
      authentication("{issuer: 'https://idp'}"),
      envoy,
      /^-:4:\d+: note: .*\[JP005\]/,
    ],
    [
      "but not for the filter's configuration alone",
      authentication("{issuer: 'https://idp'}"),
      [],
      undefined,
    ],
    ["principals of certificates", rule(from("principals: [a]")), envoy, /note: .*principals.*\[JP006\]/],
    ["namespaces", rule(when("source.namespace", "values: [a]")), envoy, /source\.namespace.*\[JP006\]/],
    ["the port of another listener", rule(to("ports: ['8080']")), envoy, /--listen 127\.0\.0\.1:8080/],
    ["but not of this one", rule(to("ports: ['8080']")), [...envoy, "--listen", "127.0.0.1:8080"], undefined],
    ["nor without these", jwt + rule(from("requestPrincipals: ['a/*']")), envoy, undefined],
    [
      "nor in Istio",
      rule(from("principals: [a]")),
      ["--as", "wasmplugin", "--image", "oci://registry.corp/jwt-policy:v1"],
      undefined,
    ],
  ];
  for (const [name, yaml, args, remark] of cases) {
    it(name, async () => {
      const { code, stdout, stderr } = await render(yaml, ...args);
      assert.equal(code, 0, stderr);
      assert.ok(stdout.length > 0);
      if (remark === undefined) assert.equal(stderr, "");
      else assert.match(stderr, remark);
    });
  }

  it("with --json as JSON, beside the result", async () => {
    const { stdout, stderr } = await render(authentication("{issuer: 'https://idp'}"), ...envoy, "--json");
    JSON.parse(stdout);
    const { findings } = JSON.parse(stderr) as { findings: { id: string }[] };
    assert.deepEqual(
      findings.map(({ id }) => id),
      ["JP005"],
    );
  });
});

it("a file that cannot be written", async () => {
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-render-"));
  await rm(directory, { recursive: true });
  const { code, stderr } = await render(policy("{}"), "-o", join(directory, "x.yaml"));
  assert.equal(code, 2);
  assert.equal(stderr, `jwt-policy: cannot write ${join(directory, "x.yaml")}: no such file or directory\n`);
});
