// One bad file never silences the rest: check and test say what is wrong with it, and go on.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkTable } from "../../policies/findings/check-table.js";
import { policy } from "./lints/lint-case.js";
import { runCommand } from "./string-terminal.js";

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "jwt-policy-unreadable-"));
});
after(() => rm(root, { recursive: true }));

/** Has one JP204. */
const lowerCase = policy("{rules: [{to: [{operation: {methods: [get]}}]}]}");
const template = `{{- if .Values.policies }}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: {{ include "chart.name" . }}
  labels: {{- include "chart.labels" . | nindent 4 }}
spec:
  rules:
    {{- range .Values.rules }}
    - to: [{ operation: { methods: [{{ . }}] } }]
    {{- end }}
{{- end }}
`;
/** Is YAML as it stands. */
const valueTemplate = policy("{rules: [{to: [{operation: {paths: [{{ .Values.path }}]}}]}]}");
const quotedTemplate = policy(`{rules: [{to: [{operation: {methods: ["{{ .Values.method }}"]}}]}]}`);
const json = (method: string) => ({
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  metadata: { name: method, namespace: "foo" },
  spec: { rules: [{ to: [{ operation: { methods: [method] } }] }] },
});

interface Reported {
  readonly findings: readonly {
    readonly id: string;
    readonly line: number;
    readonly column: number;
    readonly file: string;
    readonly message: string;
  }[];
  readonly summary: { readonly read: Record<string, number> };
}

async function directory(name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const path = join(root, name);
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) await writeFile(join(path, file), text);
  return path;
}

async function checked(path: string): Promise<Reported & { readonly code: number }> {
  const { code, stdout, stderr } = await runCommand(["check", path, "--json"]);
  assert.equal(stderr, "");
  return { code, ...(JSON.parse(stdout) as Reported) };
}

const placed = ({ findings }: Reported) =>
  findings.map(({ id, file, line, column }) => `${id} ${file.replace(/^.*\//, "")}:${line}:${column}`);

describe("check", () => {
  const withBom = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  const files: readonly (readonly [
    name: string,
    text: string | Buffer,
    findings: readonly string[],
    code: number,
  ])[] = [
    ["a template with actions on lines", template, ["JP402 b.yaml:1:1"], 0],
    ["a template that is YAML by accident", valueTemplate, ["JP402 b.yaml:4:43"], 0],
    ["a template in quotes", quotedTemplate, ["JP402 b.yaml:4:45"], 0],
    ["Jinja", "{% for a in b %}\na: {{ a }}\n{% endfor %}\n", ["JP402 b.yaml:1:1"], 0],
    ["broken YAML", "a:\n  b: 1\n c: 2\n", ["JP401 b.yaml:3:1"], 1],
    [
      "a broken document before a good one",
      `a: [1\nb: 2\n---\n${lowerCase}`,
      ["JP401 b.yaml:2:1", "JP204 b.yaml:7:45"],
      1,
    ],
    ["a key that stands twice", "a: 1\na: 2\n", ["JP401 b.yaml:2:1"], 1],
    ["brackets without end", "[".repeat(20_000), ["JP401 b.yaml:1:1"], 1],
    ["brackets without end, Windows' lines", `a: 1\r\nb: ${"[".repeat(20_000)}`, ["JP401 b.yaml:1:1"], 1],
    ["braces that end", "{a: ".repeat(20_000) + "}".repeat(20_000), ["JP401 b.yaml:1:1"], 1],
    ["keys in keys", `${"? ".repeat(20_000)}a\n`, ["JP401 b.yaml:1:1"], 1],
    [
      "what is nested too deeply before a good document",
      `${"- ".repeat(1_000)}a\n---\n${lowerCase}`,
      ["JP401 b.yaml:1:1", "JP204 b.yaml:6:45"],
      1,
    ],
    [
      "a JSON object a line",
      `${JSON.stringify(json("get"))}\n${JSON.stringify(json("put"))}\n`,
      ["JP204 b.yaml:1:160", "JP204 b.yaml:2:160"],
      0,
    ],
    [
      "a JSON object a line, one of them broken",
      `{"a": [}\n${JSON.stringify(json("put"), null, 1)}\n`,
      ["JP401 b.yaml:1:8"],
      1,
    ],
    ["UTF-16, as PowerShell writes it", withBom(lowerCase), ["JP204 b.yaml:4:45"], 0],
    ["UTF-16, the other byte order", withBom(lowerCase).swap16(), ["JP204 b.yaml:4:45"], 0],
    ["UTF-16 without its mark", Buffer.from(lowerCase, "utf16le"), ["JP403 b.yaml:1:1"], 2],
  ];
  for (const [i, [name, text, findings, code]] of files.entries()) {
    it(`goes on past ${name}`, async () => {
      const path = await directory(`check-${i}`, {
        "a.yaml": lowerCase,
        "b.yaml": text,
        "c.yaml": lowerCase,
      });
      const report = await checked(path);
      assert.equal(report.code, code);
      const others = placed(report).filter((one) => !/^JP219/.test(one));
      const there = ["JP204 a.yaml:4:45", ...findings, "JP204 c.yaml:4:45"];
      assert.deepEqual(others.toSorted(), there.toSorted());
      for (const { id } of report.findings)
        assert.ok(
          checkTable.some((row) => row.id === id),
          id,
        );
    });
  }

  it("goes on past a link that leads nowhere, and says where it leads", async () => {
    const path = await directory("link", { "b.yaml": lowerCase });
    await symlink("gone.yaml", join(path, "a.yaml"));
    const { code, findings } = await checked(path);
    assert.equal(code, 2);
    assert.deepEqual(
      findings.map(({ id }) => id),
      ["JP204", "JP403"],
    );
    assert.match(findings[1]!.message, /a\.yaml: it is a link to gone\.yaml, which is not there/);
    assert.equal((await runCommand(["check", path, "--ignore", "JP403,JP204"])).code, 0);
  });

  it("shows the line of a fault", async () => {
    const path = await directory("frame", {
      "a.yaml": "a:\n  b: 1\n c: 2\n",
      "b.yaml": policy("{rules: [{}]}"),
    });
    const { stdout } = await runCommand(["check", path]);
    assert.match(
      stdout,
      /a\.yaml:3:1: error: not readable as YAML: .* \[JP401\]\n {4}3 \| {2}c: 2\n {6}\| \^/,
    );
    assert.match(stdout, /\n1 policy in 2 files: 1 error, 0 warnings, 0 notes\n$/);
  });

  it("takes texts with two braces for what they are", async () => {
    const alert = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    {{ $labels.job }} is down\n`;
    const path = await directory("braces", {
      "a.yaml": alert,
      "b.yaml": policy(`{rules: [{to: [{operation: {paths: ["/a/{*}/{**}"]}}]}]}`),
    });
    assert.deepEqual(placed(await checked(path)), []);
  });

  it("reads a file once, however often it is named", async () => {
    const path = await directory("twice", { "a.yaml": policy("{rules: [{}]}") });
    const { stdout } = await runCommand(["check", path, join(path, "a.yaml"), "--json"]);
    assert.deepEqual((JSON.parse(stdout) as Reported).summary.read, {
      policies: 1,
      configurations: 0,
      others: 0,
      files: 1,
    });
  });
});

describe("test", () => {
  const suite = `policies: [.]\nfor: foo\ntests: [{ request: GET /, expect: deny }]\n`;
  const broken: Readonly<Record<string, string>> = {
    "broken YAML": "tests: [\n",
    "an unknown field": "policies: [.]\nfor: foo\nrules: 1\ntests: [{ expect: deny }]\n",
    "policies that are not there": "policies: [none]\nfor: foo\ntests: [{ expect: deny }]\n",
    "nothing in it": "",
  };
  for (const [i, [name, text]] of Object.entries(broken).entries()) {
    it(`runs the others beside ${name}, and writes its report`, async () => {
      const path = await directory(`test-${i}`, {
        "policies.yaml": lowerCase,
        "a_test.yaml": text,
        "b_test.yaml": suite,
      });
      const report = join(path, "report.xml");
      const args = ["test", path, "--format", "junit", "-o", report];
      const { code, stdout, stderr } = await runCommand(args);
      assert.deepEqual([code, stderr], [2, ""]);
      assert.match(stdout, /a_test\.yaml: no test of this file could be run\n {6}\S/);
      assert.match(stdout, /ok {4}\S*b_test\.yaml {2}1 passed/);
      const xml = await readFile(report, "utf8");
      assert.match(xml, /^<testsuites.* tests="2" failures="0" errors="1"/m);
      assert.match(xml, /<error message="no test of this file could be run">/);
      for (const format of ["json", "tap"]) {
        const other = await runCommand(["test", path, "--format", format]);
        assert.match(other.stdout, /no test of this file could be run/);
      }
    });
  }
});
