// The YAML that the pages print is what Envoy, the filter, the schema or `check` take, as it stands.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import { startEnvoy } from "../../../cli/envoy/envoy-process.js";
import { peerNameKeys, peerNamesFilters } from "../../../policies/render/envoy/peer-names-filter.js";
import { statsTags } from "../../../policies/render/envoy/stats-tags.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { readEnvoyConfig } from "../../../scripts/envoy-config.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { startUpstream } from "../../../scripts/upstream.js";
import { runCommand } from "../../cli/string-terminal.js";
import { policySetOf } from "../../istio/comparison/policy-set.js";
import { allBlocks, type FencedBlock } from "./fenced-blocks.js";

const blocks = (await allBlocks()).filter(({ language }) => language === "yaml");
const done = new Set<FencedBlock>();

/** The one YAML block of the page that begins so. */
function block(page: string, begins: string): string {
  const found = blocks.filter((one) => one.page === page && one.text.startsWith(begins));
  assert.equal(found.length, 1, `${page} has ${found.length} blocks that begin with ${begins}`);
  done.add(found[0]!);
  return found[0]!.text;
}

/** Statuses of requests by `Authorization` to an Envoy with envoy/jwt-policy.yaml whose HTTP filters are these. */
async function statusesWith(
  filters: readonly object[],
  tokens: readonly (string | undefined)[],
): Promise<number[]> {
  const document = await readEnvoyConfig();
  const upstream = await startUpstream();
  const listener = ["static_resources", "listeners", 0];
  const manager = [...listener, "filter_chains", 0, "filters", 0, "typed_config"];
  const before = (document.getIn([...manager, "http_filters"], true) as { toJSON(): object[] }).toJSON();
  // The router is the last one.
  document.setIn([...manager, "http_filters"], document.createNode([...filters, before.at(-1)]));
  document.setIn([...listener, "address", "socket_address", "port_value"], 0);
  document.setIn(["admin", "address", "socket_address", "port_value"], 0);
  const endpoint = [
    "load_assignment",
    "endpoints",
    0,
    "lb_endpoints",
    0,
    "endpoint",
    "address",
    "socket_address",
  ];
  document.setIn(["static_resources", "clusters", 0, ...endpoint, "port_value"], upstream.port);
  const { path } = await locateEnvoy();
  const envoy = await startEnvoy({ path, config: JSON.stringify(document.toJS()) });
  try {
    const name = document.getIn([...listener, "name"]) as string;
    const statuses: number[] = [];
    for (const token of tokens) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`http://127.0.0.1:${envoy.port(name)}/headers`, { headers });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    return statuses;
  } finally {
    await envoy.stop();
    await upstream.stop();
  }
}

describe("printed YAML", () => {
  let directory = "";
  // The printed file names are seen from here.
  const from = process.cwd();
  before(async () => {
    process.chdir(repositoryRoot);
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-yaml-"));
  });
  after(async () => {
    process.chdir(from);
    await rm(directory, { recursive: true });
  });

  const checked = async (text: string): Promise<void> => {
    const file = join(directory, "printed.yaml");
    await writeFile(file, text);
    const { code, stdout, stderr } = await runCommand([
      "check",
      file,
      "--ignore",
      "JP308",
      "--fail-on",
      "warning",
    ]);
    assert.equal(code, 0, stdout + stderr);
  };

  it("README.md: the lines for Istio are what check and the filter take", async () => {
    const text = block("README.md", "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin");
    await checked(text);
    // The issuer is called with TLS: the cluster is one that the shipped DestinationRule makes.
    const issuer = join(repositoryRoot, "envoy", "istio", "issuer.yaml");
    const both = await runCommand([
      "check",
      join(directory, "printed.yaml"),
      issuer,
      "--ignore",
      "JP308",
      "--fail-on",
      "warning",
    ]);
    assert.equal(both.code, 0, both.stdout + both.stderr);
    await writeFile(join(directory, "printed.yaml"), text.replace(/\n +clusters:[^]*$/, "\n"));
    const without = await runCommand([
      "check",
      join(directory, "printed.yaml"),
      issuer,
      "--ignore",
      "JP308",
      "--fail-on",
      "warning",
    ]);
    assert.match(without.stdout, /\[JP223\]/);
    const { spec } = parse(text) as { spec: { pluginConfig: object } };
    const filter = {
      name: "jwt-policy",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
        config: {
          root_id: "jwt-policy",
          failure_policy: "FAIL_CLOSED",
          vm_config: {
            vm_id: "jwt-policy",
            runtime: "envoy.wasm.runtime.v8",
            code: { local: { filename: "build/jwt-policy.wasm" } },
          },
          configuration: {
            "@type": "type.googleapis.com/google.protobuf.StringValue",
            value: JSON.stringify(spec.pluginConfig),
          },
        },
      },
    };
    assert.deepEqual(await statusesWith([filter], [undefined, "x.y.z"]), [403, 401]);
  });

  it("README.md: the filter of a raw Envoy", async () => {
    const { http_filters: filters } = parse(block("README.md", "http_filters:")) as {
      http_filters: object[];
    };
    assert.deepEqual(await statusesWith(filters, [undefined, "x.y.z"]), [403, 401]);
  });

  it("docs/configuration.md: the filter that hands over the TCP peer", async () => {
    const printed = parse(
      block("docs/configuration.md", "- name: envoy.filters.http.set_filter_state"),
    ) as object[];
    const { http_filters: filters } = parse(block("README.md", "http_filters:")) as {
      http_filters: { typed_config: { config: { configuration: { value: string } } } }[];
    };
    const statuses = [];
    for (const range of ["127.0.0.1", "10.0.0.0/8"]) {
      filters[0]!.typed_config.config.configuration.value = JSON.stringify({
        directRemoteAddress: "jwt_policy.direct_remote",
        authorizationPolicies: [
          { name: "peers", namespace: "foo", rules: [{ from: [{ source: { ipBlocks: [range] } }] }] },
        ],
      });
      statuses.push(...(await statusesWith([...printed, ...filters], [undefined])));
    }
    assert.deepEqual(statuses, [200, 403]);
  });

  it("docs/configuration.md: the filter that hands over the names of a client's certificate", async () => {
    const printed = parse(block("docs/configuration.md", "- name: jwt-policy.peer-names")) as object[];
    assert.deepEqual(printed, peerNamesFilters(peerNameKeys));
    const { http_filters: filters } = parse(block("README.md", "http_filters:")) as {
      http_filters: { typed_config: { config: { configuration: { value: string } } } }[];
    };
    const source = { notPrincipals: ["cluster.local/ns/foo/sa/a"] };
    filters[0]!.typed_config.config.configuration.value = JSON.stringify({
      ...peerNameKeys,
      authorizationPolicies: [{ name: "peers", namespace: "foo", rules: [{ from: [{ source }] }] }],
    });
    assert.deepEqual(await statusesWith([...printed, ...filters], [undefined]), [200]);
    // Nobody has noted the names.
    assert.deepEqual(await statusesWith(filters, [undefined]), [500]);
  });

  it("docs/operations.md: the access log is that of envoy/jwt-policy.yaml", async () => {
    const printed = parse(block("docs/operations.md", "access_log:")) as { access_log: object[] };
    const { static_resources: shipped } = (await readEnvoyConfig()).toJS() as {
      static_resources: {
        listeners: { filter_chains: { filters: { typed_config: { access_log: object[] } }[] }[] }[];
      };
    };
    const manager = shipped.listeners[0]!.filter_chains[0]!.filters[0]!.typed_config;
    assert.deepEqual(printed.access_log, manager.access_log);
  });

  it("docs/install.md: the lines of a WasmPlugin that pin the image", async () => {
    const text = block("docs/install.md", "url: oci://REGISTRY/jwt-policy").replace(
      "sha256: …",
      `sha256: ${"0".repeat(64)}`,
    );
    const plugin = parse(
      block("README.md", "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin"),
    ) as {
      spec: object;
    };
    await checked(stringify({ ...plugin, spec: { ...plugin.spec, ...(parse(text) as object) } }));
  });

  it("docs/operations.md: the native policy that denies what is no HTTP", async () => {
    const file = join(directory, "printed.yaml");
    await writeFile(file, block("docs/operations.md", "apiVersion: security.istio.io/v1"));
    const { stdout } = await runCommand(["check", file, "--ignore", "JP308", "--fail-on", "warning"]);
    // The remark, in Istio's words too, is what the policy is for.
    assert.match(stdout, /denies all traffic on TCP ports \[JP151\]/);
    assert.match(stdout, /0 errors, 1 warning, 0 notes$/m);
  });

  it("docs/operations.md: the labels that Istio is told of are those of the filter", () => {
    const { meshConfig } = parse(block("docs/operations.md", "meshConfig:")) as {
      meshConfig: { defaultConfig: { extraStatTags: string[] } };
    };
    assert.deepEqual(
      meshConfig.defaultConfig.extraStatTags,
      statsTags.map(({ tag_name: name }) => name),
    );
  });

  const ours = "apiVersion: envoy-jwt-policy/v1alpha1\nkind: JWTPolicyExtensions\nmetadata: { name: ";
  const examples = [
    ["docs/extensions.md", "notes", "mcp"],
    ["docs/extensions.md", "app", "answers"],
    ["docs/extensions.md", "cellar", "claims"],
    ["docs/extensions.md", "orders", "own-tenant"],
    ["docs/extensions.md", "portal", "claim-headers"],
    ["docs/mcp.md", "notes", "mcp"],
    ["docs/key-sources.md", "orders", "tenants"],
    ["docs/key-sources.md", "billing", "key-sources"],
    ["docs/key-sources.md", "reports", "spiffe"],
  ] as const;
  for (const [page, name, example] of examples) {
    it(`${page}: the object of ${name} is that of examples/${example}, which its tests are of`, async () => {
      const printed = block(page, `${ours}${name},`);
      const file = await readFile(join(repositoryRoot, "examples", example, "policies.yaml"), "utf8");
      assert.ok(file.split("---\n").includes(printed), printed);
    });
  }

  // npm run istio has a kube-apiserver beside them.
  it("docs/key-sources.md: the cluster verifies the name that it sends, and the binding is to the role for keys", () => {
    const { name, transport_socket: socket } = parse(block("docs/key-sources.md", "name: kubernetes\n")) as {
      readonly name: string;
      readonly transport_socket: {
        readonly typed_config: {
          readonly sni: string;
          readonly common_tls_context: {
            readonly validation_context: { readonly match_typed_subject_alt_names: readonly object[] };
          };
        };
      };
    };
    const { sni, common_tls_context: context } = socket.typed_config;
    assert.deepEqual(
      [name, context.validation_context.match_typed_subject_alt_names],
      ["kubernetes", [{ san_type: "DNS", matcher: { exact: sni } }]],
    );
    const binding = parse(
      block("docs/key-sources.md", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding"),
    ) as { readonly roleRef: { readonly name: string } };
    assert.equal(binding.roleRef.name, "system:service-account-issuer-discovery");
  });

  it("docs/istio-stage.md: the workloads and requests are what npm run istio reads", () => {
    const set = policySetOf("printed", block("docs/istio-stage.md", "workloads:"));
    assert.deepEqual(
      set.workloads.map(({ name, namespace, client }) => [namespace, name, client]),
      [
        ["foo", "httpbin", undefined],
        ["bar", "sleep", true],
      ],
    );
    assert.deepEqual(
      set.requests.map(({ from, method, path, token }) => [from, method, path, token !== undefined]),
      [
        [undefined, undefined, undefined, true],
        [undefined, undefined, undefined, true],
        [undefined, undefined, "/get", true],
        ["bar/sleep", "POST", "/anything", false],
      ],
    );
  });

  it("docs/checks.md: the settings of a team are taken", async () => {
    const file = join(directory, "settings.yaml");
    await writeFile(file, block("docs/checks.md", "check:\n  failOn: warning"));
    const policy = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: v}
spec: {hosts: [a], http: [{corsPolicy: {}, route: [{destination: {host: a}}]}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: p}
spec: {rules: [{from: [{source: {requestPrincipals: ["a"]}}], to: [{operation: {methods: [GET]}}]}]}
`;
    const found = async (...args: string[]) => {
      const { stdout } = await runCommand(["check", "-", "--json", ...args], policy);
      const { findings } = JSON.parse(stdout) as { findings: { id: string; resource: string }[] };
      return findings.map(({ id, resource }) => `${id} ${resource}`);
    };
    const [plain, set] = [await found(), await found("--settings", file)];
    assert.ok(
      plain.length > 0 && plain.every((one) => one.endsWith(" AuthorizationPolicy default/p")),
      plain.join(),
    );
    assert.ok(
      plain.some((one) => one.startsWith("JP214 ")),
      plain.join(),
    );
    assert.deepEqual(
      set,
      plain.filter((one) => !one.startsWith("JP214 ")).map((one) => one.replace("default/", "shop/")),
    );
  });

  it("every YAML block is held by a test", () => {
    // example.test.ts has the excerpt of the example; printed-lines.test.ts has what stands in a folder of the newcomer's.
    block("docs/testing-policies.md", "# yaml-language-server:");
    block("docs/testing-policies.md", "- run: npx ");
    block("docs/install.md", "# yaml-language-server:");
    const left = blocks.filter((one) => !done.has(one)).map(({ page, line }) => `${page}:${line}`);
    assert.deepEqual(left, []);
  });
});
