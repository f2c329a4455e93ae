// What newcomers have stumbled over: a row for each, with what they must be told.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runCommand } from "./string-terminal.js";

let directory = "";
const policies = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: nothing, namespace: foo }
spec: { selector: { matchLabels: { app: httpbin } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: some, namespace: foo }
spec: { rules: [{ to: [{ operation: { paths: [/a], hosts: [httpbin.foo] } }] }] }
`;
const many = Array.from(
  { length: 500 },
  (_, i) =>
    `{ "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy", "metadata": { "name": "p${i}", "namespace": "foo" }, "spec": { "rules": [{}] } }`,
).join("\n---\n");
const test = `
policies: [policies.yaml]
for: foo/app=sleep
tests:
  - name: a URL
    request: GET https://httpbin.foo/a?b#c
    cases:
      - { token: none, expect: allow }
      - { token: none, expect: allow }
  - { name: another host, request: "GET http://other.foo/a", expect: 403 }
`;

/** With its byte order mark, the low byte first. */
const utf32 = (text: string) =>
  Buffer.from(Uint32Array.from(`\ufeff${text}`, (letter) => letter.codePointAt(0)!).buffer);

const files: Readonly<Record<string, string | Buffer>> = {
  "policies.yaml": policies,
  "nothing.yaml": policies.split("---")[0]!,
  "many.yaml": many,
  "url_test.yaml": test,
  "empty.yaml": "",
  "empty_test.yaml": "",
  "utf16.yaml": Buffer.from(policies, "utf16le"),
  "powershell.yaml": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(policies, "utf16le")]),
  "utf32.yaml": utf32(policies),
  "utf32be.yaml": utf32(policies).swap32(),
  "binary.yaml": Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0]),
  "latin1.yaml": Buffer.from(`# f\u00fcr alle\n${policies}`, "latin1"),
  "noise.yaml": Buffer.from(Array.from({ length: 200 }, (_, i) => ((i * 151) % 255) + 1)),
  "chart_test.yaml":
    "policies: [.]\nfor: {{ .Values.workload }}\n{{- range .Values.tests }}\ntests: []\n{{- end }}\n",
  "texts/a.txt": "hello",
};

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-newcomers-"));
  await mkdir(join(directory, "texts"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
});
after(() => rm(directory, { recursive: true }));

/** Names of files are those in the directory. */
async function told(line: string): Promise<{ readonly code: number; readonly text: string }> {
  const args = line.split(" ").map((word) => {
    if (Object.hasOwn(files, word) || word === "texts") return join(directory, word);
    return word.replaceAll("_", " ");
  });
  const { code, stdout, stderr } = await runCommand(args);
  return { code, text: (stderr + stdout).replaceAll(`${directory}/`, "").replaceAll(/\s+/g, " ") };
}

/** Blanks within a word are underscores. */
const table: readonly (readonly [line: string, code: number, RegExp])[] = [
  [
    "explain nothing.yaml --for foo/app=httpbin",
    1,
    /ALLOW foo\/nothing has no rules, so it allows no request, and there is no other ALLOW policy/,
  ],
  ["explain policies.yaml --for foo/app=httpbin", 1, /ALLOW foo\/some rules\[0\] is the only ALLOW rule/],
  [
    "render empty.yaml --for foo/app=httpbin",
    1,
    /^error: no policy applies to foo\/app=httpbin .*the files hold no RequestAuthentication/,
  ],
  [
    "run empty.yaml --for foo/app=httpbin --upstream echo",
    1,
    /^error: no policy applies to foo\/app=httpbin/,
  ],
  [
    "render policies.yaml --for foox/app=httpbin",
    1,
    /^policies\.yaml:4:\d+: error: no policy applies to foox\/app=httpbin/,
  ],
  [
    "render policies.yaml --for httpbin",
    1,
    /no policy applies to httpbin \[.*httpbin is taken for a namespace, and labels stand behind a slash/,
  ],
  [
    "render policies.yaml --for foo/app=httpbin_version=v1",
    2,
    /labels are separated by commas, and no blank is in them/,
  ],
  [
    "explain nothing.yaml --for foo",
    2,
    /no policy applies to foo \[.*foo is taken for a namespace, and labels stand behind a slash, as foo\/app=httpbin/,
  ],
  [
    "render policies.yaml --for foo/app=httpbin,_version=v1",
    2,
    /labels are separated by commas, and no blank is in them/,
  ],
  ["render policies.yaml --for foo/app=a,app=b", 2, /the label app is there twice/],
  [
    "explain policies.yaml --for deploy/httpbin",
    2,
    /httpbin is no label=value; a workload is named by its namespace and labels, as foo\/app=httpbin/,
  ],
  ["render many.yaml --for bar/app=x", 1, /there are AuthorizationPolicy foo\/p0, .{0,500}and 490 more/],
  ["explain policies.yaml --for foo/a=b --for foo/c=d", 2, /--for is there twice, foo\/a=b and foo\/c=d/],
  ["run policies.yaml --for foo/a=b --for foo/c=d --upstream echo", 2, /--for is there twice/],
  [
    "render policies.yaml --for foo/app=x --upstream 127.0.0.1:80",
    0,
    /^jwt-policy: --upstream: not used by --as config, and ignored/,
  ],
  [
    "render policies.yaml --for foo/app=x --as envoy --upstream a:1 --image oci://x/y:z",
    0,
    /^jwt-policy: --image: not used by --as envoy/,
  ],
  [
    "render policies.yaml --for foo/app=x --as wasmplugin --image oci://x/y:z --wasm f --listen 127.0.0.1:1",
    0,
    /--listen, --wasm: not used by --as wasmplugin/,
  ],
  [
    "render policies.yaml --for foo/app=x --as wasmplugin --image oci://registry.example.com/a:b",
    0,
    /^jwt-policy: --image oci:\/\/registry\.example\.com\/a:b: registry\.example\.com is a registry of examples/,
  ],
  [
    "render policies.yaml --for foo/app=x --as trafficextension --image REGISTRY/a:b",
    0,
    /^jwt-policy: --image REGISTRY\/a:b: REGISTRY is a registry of examples/,
  ],
  [
    "render policies.yaml --for foo/app=x --as wasmplugin --image oci://x.io/a:b",
    0,
    /^(?!jwt-policy: --image)/,
  ],
  ["test empty_test.yaml", 2, /empty_test\.yaml:1:1: the file is empty: write tests/],
  ["test url_test.yaml", 0, /3 tests, 3 passed/],
  ["test url_test.yaml --format junit", 0, /name="a URL &gt; no token" .*name="a URL &gt; no token #2"/],
  ["check utf16.yaml", 2, /it is UTF-16 without a byte order mark: save it as UTF-8/],
  ["check utf32.yaml", 2, /cannot read utf32\.yaml: it is UTF-32: save it as UTF-8/],
  ["check utf32be.yaml", 2, /cannot read utf32be\.yaml: it is UTF-32: save it as UTF-8/],
  ["check powershell.yaml", 0, /2 policies in 1 file/],
  ["check binary.yaml", 2, /cannot read binary\.yaml: it is binary, no text/],
  [
    "check latin1.yaml",
    2,
    /cannot read latin1\.yaml: it is no UTF-8 \(line 1\): save it as UTF-8, if it is text/,
  ],
  ["check noise.yaml", 2, /cannot read noise\.yaml: it is no UTF-8 \(line \d\)/],
  [
    "check latin1.yaml policies.yaml",
    2,
    /latin1\.yaml:1:1: error: cannot read .*2 policies in 1 file: 1 error/,
  ],
  [
    "test chart_test.yaml",
    2,
    /chart_test\.yaml:2:6: this is a template, not YAML, .* helm template \. \| jwt-policy test -/,
  ],
  ["playground --help", 0, /\(default: a free port\)(?! \(default)/],
  ["check texts", 2, /there is no file whose name ends in \.yaml, \.yml or \.json in texts/],
  ["render texts --for foo/app=x", 2, /there is no file whose name ends in \.yaml/],
  ["check --list", 0, /^JP001 error The action CUSTOM.*JP002 error render: no policy applies/],
  ["frobnicate", 2, /unknown command 'frobnicate' Try: jwt-policy --help/],
  ["explian", 2, /unknown command 'explian' \(Did you mean explain\?\) Try: jwt-policy --help/],
  ["render --jsn", 2, /Did you mean --json\?\) Try: jwt-policy render --help/],
  ["-v", 0, /^\d+\.\d+\.\d+ $/],
  ["-V", 0, /^\d+\.\d+\.\d+ $/],
  ["version", 0, /^\d+\.\d+\.\d+ $/],
];

describe("a newcomer is told", () => {
  for (const [line, code, expected] of table) {
    it(line, async () => {
      const result = await told(line);
      assert.match(result.text, expected);
      assert.equal(result.code, code, result.text);
    });
  }

  it("by check --list no raw Markdown, and all in lines of the terminal's width", async () => {
    const { stdout } = await runCommand(["check", "--list"], "", { columns: 60 });
    assert.doesNotMatch(stdout, /\||`/);
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.length > 60),
      [],
    );
  });
});
