// What users may point the command at by mistake, and what becomes of their files.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { policy } from "./lints/lint-case.js";
import { runCommand } from "./string-terminal.js";

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-input-"));
});
after(() => rm(directory, { recursive: true }));

const nothing = "the files hold no RequestAuthentication, no AuthorizationPolicy and no configuration";

describe("exit code 2, and why", () => {
  const cases: readonly (readonly [name: string, text: string | undefined, says: string])[] = [
    ["missing.yaml", undefined, "cannot read"],
    ["empty.yaml", "", nothing],
    ["comment.yaml", "# nothing\n---\n", nothing],
    ["binary.yaml", "\u0000\u0001\ufffd", "it is binary, no text"],
    ["list.json", "[1, 2, 3]", nothing],
    ["other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", nothing],
    [
      "chart.yaml",
      "{{- range .Values.issuers }}\na: b\n{{- end }}\n",
      "helm template . | jwt-policy check -",
    ],
  ];
  for (const [name, text, says] of cases) {
    it(name, async () => {
      const file = join(directory, name);
      if (text !== undefined) await writeFile(file, text);
      const { code, stdout, stderr } = await runCommand(["check", file]);
      assert.equal(code, 2, stdout);
      assert.equal(stdout, "");
      assert.ok(stderr.startsWith("jwt-policy: ") && stderr.includes(says), stderr);
      const json = await runCommand(["check", file, "--json"]);
      assert.ok((JSON.parse(json.stdout) as { error: string }).error.includes(says.replace(/ $/, "")));
    });
  }

  it("a directory without YAML", async () => {
    await mkdir(join(directory, "none"));
    const { code, stderr } = await runCommand(["check", join(directory, "none")]);
    assert.equal(code, 2);
    assert.match(stderr, /there is no file whose name ends in \.yaml, \.yml or \.json in /);
  });

  const usage: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [["check"], /check needs files or directories; - is standard input/],
    [["check", "-", "--fix"], /--fix cannot change standard input/],
    [["check", "-", "--ignore", "JP999"], /--ignore JP999: no such check; see --list/],
    [["render", "-"], /name the workload: --for namespace\/label=value, or --all/],
    [["render", "-", "--for", "Foo"], /expected namespace\/label=value/],
    [["render", "-", "--for", "foo/app"], /app is no label=value/],
    [["render", "-", "--for", "foo", "--as", "yaml"], /Allowed choices are config, wasmplugin/],
    [
      ["render", "-", "--for", "foo", "--as", "wasmplugin"],
      /--as wasmplugin needs --image, the place in your/,
    ],
    [["render", "-", "--for", "foo", "--as", "trafficextension"], /--as trafficextension needs --image/],
    [["render", "-", "--for", "foo", "--as", "envoy"], /--as envoy needs --upstream/],
    [["render", "-", "--for", "foo", "--sha256", "x"], /--sha256: expected 64 hexadecimal digits/],
    [["frobnicate"], /unknown command 'frobnicate'/],
    [["check", "--frobnicate"], /unknown option '--frobnicate'/],
  ];
  for (const [args, says] of usage) {
    it(args.join(" "), async () => {
      const { code, stdout, stderr } = await runCommand(args, policy("{selector: {matchLabels: {a: yes}}}"));
      assert.equal(code, 2, stdout);
      assert.match(stderr, says);
    });
  }
});

describe("what is read", () => {
  it("of a directory everything below it but hidden directories and node_modules", async () => {
    const root = join(directory, "tree");
    for (const folder of ["a", ".git", "node_modules"]) await mkdir(join(root, folder), { recursive: true });
    const bad = policy("{rule: []}");
    for (const file of ["a/b.yml", "c.json.txt", ".git/d.yaml", "node_modules/e.yaml", "f.YAML"])
      await writeFile(join(root, file), bad);
    const { stdout } = await runCommand(["check", root, "--json"]);
    const { findings } = JSON.parse(stdout) as { findings: { file: string }[] };
    assert.deepEqual(
      [...new Set(findings.map(({ file }) => file))],
      [join(root, "a/b.yml"), join(root, "f.YAML")],
    );
  });

  it("what kubectl writes: a List, with times of creation", async () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: [
        {
          apiVersion: "security.istio.io/v1",
          kind: "AuthorizationPolicy",
          metadata: {
            name: "a",
            namespace: "foo",
            creationTimestamp: "2026-01-01T00:00:00Z",
            managedFields: [],
          },
          spec: { rules: [{}] },
        },
      ],
    };
    const { code, stdout, stderr } = await runCommand(["render", "-", "--for", "foo"], JSON.stringify(list));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /"name": "a"/);
  });

  it("the exit code is that of the worst finding", async () => {
    const cases = [
      [policy("{rules: [{}]}"), 0],
      [policy("{action: CUSTOM, provider: {name: a}, rules: [{}]}"), 0],
      [policy("{rules: [{to: [{operation: {methods: [get]}}]}]}"), 0],
      [policy("{rule: []}"), 1],
    ] as const;
    for (const [text, code] of cases) assert.equal((await runCommand(["check", "-"], text)).code, code, text);
  });

  it("--ignore leaves checks out", async () => {
    const text = policy("{rules: [{to: [{operation: {methods: [get], paths: [a]}}]}]}");
    assert.equal((await runCommand(["check", "-", "--ignore", "JP204"], text)).code, 0);
  });
});

it("--fix keeps everything else of a file: line ends, comments, order", async () => {
  const file = join(directory, "fix.yaml");
  const text = policy("{selector: {matchLabels: {version: 1.10}}, rules: [{}]}").replace(
    "spec:",
    "# é\nspec:",
  );
  await writeFile(file, text.replaceAll("\n", "\r\n"));
  const { code, stdout } = await runCommand(["check", file, "--fix"]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /1 fixed/);
  const wanted = text.replace("1.10", '"1.10"').replaceAll("\n", "\r\n");
  assert.equal(await readFile(file, "utf8"), wanted);
});

describe("help", () => {
  for (const verb of ["render", "check", "token", "run"]) {
    it(`of ${verb} has examples and exit codes, in eighty columns`, async () => {
      const { code, stdout } = await runCommand([verb, "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, /Examples:\n {2}jwt-policy /);
      assert.match(stdout, /Exit codes:\n {2}0 /);
    });
  }

  it("without a verb, and for an unknown one, it is an error", async () => {
    const { code, stderr } = await runCommand([]);
    assert.equal(code, 2);
    assert.match(stderr, /Commands:/);
  });
});
