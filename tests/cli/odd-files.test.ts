// Files that are none, or have no end: refused at once, in every verb that reads files. And expressions that would not end.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { MAX_INPUT_BYTES } from "../../cli/terminal/bounded-text.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { policy } from "./lints/lint-case.js";
import { runCommand } from "./string-terminal.js";

let directory: string;
const socket = createServer();
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-odd-"));
  execFileSync("mkfifo", [join(directory, "pipe.yaml")]);
  await new Promise<void>((resolve) => socket.listen(join(directory, "socket.yaml"), resolve));
  await writeFile(join(directory, "long.yaml"), "");
  // Without content on the disk.
  await truncate(join(directory, "long.yaml"), MAX_INPUT_BYTES + 1);
  await writeFile(join(directory, "policies.yaml"), policy("{}"));
});
after(async () => {
  await new Promise((resolve) => socket.close(resolve));
  await rm(directory, { recursive: true });
});

const files: readonly (readonly [name: string, says: string])[] = [
  ["pipe.yaml", "it is a pipe, no file; pipe it to standard input and name it -"],
  ["socket.yaml", "it is a socket, no file; pipe it to standard input and name it -"],
  ["/dev/zero", "it is a device, no file; pipe it to standard input and name it -"],
  ["long.yaml", "it is longer than 64 MiB"],
];

const asked = ["--for", "foo", "--offline", "--request", "GET /"];
const readers: readonly (readonly [what: string, args: (file: string, policies: string) => string[]])[] = [
  ["check", (file) => ["check", file]],
  ["test", (file) => ["test", file]],
  ["render", (file) => ["render", file, "--for", "foo"]],
  ["run", (file) => ["run", file, "--for", "foo", "--upstream", "127.0.0.1:1"]],
  ["explain", (file) => ["explain", file, ...asked]],
  ["explain --config", (file) => ["explain", "--config", file, "--offline", "--request", "GET /"]],
  ["explain --jwks", (file, policies) => ["explain", policies, ...asked, "--jwks", `a=${file}`]],
  ["explain --token-file", (file, policies) => ["explain", policies, ...asked, "--token-file", file]],
  ["explain --claims", (file, policies) => ["explain", policies, ...asked, "--claims", `@${file}`]],
  ["explain --from-log", (file) => ["explain", "--from-log", file]],
  ["check --settings", (file, policies) => ["check", policies, "--settings", file]],
  ["token --key", (file) => ["token", "--key", file]],
  ["token --claims", (file) => ["token", "--claims", `@${file}`]],
];

describe("what is no file is refused at once", () => {
  for (const [what, args] of readers)
    for (const [name, says] of files)
      it(`${what} ${name}`, async () => {
        const path = name.startsWith("/") ? name : join(directory, name);
        const { code, stderr } = await runCommand(args(path, join(directory, "policies.yaml")));
        assert.equal(code, 2);
        assert.ok(stderr.includes(`${path}: ${says}`), stderr);
      });

  it("in a suite: keys and config", async () => {
    for (const line of ["config: pipe.yaml", "policies: [policies.yaml]\nfor: foo\nkeys: {a: pipe.yaml}"]) {
      const file = join(directory, "odd_test.yaml");
      await writeFile(file, `${line}\ntests: [{request: GET /, expect: allow}]\n`);
      const { code, stdout } = await runCommand(["test", file]);
      assert.equal(code, 2, line);
      assert.ok(stdout.includes("pipe.yaml: it is a pipe"), stdout);
    }
  });

  const main = join(repositoryRoot, "build", "js", "cli", "main.js");

  it("standard input may be a pipe, as it must", () => {
    const { status, stdout } = spawnSync(process.execPath, [main, "check", "-"], {
      input: policy("{}"),
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
  });

  it("standard input has an end as well", () => {
    const { status, stderr } = spawnSync(
      "sh",
      ["-c", '"$0" "$1" check - < /dev/zero', process.execPath, main],
      {
        encoding: "utf8",
      },
    );
    assert.equal(status, 2);
    assert.equal(stderr, "jwt-policy: cannot read standard input: it is longer than 64 MiB\n");
  });
});

describe("an expression of a test file", () => {
  const run = (matches: string, value: string) =>
    runCommand(
      ["test", "-"],
      `config: ${JSON.stringify(join(directory, "config.json"))}
tests:
  - request: GET /a
    headers: {x-a: ${JSON.stringify(value)}}
    expect: {upstream: {headers: {x-a: {matches: ${JSON.stringify(matches)}}}}}
`,
    );
  before(() => writeFile(join(directory, "config.json"), '{"authorizationPolicies": []}'));

  // Each takes a backtracking engine longer than the universe has been there.
  for (const matches of ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){20}$", "^((a*)*)*$"])
    it(`${matches} ends`, async () => {
      const { code, stdout } = await run(matches, `${"a".repeat(5000)}!`);
      assert.equal(code, 1, stdout);
      assert.match(stdout, /expected \{ matches: /);
    });

  it("matches a part of the value, in characters", async () => {
    for (const matches of ["b+c", "^a.*c$", "^.{5}$", "\\p{Greek}", "(?i)BBC"])
      assert.equal((await run(matches, "abbc\u03b1")).code, matches === "^a.*c$" ? 1 : 0, matches);
  });

  for (const matches of ["(", "(?=a)", "(a)\\1", "a{1001}"])
    it(`${matches} is refused with its place`, async () => {
      const { code, stdout } = await run(matches, "a");
      assert.equal(code, 2);
      assert.match(
        stdout,
        /tests\[0\]\.expect\.upstream\.headers\.x-a\.matches: .*; expressions are those of RE2/,
      );
    });
});
