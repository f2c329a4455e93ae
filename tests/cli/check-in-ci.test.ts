// check where teams work: what fails a run, what is silenced, what a team has decided, formats for CI, shells.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parseYaml } from "../../policies/documents/parse-yaml.js";
import { stringAt, toJson, valueAt } from "../../policies/resources/tree.js";
import { checkTable } from "../../policies/findings/check-table.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { policy } from "./lints/lint-case.js";
import { runCommand } from "./string-terminal.js";

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-ci-"));
});
after(() => rm(directory, { recursive: true }));

const warning = policy("{rules: [{to: [{operation: {methods: [get]}}]}]}");
const note = policy("{action: CUSTOM, provider: {name: a}, rules: [{}]}");
const error = policy("{rule: []}");

describe("--fail-on", () => {
  const table: readonly (readonly [text: string, error: number, warning: number, note: number])[] = [
    [error, 1, 1, 1],
    [warning, 0, 1, 1],
    [note, 0, 0, 1],
    [policy("{rules: [{}]}"), 0, 0, 0],
  ];
  for (const [text, ...codes] of table)
    for (const [i, threshold] of ["error", "warning", "note"].entries())
      it(`${threshold} of ${text.split("\n")[3]!}`, async () => {
        assert.equal((await runCommand(["check", "-", "--fail-on", threshold], text)).code, codes[i]);
        if (i === 0) assert.equal((await runCommand(["check", "-"], text)).code, codes[i]);
      });
});

describe("what is silenced", () => {
  const written = (comment: {
    readonly above?: string;
    readonly behind?: string;
  }) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: a, namespace: foo}
spec:
  rules:
    - to:
        ${comment.above ?? "#"}
        # and why
        - operation: {methods: [get]} ${comment.behind ?? ""}
    - to:
        - operation: {methods: [put]}
`;
  const idsOf = async (text: string) => {
    const { stdout } = await runCommand(["check", "-", "--json"], text);
    const { findings, summary } = JSON.parse(stdout) as {
      findings: { line: number }[];
      summary: { silenced: number };
    };
    return [findings.map(({ line }) => line), summary.silenced];
  };
  it("by a comment at the line, and at that line alone", async () => {
    assert.deepEqual(await idsOf(written({})), [[9, 11], 0]);
    assert.deepEqual(await idsOf(written({ behind: "# jwt-policy: ignore JP204" })), [[11], 1]);
    assert.deepEqual(await idsOf(written({ above: "# jwt-policy: ignore JP210, JP204" })), [[11], 1]);
    assert.deepEqual(await idsOf(written({ behind: "# jwt-policy: ignore JP210" })), [[9, 11], 0]);
  });
  it("by an annotation, for the object", async () => {
    const spec = "{rules: [{to: [{operation: {methods: [get, put]}}]}]}";
    assert.deepEqual(await idsOf(policy(spec, { annotations: "jwt-policy/ignore: JP204" })), [[], 2]);
    assert.deepEqual(
      await idsOf(policy(spec, { annotations: "jwt-policy/ignore: JP204" }) + policy(spec, { name: "b" })),
      [[9, 9], 2],
    );
  });
  it("is said", async () => {
    const { stdout } = await runCommand(["check", "-"], written({ behind: "# jwt-policy: ignore JP204" }));
    assert.match(stdout, /^1 policy in 1 file: 0 errors, 1 warning, 0 notes, 1 silenced$/m);
  });
});

describe("a file of settings", () => {
  const settings = async (text: string, ...args: string[]) => {
    const file = join(directory, "settings.yaml");
    await writeFile(file, text);
    const { code, stdout, stderr } = await runCommand(["check", "-", "--settings", file, ...args], warning);
    return { code, stdout, stderr: stderr.replace(file, "FILE") };
  };
  it("decides where no option does", async () => {
    assert.equal((await settings("check: {failOn: warning}")).code, 1);
    assert.equal((await settings("check: {failOn: warning}", "--fail-on", "error")).code, 0);
    assert.equal((await settings("check: {failOn: warning, ignore: [JP204]}")).code, 0);
    assert.equal((await settings("")).code, 0);
  });
  const wrong: readonly (readonly [text: string, says: string])[] = [
    ["failOn: warning", "FILE:1:1: failOn: unknown field; the only one is check"],
    ["check: {failon: warning}", "FILE:1:9: check.failon: unknown field; did you mean failOn?"],
    ["check: {ignore: JP204}", "FILE:1:17: check.ignore: expected a list of ids"],
    ["check: {ignore: [JP999]}", "ignore JP999: no such check; see --list"],
    ["check: {failOn: never}", "failOn never: expected one of error, warning, note"],
    ["check: [", "FILE:1:9: "],
  ];
  for (const [text, says] of wrong)
    it(text, async () => {
      const { code, stderr } = await settings(text);
      assert.deepEqual([code, stderr.includes(says)], [2, true], stderr);
    });
  it("of docs/checks.md", async () => {
    const page = await readFile(join(repositoryRoot, "docs/checks.md"), "utf8");
    const block = /```yaml\n([^]*?)```/.exec(page)![1]!;
    const { code, stdout } = await settings(block);
    assert.deepEqual([code, stdout.includes("[JP204]")], [1, true]);
  });
  it("that is named and not there", async () => {
    const { code, stderr } = await runCommand(["check", "-", "--settings", join(directory, "none")], warning);
    assert.deepEqual([code, /no such file/.test(stderr)], [2, true]);
  });
});

describe("--format", () => {
  const text = policy("{rules: [{to: [{operation: {methods: [get], paths: ['a,/b%']}}]}]}") + error;
  const formatted = async (format: string) =>
    (await runCommand(["check", "-", "--format", format], text)).stdout;

  // Of sarif-schema-2.1.0.json (OASIS) what is required, and the values that are bounded.
  it("sarif", async () => {
    const log = JSON.parse(await formatted("sarif")) as {
      version: string;
      runs: {
        tool: { driver: { name: string; rules: { id: string; shortDescription: { text: string } }[] } };
        results: {
          ruleId: string;
          ruleIndex: number;
          level: string;
          message: { text: string };
          locations: {
            physicalLocation: { artifactLocation: { uri: string }; region: Record<string, number> };
          }[];
        }[];
      }[];
    };
    assert.equal(log.version, "2.1.0");
    const [run] = log.runs;
    const { rules } = run!.tool.driver;
    assert.equal(new Set(rules.map(({ id }) => id)).size, checkTable.length);
    assert.ok(run!.results.length >= 3);
    for (const { ruleId, ruleIndex, level, message, locations } of run!.results) {
      assert.equal(rules[ruleIndex]!.id, ruleId);
      assert.ok(["none", "note", "warning", "error"].includes(level));
      assert.ok(message.text.length > 0);
      const { artifactLocation, region } = locations[0]!.physicalLocation;
      assert.equal(artifactLocation.uri, "stdin");
      assert.ok(region["startLine"]! >= 1 && region["startColumn"]! >= 1);
    }
  });

  it("sarif names files as URIs", async () => {
    const file = join(directory, "a b#c.yaml");
    await writeFile(file, error);
    const { stdout } = await runCommand(["check", file, "--format", "sarif"]);
    assert.match(stdout, /"uri": "file:\/\/\/.*\/a%20b%23c\.yaml"/);
  });

  it("github: a command a line, and none from a file", async () => {
    const out = await formatted("github");
    for (const line of out.trimEnd().split("\n"))
      assert.match(line, /^::(error|warning|notice) file=-,line=\d+,col=\d+,title=JP\d{3}::\S/);
    assert.ok(out.includes("a,/b%25"), out);
    const evil = policy(`{rules: [{to: [{operation: {methods: ["get\\n::stop-commands::x"]}}]}]}`);
    const { stdout } = await runCommand(["check", "-", "--format", "github"], evil);
    assert.doesNotMatch(stdout, /^::stop/m);
  });

  it("junit and tap: errors fail, the rest has passed", async () => {
    const junit = await formatted("junit");
    assert.match(junit, /<testsuites name="jwt-policy check" tests="(\d+)" failures="1" errors="0">/);
    assert.equal(junit.split("<failure ").length - 1, 1);
    const tap = await formatted("tap");
    const [, plan] = /^1\.\.(\d+)$/m.exec(tap)!;
    assert.equal(tap.match(/^(not )?ok \d+ - /gm)?.length, Number(plan));
    assert.equal(tap.match(/^not ok /gm)?.length, 1);
  });

  it("of test", async () => {
    const file = join(directory, "a_test.yaml");
    await writeFile(join(directory, "good.yaml"), policy("{rules: [{}]}"));
    await writeFile(
      file,
      "policies: [good.yaml]\nfor: foo\ntests:\n  - {name: a, request: GET /, expect: deny}\n",
    );
    const github = await runCommand(["test", file, "--format", "github"]);
    assert.equal(github.code, 1);
    assert.match(
      github.stdout,
      /^::error file=\S+a_test\.yaml,line=4,col=5,title=test-failed::a: GET \/, no token%0Adecision: /,
    );
    const sarif = JSON.parse((await runCommand(["test", file, "--format", "sarif"])).stdout) as {
      runs: { results: { ruleId: string }[] }[];
    };
    assert.deepEqual(
      sarif.runs[0]!.results.map(({ ruleId }) => ruleId),
      ["test-failed"],
    );
  });
});

it("lines are broken at the terminal's width, and in a pipe they are not", async () => {
  const long = policy("{rules: [{to: [{operation: {hosts: [a.test]}}]}]}");
  const narrow = await runCommand(["check", "-"], long, { columns: 60, isTerminal: true });
  const excerpt = /^ *\d* \|/;
  for (const line of narrow.stdout.split("\n")) assert.ok(line.length <= 60 || excerpt.test(line), line);
  const pipe = await runCommand(["check", "-"], long, { columns: 60 });
  assert.match(pipe.stdout, /^-:4:\d+: warning: the host a\.test does not match a\.test:8080 \[JP210\]$/m);
});

describe("completion", () => {
  const complete = (line: string) => {
    const main = join(repositoryRoot, "build", "js", "cli", "main.js");
    const script = `source <("$1" "$2" completion bash)
COMP_WORDS=(${line})
[ "\${3}" = more ] && COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_jwt_policy
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const more = line.endsWith(" ") ? "more" : "";
    const out = execFileSync("bash", ["-c", script, "bash", process.execPath, main, more], {
      encoding: "utf8",
    });
    return out.trim().split("\n");
  };
  const table: readonly (readonly [line: string, words: readonly string[]])[] = [
    ["jwt-policy ch", ["check"]],
    ["jwt-policy check --fo", ["--format"]],
    ["jwt-policy check --format ", ["text", "json", "sarif", "github", "junit", "tap"]],
    ["jwt-policy check --fail-on w", ["warning"]],
    ["jwt-policy completion ", ["bash", "zsh", "fish"]],
  ];
  for (const [line, words] of table) it(`in bash: ${line}`, () => assert.deepEqual(complete(line), words));

  for (const shell of ["zsh", "fish"])
    it(`for ${shell} names every verb`, async () => {
      const { code, stdout } = await runCommand(["completion", shell]);
      assert.equal(code, 0);
      for (const verb of ["render", "check", "explain", "test", "token", "run"])
        assert.match(stdout, new RegExp(`[' ]${verb}[: ]`));
      // Each line has its quotes in pairs.
      for (const line of stdout.split("\n")) assert.equal(line.split("'").length % 2, 1, line);
    });
});

describe("the Action and the hooks", () => {
  it("the Action's script finds what check finds", async () => {
    const { documents, faults } = parseYaml(
      await readFile(join(repositoryRoot, "action.yml"), "utf8"),
      "action.yml",
    );
    assert.deepEqual(faults, []);
    const [step] = toJson(valueAt(documents[0], "runs", "steps")!) as { run: string }[];
    await writeFile(join(directory, "bad.yaml"), error);
    const main = join(repositoryRoot, "build", "js", "cli", "main.js");
    const script = step!.run.replace(/^command=.*$/m, `command="${process.execPath} ${main}"`);
    assert.notEqual(script, step!.run);
    const env = { ...process.env, PATHS: "bad.yaml", FAIL_ON: "error", TESTS: "", VERSION: "" };
    const child = spawn("bash", ["-c", script], { cwd: directory, env });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 1, out);
    assert.match(out, /^::error file=bad\.yaml,line=4,/m);
  });

  it("the hooks name verbs of the command", async () => {
    const text = await readFile(join(repositoryRoot, ".pre-commit-hooks.yaml"), "utf8");
    const [hooks] = parseYaml(text, "hooks").documents;
    assert.equal(hooks?.kind, "list");
    for (const hook of hooks.items) {
      const [command, verb] = stringAt(hook, "entry")!.split(" ");
      assert.equal(command, "jwt-policy");
      assert.equal((await runCommand([verb!, "--help"])).code, 0);
    }
  });
});

const watchedCases: readonly (readonly [
  title: string,
  besides: (directory: string) => Promise<void>,
  first: RegExp,
  then: RegExp,
])[] = [
  [
    "when a file changes, until it is stopped",
    () => Promise.resolve(),
    /1 policy in 1 file: 1 error/,
    /1 policy in 1 file: 0 errors/,
  ],
  [
    "beside a file that cannot be read",
    (folder) => symlink("nowhere", join(folder, "dangling.yaml")),
    /1 policy in 1 file: 2 errors/,
    /1 policy in 1 file: 1 error,/,
  ],
];
for (const [title, besides, first, then] of watchedCases)
  it(`--watch checks again ${title}`, async () => {
    const folder = await mkdtemp(join(directory, "watched-"));
    const file = join(folder, "watched.yaml");
    await besides(folder);
    await writeFile(file, error);
    const main = join(repositoryRoot, "build", "js", "cli", "main.js");
    const child = spawn(process.execPath, [main, "check", folder, "--watch"]);
    let out = "";
    const seen = (text: RegExp) =>
      new Promise<void>((resolve) => {
        const look = (chunk = "") => {
          out += chunk;
          if (text.test(out)) resolve();
        };
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        look();
      });
    child.stdout.setEncoding("utf8");
    child.stderr.setEncoding("utf8");
    try {
      await seen(first);
      await seen(/waiting for a change/);
      await writeFile(file, policy("{rules: [{}]}"));
      await seen(then);
    } finally {
      child.kill("SIGTERM");
      if (child.exitCode === null) await once(child, "close");
    }
    assert.equal(child.exitCode, 0);
  });
