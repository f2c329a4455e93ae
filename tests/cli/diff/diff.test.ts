// `diff`: which answers change, why on both sides, and what its exit codes say.

import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { runCommand } from "../string-terminal.js";

interface Told {
  readonly summary: { readonly requests: number; readonly changed: number; readonly unasked: number };
  readonly changes: readonly {
    readonly change: string;
    readonly name: string;
    readonly old: { readonly why: readonly string[] };
    readonly new: { readonly why: readonly string[] };
  }[];
  readonly unasked: readonly { readonly faults: readonly string[] }[];
  readonly notes: readonly string[];
}

describe("diff", () => {
  let directory = "";
  let old = "";
  let now = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "diff-"));
    [old, now] = [join(directory, "old"), join(directory, "new")];
    for (const side of [old, now])
      await cp(join(repositoryRoot, "examples", "httpbin"), side, { recursive: true });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function change(from: string | RegExp, to: string, file = "policies.yaml"): Promise<void> {
    const path = join(now, file);
    const before = await readFile(path, "utf8");
    const after = before.replace(from, to);
    assert.notEqual(after, before);
    await writeFile(path, after);
  }

  async function diff(...args: readonly string[]): Promise<Told & { readonly code: number }> {
    const paths = args.length === 0 ? [old, now] : args;
    const { code, stdout, stderr } = await runCommand(["diff", ...paths, "--json"]);
    assert.equal(stderr, "");
    return { code, ...(JSON.parse(stdout) as Told) };
  }

  it("has nothing to tell where nothing changes, though a test fails", async () => {
    await change("status: 200", "status: 403", "httpbin_test.yaml");
    const { code, summary, changes } = await diff();
    assert.deepEqual([code, summary, changes], [0, { requests: 15, changed: 0, unasked: 0 }, []]);
  });

  const changes: readonly (readonly [name: string, from: string | RegExp, to: string, expected: RegExp])[] = [
    ["what is denied now", '"/headers"', '"/header"', /^allowed → denied$/],
    ["what is let through now", /rules:[^]*$/, "rules: [{}]\n", /^denied → allowed$/],
    ["another refusal", "istio-jwt-test", "somebody-else", /^(another refusal|allowed → denied)$/],
    [
      "other headers",
      /outputPayloadToHeader: .*/,
      "outputPayloadToHeader: x-other",
      /^other headers to the upstream$/,
    ],
    ["policies that are gone", /^[^]*$/, "# nothing\n", /^(denied → allowed|other headers to the upstream)$/],
  ];
  for (const [name, from, to, expected] of changes) {
    it(`tells ${name}, with the reason on both sides`, async () => {
      await change(from, to);
      const { code, changes: told } = await diff();
      assert.equal(code, 1);
      assert.ok(told.length > 0);
      for (const one of told) {
        assert.match(one.change, expected);
        assert.ok(one.old.why.length > 0 && one.new.why.length > 0, one.name);
      }
    });
  }

  it("says which policies are gone", async () => {
    await change(/^[^]*$/, "# nothing\n");
    const { changes: told } = await diff();
    assert.ok(told.every((one) => one.new.why.join().startsWith("no policy applies to the workload")));
  });

  it("compares two files over test files elsewhere, in the working directory too", async () => {
    await change('"/headers"', '"/header"');
    const { code, summary } = await diff(
      join(old, "policies.yaml"),
      join(now, "policies.yaml"),
      "--tests",
      now,
    );
    assert.deepEqual([code, summary.changed], [1, 2]);
  });

  it("takes a policy file that has come since", async () => {
    await change("policies: [policies.yaml]", "policies: [policies.yaml, more.yaml]", "httpbin_test.yaml");
    await writeFile(
      join(now, "more.yaml"),
      `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: closed, namespace: foo }
spec: { action: DENY, rules: [{}] }
`,
    );
    const { code, changes: told } = await diff();
    assert.equal(code, 1);
    assert.ok(told.some((one) => one.new.why.join() === "DENY foo/closed[0] matches"));
  });

  it("tells which side is refused: there is no answer", async () => {
    await change(/issuer: .*/, "issuer: 7");
    const { code, unasked, summary } = await diff();
    assert.deepEqual([code, summary.unasked], [2, 1]);
    assert.match(unasked[0]!.faults.join(), /^new: .*policies\.yaml.*JP100/);
  });

  it("tells paths that are the same on both sides", async () => {
    await mkdir(join(directory, "shared"));
    await cp(join(now, "policies.yaml"), join(directory, "shared", "policies.yaml"));
    await change("policies: [policies.yaml]", "policies: [policies.yaml, ../shared]", "httpbin_test.yaml");
    const { notes } = await diff();
    assert.match(notes.join(), /^the same on both sides, since it is not below .*new: .*shared$/);
  });

  it("is read by people as well", async () => {
    await change('"/headers"', '"/header"');
    const { code, stdout } = await runCommand(["diff", old, now]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^allowed → denied {2}billing reads.*\n {6}GET \/headers, token billing\n {6}old {2}allow\n {11}\| ALLOW .* matches\n {6}new {2}403 RBAC: access denied\n/m,
    );
    assert.match(stdout, /^2 of 15 answers change: 2 allowed → denied$/m);
  });

  const wrong: readonly (readonly [name: string, args: () => readonly string[], message: RegExp])[] = [
    ["a side that is not there", () => [join(directory, "none"), now], /cannot read .*none: no such file/],
    ["standard input", () => ["-", now], /diff needs two files or directories/],
    ["a log without its workload", () => [old, now, "--from-log", "x.log"], /--from-log needs the workload/],
    ["a workload without a log", () => [old, now, "--for", "foo"], /--for is about a log/],
    ["no test file", () => [old, join(now, "policies.yaml")], /./],
    [
      "tests of other policies",
      () => [now, join(old, "httpbin_test.yaml"), "--tests", now],
      /no test names policies at or below/,
    ],
    [
      "a log without requests",
      () => [old, now, "--for", "foo/app=httpbin", "--from-log", join(now, "policies.yaml")],
      /has no request that the jwt-policy filter decided/,
    ],
  ];
  for (const [name, args, message] of wrong) {
    it(`cannot ask: ${name}`, async () => {
      const { code, stderr } = await runCommand(["diff", ...args()]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }
});
