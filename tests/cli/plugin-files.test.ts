// `check` on configurations of the filter: by themselves, in Istio's resources, in an Envoy configuration.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { checkTable } from "../../policies/findings/check-table.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { runCommand } from "./string-terminal.js";

interface Case {
  readonly title: string;
  readonly text: string;
  /** `line:column id message; remedy`, in order. */
  readonly says: readonly string[];
}

/** What `check` says of a text. */
async function said(text: string): Promise<string[]> {
  const { stdout } = await runCommand(["check", "-", "--json"], text);
  const { findings } = JSON.parse(stdout) as {
    findings: { id: string; line: number; column: number; message: string; remedy?: string }[];
  };
  return findings.map(({ id, line, column, message, remedy }) =>
    [`${line}:${column} ${id} ${message}`, ...(remedy === undefined ? [] : [remedy])].join("; "),
  );
}

const wasmPlugin = (more: string) => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: p, namespace: foo}
spec:
  url: oci://registry.corp/jwt-policy@sha256:0123456789012345678901234567890123456789012345678901234567890123
  match: [{mode: SERVER}]
${more}`;

const envoy = (configuration: string, more = "") => `static_resources:
  listeners:
    - filter_chains:
        - filters:
            - typed_config:
                http_filters:
                  - typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
                      config:
                        name: foo.jwt-policy
                        root_id: jwt-policy${more}
${configuration}`;

const cases: readonly Case[] = [
  {
    title: "a good one",
    text: "authorizationPolicies:\n  - name: p\n    rules: [{}]\n",
    says: [],
  },
  {
    title: "keys of Google's on an origin that clusters does not name",
    text: "requestAuthentications: [{jwtRules: [{issuer: 'https://accounts.google.com'}]}]\n",
    says: [
      "1:47 JP307 no keys will come: they are on https://www.googleapis.com, which clusters does not name; name https://www.googleapis.com in clusters, or write jwksUri: https://www.googleapis.com/oauth2/v3/certs",
    ],
  },
  {
    title: "but not where it does",
    text: "requestAuthentications: [{jwtRules: [{issuer: 'https://accounts.google.com'}]}]\nclusters: {'https://www.googleapis.com': keys}\n",
    says: [],
  },
  {
    title: "fields that do not exist, and one that likely was meant",
    text: "authorizationPolicies:\n  - name: p\n    rules:\n      - to: [{operation: {path: [/x]}}]\n        wen: []\ntokencache: {}\n",
    says: [
      "4:27 JP301 authorizationPolicies[0].rules[0].to[0].operation.path: unknown field; did you mean paths?",
      "5:9 JP301 authorizationPolicies[0].rules[0].wen: unknown field; did you mean when?",
      "6:1 JP301 tokencache: unknown field; did you mean tokenCache?",
    ],
  },
  {
    title: "a main field with a slip in it",
    text: "authorizationPolices: []\n",
    says: ["1:1 JP301 authorizationPolices: unknown field; did you mean authorizationPolicies?"],
  },
  {
    title: "values of another type; the filter's words where it has some",
    text: "requestAuthentications:\nauthorizationPolicies:\n  - name: p\n    dryRun: 'yes'\n    rules: [{to: [{operation: {ports: [80]}}]}]\n",
    says: [
      "1:24 JP302 requestAuthentications: must not be null: give it a value, or leave the field out",
      "4:13 JP302 authorizationPolicies[0].dryRun: must be true or false, not a string",
      '5:40 JP302 authorizationPolicies[0].rules[0].to[0].operation.ports[0]: must be a string, not a number; quote it: "80"',
    ],
  },
  {
    title: "values that are not allowed, at the key where it is the key",
    text: "authorizationPolicies: [{name: p, action: CUSTOM}]\nclusters: {idp.example.com: idp}\n",
    says: [
      "1:43 JP303 authorizationPolicies[0].action: CUSTOM needs an external authorizer, which this filter does not call; use Envoy's ext_authz beside it",
      "2:12 JP303 clusters.idp.example.com: must be an origin like https://idp.example.com, without a path",
    ],
  },
  {
    title: "fields that are missing",
    text: "requestAuthentications: [{jwtRules: [{}]}]\nauthorizationPolicies:\n  - rules:\n      - when: [{values: [a]}]\n",
    says: [
      "1:38 JP303 requestAuthentications[0].jwtRules[0]: issuer or jwksUri must be given",
      "3:5 JP303 authorizationPolicies[0].name: must be set: it is the name of the AuthorizationPolicy",
      "4:16 JP303 authorizationPolicies[0].rules[0].when[0].key: `key` must not be empty",
    ],
  },
  {
    title: "what only the filter knows",
    text: "authorizationPolicies:\n  - {name: p, rules: [{from: [{source: {ipBlocks: [10.0.0.0/33]}}]}]}\n  - {name: p, namespace: default, rules: [{}]}\ndirectRemoteAddress: x\njwksCache: {duration: 90000s}\n",
    says: [
      "2:51 JP304 authorizationPolicies[0].rules[0].from[0].source.ipBlocks: bad CIDR range (10.0.0.0/33)",
      "3:12 JP304 authorizationPolicies[1].name: there is another policy default/p",
      '5:23 JP304 jwksCache.duration: must be a duration like "300s", from 1.0s to 86400.0s',
    ],
  },
  {
    title: "a WasmPlugin",
    text: wasmPlugin("  pluginConfig:\n    authorizationPolicies: [{name: p, action: deny}]\n"),
    says: ['8:47 JP303 authorizationPolicies[0].action: must be ALLOW, DENY or AUDIT, not "deny"'],
  },
  {
    title: "a WasmPlugin without configuration",
    text: wasmPlugin("  pluginConfig: {}\n"),
    says: [
      "5:3 JP303 the filter has no configuration, and refuses to run without; give at least requestAuthentications or authorizationPolicies",
    ],
  },
  {
    title: "a WasmPlugin that fails open, on outgoing requests too",
    text: wasmPlugin(
      "  failStrategy: FAIL_OPEN\n  pluginConfig: {authorizationPolicies: [{name: p}]}\n",
    ).replace("  match: [{mode: SERVER}]\n", ""),
    says: [
      "5:3 JP306 a sidecar runs the filter on the workload's outgoing requests too; say match: [{mode: SERVER}], unless it is for a gateway",
      "6:17 JP305 a filter that cannot run lets every request through; say failStrategy: FAIL_CLOSE",
    ],
  },
  {
    title: "a TrafficExtension",
    text: `apiVersion: extensions.istio.io/v1alpha1
kind: TrafficExtension
metadata: {name: p}
spec:
  targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: g}]
  wasm:
    url: "oci://ghcr.io/team/x@sha256:0123456789012345678901234567890123456789012345678901234567890123"
    pluginConfig: {requestAuthentications: [{jwtRule: []}]}
`,
    says: ["8:46 JP301 requestAuthentications[0].jwtRule: unknown field; did you mean jwtRules?"],
  },
  {
    title: "JSON text in an Envoy configuration",
    text: envoy(
      `                        failure_policy: FAIL_OPEN
                        configuration:
                          "@type": type.googleapis.com/google.protobuf.StringValue
                          value: |
                            {

                              "authorizationPolicies": [
                                { "name": "p", "rule": [] }
                              ]
                            }
`,
    ),
    says: [
      "12:41 JP305 a filter that cannot run lets every request through; say failure_policy: FAIL_CLOSED",
      "19:48 JP301 authorizationPolicies[0].rule: unknown field; did you mean rules?",
    ],
  },
  {
    title: "JSON text on one line in an Envoy configuration, at the text's place",
    text: envoy(
      `                        configuration: {"@type": type.googleapis.com/google.protobuf.StringValue, value: '{"crypto":"x"}'}\n`,
    ),
    says: ['12:106 JP303 crypto: must be "auto" or "wasm"'],
  },
  {
    title: "text that is no JSON in an Envoy configuration",
    text: envoy(
      `                        configuration: {"@type": type.googleapis.com/google.protobuf.StringValue, value: '{crypto: x}'}\n`,
    ),
    says: [`12:106 JP302 the configuration is no JSON: ${jsonError()}`],
  },
  {
    title: "a Struct in an Envoy configuration",
    text: envoy(
      `                        configuration:
                          "@type": type.googleapis.com/google.protobuf.Struct
                          value: { tokenCache: { maxEntries: -1 } }
`,
    ),
    says: ["14:62 JP303 tokenCache.maxEntries: must be a whole number from 0 to 1000000"],
  },
  {
    title: "an Envoy filter without configuration",
    text: envoy(""),
    says: [
      "10:25 JP303 the filter has no configuration, and refuses to run without; give at least requestAuthentications or authorizationPolicies",
    ],
  },
];

function jsonError(): string {
  try {
    JSON.parse("{crypto: x}");
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

it("there is a case for every check of configurations", () => {
  // Those of images have a table of their own, below.
  const seen = [
    ...cases.flatMap(({ says }) => says.map((one) => one.split(" ")[1]!)),
    ...["JP308", "JP309", "JP310"],
  ];
  const checks = checkTable.map(({ id }) => id).filter((id) => id.startsWith("JP3"));
  assert.deepEqual([...new Set(seen)].sort(), checks.sort());
});

describe("findings about configurations of the filter", () => {
  for (const { title, text, says } of cases) {
    it(title, async () => assert.deepEqual(await said(text), says));
  }
});

it("plugins of others are none of its business", async () => {
  const other = wasmPlugin("  pluginConfig: {x: 1}\n").replace("jwt-policy", "other");
  const { code, stderr } = await runCommand(["check", "-"], other);
  assert.equal(code, 2);
  assert.match(stderr, /no configuration of the filter/);
});

it("all that this project ships is good, but for the registry, which is the user's", async () => {
  for (const [file, ids] of [
    ["istio/wasmplugin.yaml", ["JP308"]],
    ["istio/trafficextension.yaml", ["JP308"]],
    ["jwt-policy.yaml", []],
  ] as const) {
    const { stdout } = await runCommand(["check", join(repositoryRoot, "envoy", file), "--json"]);
    const { findings } = JSON.parse(stdout) as { findings: { id: string }[] };
    assert.deepEqual(
      findings.map(({ id }) => id),
      ids,
      file,
    );
  }
});

describe("where a plugin fetches the filter", () => {
  const digest = "0".repeat(64);
  const plugin = (url: string, more = "", name = "p") => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: ${name}, namespace: foo}
spec: {pluginName: jwt-policy, url: "${url}", match: [{mode: SERVER}], pluginConfig: {authorizationPolicies: [{name: a, rules: [{}]}]}${more}}
`;
  const images: readonly (readonly [url: string, more: string, ids: readonly string[]])[] = [
    [`oci://ghcr.io/team/jwt-policy@sha256:${digest}`, "", []],
    ["oci://ghcr.io/team/jwt-policy:v1", `, sha256: "${digest}"`, []],
    ["oci://10.0.0.1:5000/jwt-policy:v1", `, sha256: "${digest}"`, []],
    ["oci://examples.io/jwt-policy:v1", `, sha256: "${digest}"`, []],
    ["file:///etc/istio/jwt-policy.wasm", "", []],
    ["https://files.corp/jwt-policy.wasm", "", []],
    ["oci://ghcr.io/team/jwt-policy:v1", "", ["JP309"]],
    ["ghcr.io/team/jwt-policy", "", ["JP309"]],
    ["oci://registry.example.com/jwt-policy:v1", "", ["JP308"]],
    ["oci://registry.example.com:5000/jwt-policy:v1", `, sha256: "${digest}"`, ["JP308"]],
    ["registry.example/jwt-policy:v1", "", ["JP308"]],
    ["oci://REGISTRY/jwt-policy:v1", "", ["JP308"]],
    ["https://example.org/jwt-policy.wasm", "", ["JP308"]],
  ];
  for (const [url, more, ids] of images) {
    it(`${url}${more}: ${ids.join() || "nothing"}`, async () => {
      const found = (await said(plugin(url, more))).map((one) => one.split(" ")[1]);
      assert.deepEqual(found, ids);
    });
  }

  const names: readonly (readonly [name: string, isRefused: boolean])[] = [
    ["httpbin-jwt-policy", false],
    ["a.b", false],
    ["Httpbin", true],
    ["httpbin_jwt", true],
    ["-a", true],
  ];
  for (const [name, isRefused] of names) {
    it(`the name ${name} is ${isRefused ? "refused" : "taken"}`, async () => {
      const found = await said(plugin(`oci://ghcr.io/jwt-policy@sha256:${digest}`, "", name));
      assert.equal(
        found.some((one) => one.includes(" JP310 ")),
        isRefused,
        found.join(),
      );
    });
  }
});

it("--fix quotes what is to be a string", async () => {
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-check-"));
  try {
    const file = join(directory, "config.yaml");
    await writeFile(
      file,
      "authorizationPolicies: [{name: 1, rules: [{to: [{operation: {ports: [80]}}]}]}]\n",
    );
    const { code } = await runCommand(["check", file, "--fix"]);
    assert.equal(code, 0);
    assert.equal(
      await readFile(file, "utf8"),
      'authorizationPolicies: [{name: "1", rules: [{to: [{operation: {ports: ["80"]}}]}]}]\n',
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
