// Where the policies run, and everything else that the form can say: the command that the page shows gives the page's answer, and so does the test file
// that a kept request becomes. In Node: a shell reads the line, and this process runs it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Asker } from "../../playground/answer/ask.js";
import { exampleScene } from "../../playground/examples/example.js";
import { examples } from "../../playground/examples/examples.js";
import { commandLine } from "../../playground/scene/command-line.js";
import { keptCase } from "../../playground/scene/kept-case.js";
import { usualMesh, type Scene, type SceneMesh, type SceneRequest } from "../../playground/scene/scene.js";
import { signedToken } from "../../playground/scene/signed-token.js";
import { testFile, TEST_FILE } from "../../playground/scene/test-file.js";
import { Filter } from "../../policies/evaluation/filter.js";
import { explanationJson } from "../../policies/explanation/told/explanation-json.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { runCommand } from "../cli/string-terminal.js";

const filter = await Filter.from(await readFile(join(repositoryRoot, "build", "jwt-policy.wasm")));
const NOW = 1_800_000_000;
const plain = exampleScene(examples.find(({ name }) => name === "Who, what, and with which scope")!);

interface Options {
  readonly workload?: string;
  readonly mesh?: Partial<SceneMesh>;
  readonly request?: Partial<SceneRequest>;
  readonly others?: Partial<Scene>;
}

/** A scene without a token, unless `others` has one. */
function scene(text: string, { workload = "foo/app=httpbin", mesh, request, others }: Options = {}): Scene {
  return {
    ...plain,
    files: [{ file: "policies.yaml", text }],
    workload,
    token: "none",
    mesh: { ...usualMesh, ...mesh },
    request: { ...plain.request, now: String(NOW), ...request },
    ...others,
  };
}

const policy = (namespace: string, spec: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: p, ${namespace === "" ? "" : `namespace: ${namespace}`} }
spec: { ${spec} }
`;
const denyAll = "action: DENY, rules: [{}]";
const service = (kind: string) =>
  `targetRefs: [{ kind: ${kind}, group: ${
    kind === "Service" ? '""' : "networking.istio.io"
  }, name: httpbin }], ${denyAll}`;
const onePrincipal = (trustDomain: string) =>
  `rules: [{ from: [{ source: { principals: ["${trustDomain}/ns/foo/sa/sleep"] } }] }]`;
const waypoint = "foo/gateway.networking.k8s.io/gateway-name=waypoint";
const pass = policy("foo", "rules: [{}]");
const jwtClaims = { iss: "https://idp.example.com/", sub: "billing@clients", aud: "istio-jwt-test" };
const pasted = await signedToken({ ...jwtClaims, scope: "write:database", exp: NOW + 60 }, false);
const { files } = plain;

/** Each with what decides; without the fields of `mesh` it is another answer. */
const scenes: readonly (readonly [name: string, scene: Scene, answer: string])[] = [
  [
    "a waypoint and its Service",
    scene(policy("foo", service("Service")), {
      workload: waypoint,
      mesh: { proxy: "waypoint", service: "httpbin" },
    }),
    "denied",
  ],
  [
    "a waypoint and a Service of another namespace",
    scene(policy("shops", service("Service")), {
      workload: waypoint,
      mesh: { proxy: "waypoint", service: "shops/httpbin" },
    }),
    "denied",
  ],
  [
    "a waypoint and its ServiceEntry",
    scene(policy("foo", service("ServiceEntry")), {
      workload: waypoint,
      mesh: { proxy: "waypoint", serviceEntry: "foo/httpbin" },
    }),
    "denied",
  ],
  [
    "another root namespace",
    scene(`${pass}---\n${policy("mesh-root", denyAll)}`, { mesh: { rootNamespace: "mesh-root" } }),
    "denied",
  ],
  ["objects that name no namespace", scene(policy("", denyAll), { mesh: { namespace: "foo" } }), "denied"],
  [
    "another trust domain",
    scene(policy("foo", onePrincipal("cluster.local")), {
      mesh: { trustDomain: "td.example" },
      request: { principal: "td.example/ns/foo/sa/sleep" },
    }),
    "allowed",
  ],
  [
    "aliases of the trust domain",
    scene(policy("foo", onePrincipal("td.example")), {
      mesh: { trustDomain: "td.example", trustDomainAliases: "older.example, old.example" },
      request: { principal: "old.example/ns/foo/sa/sleep" },
    }),
    "allowed",
  ],
];

/** What the form says besides. */
const others: readonly (readonly [name: string, scene: Scene, answer: string])[] = [
  ["a gateway", scene(pass, { mesh: { proxy: "gateway" } }), "allowed"],
  [
    "no gateway",
    scene(pass, { workload: "foo/istio=ingressgateway", mesh: { proxy: "sidecar" } }),
    "allowed",
  ],
  [
    "the connection",
    scene(
      policy(
        "foo",
        'rules: [{ from: [{ source: { ipBlocks: ["10.0.0.1"], remoteIpBlocks: ["2001:db8::1"] } }], to: [{ operation: { ports: ["8443"], hosts: [a.example] } }], when: [{ key: connection.sni, values: [s.example] }] }]',
      ),
      {
        request: {
          method: "PURGE",
          url: "https://a.example/it's?q=$(id)",
          headers: "x-note: it's; `id` $HOME\nx-two: \\n",
          peer: "10.0.0.1",
          remote: "2001:db8::1",
          destination: "10.0.0.9:8443",
          sni: "s.example",
        },
      },
    ),
    "allowed",
  ],
  [
    "a client's certificate",
    scene(policy("foo", onePrincipal("cluster.local")), {
      request: { principal: "cluster.local/ns/foo/sa/sleep", certificate: "ab".repeat(32) },
    }),
    "allowed",
  ],
  [
    "dynamic metadata",
    scene(
      policy("foo", 'rules: [{ when: [{ key: "experimental.envoy.filters.a.b[c]", values: ["d e"] }] }]'),
      { request: { metadata: '{"envoy.filters.a.b": {"c": "d e"}}' } },
    ),
    "allowed",
  ],
  [
    "claims",
    { ...plain, request: { ...plain.request, now: String(NOW) }, claims: '{"sub": "it\'s $HOME"}' },
    "denied",
  ],
  ["a pasted token", scene(files[0]!.text, { others: { token: "pasted", pasted } }), "allowed"],
  [
    "a pasted token, taken for good",
    scene(files[0]!.text, {
      others: { token: "pasted", pasted: { ...pasted, jwks: "", unverified: true } },
    }),
    "allowed",
  ],
  [
    "several files",
    scene("", {
      others: {
        files: [
          { file: "policies.yaml", text: pass },
          { file: "deny all.yaml", text: policy("foo", denyAll).replace("name: p", "name: q") },
        ],
      },
    }),
    "denied",
  ],
  [
    "a configuration of the filter in place of policies",
    scene(`apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: jwt-policy, namespace: foo }
spec:
  url: oci://registry.example.com/jwt-policy:1
  pluginConfig:
    authorizationPolicies:
      - { name: a, namespace: foo, action: ALLOW, rules: [{ to: [{ operation: { methods: [POST] } }] }] }
`),
    "denied",
  ],
];

describe("as a command, and as a test file", () => {
  let directory: string;
  const usual = process.cwd();
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-command-"));
    process.chdir(directory);
  });
  after(async () => {
    process.chdir(usual);
    delete process.env["TOKEN"];
    await rm(directory, { recursive: true });
  });

  const answerTo = async (one: Scene) => {
    const { answer } = await new Asker(filter).ask(one, () => Promise.resolve());
    return answer;
  };

  for (const [name, one, decision] of [...scenes, ...others])
    it(name, async () => {
      const answer = await answerTo(one);
      assert.ok(answer.kind === "explained", JSON.stringify(answer));
      assert.equal(answer.explanation.decision, decision);
      for (const { file, text } of one.files) await writeFile(file, text);
      await writeFile("jwks.json", one.pasted.jwks);
      process.env["TOKEN"] = one.pasted.text;
      const { stdout, stderr } = await runCommand([...wordsOf(commandLine(one)), "--json"]);
      assert.deepEqual(JSON.parse(stdout), alike(explanationJson(answer.explanation)), stderr);
      const made = keptCase(one, answer);
      if (one.token === "pasted") {
        assert.ok("why" in made);
        return;
      }
      assert.ok("kept" in made);
      await writeFile(TEST_FILE, testFile({ ...one, cases: [made.kept] }));
      const tested = await runCommand(["test", TEST_FILE]);
      assert.match(tested.stdout, /1 test, 1 passed, 0 failed/, tested.stderr);
    });

  for (const [name, one, decision] of scenes)
    it(`elsewhere it is another answer: ${name}`, async () => {
      const answer = await answerTo({ ...one, mesh: usualMesh });
      assert.notEqual(answer.kind === "explained" ? answer.explanation.decision : answer.kind, decision);
    });
});

/** The words that a shell makes of a line, without `npx envoy-jwt-policy`. */
function wordsOf(line: string): string[] {
  const text = execFileSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  const [npx, program, ...words] = text.split("\0").slice(0, -1);
  assert.deepEqual([npx, program], ["npx", "envoy-jwt-policy"]);
  return words;
}

/** As it is read from a text. */
const alike = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
