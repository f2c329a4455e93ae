// What docs/testing-policies.md shows of the example is in it, and the example's own tests pass and cover all of it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { runCommand } from "../cli/string-terminal.js";

const example = join(repositoryRoot, "examples");

it("the excerpt in docs/testing-policies.md is from the example", async () => {
  const text = await readFile(join(repositoryRoot, "docs/testing-policies.md"), "utf8");
  const lines = new Set((await readFile(join(example, "httpbin/httpbin_test.yaml"), "utf8")).split("\n"));
  const excerpt = /^```yaml\n([^]*?)^```$/m.exec(text)?.[1] ?? "";
  assert.ok(excerpt.includes("tests:"));
  for (const line of excerpt.split("\n")) if (!line.includes("# …")) assert.ok(lines.has(line), line);
});

it("the example's tests pass, and cover all of it", async () => {
  const { code, stderr } = await runCommand(["test", example, "--coverage-min", "100"]);
  assert.equal(code, 0, stderr);
});

it("a check of all examples at once, as of a package's folder, finds nothing", async () => {
  const { code, stdout, stderr } = await runCommand(["check", example, "--fail-on", "note"]);
  assert.match(stdout, /^\d+ policies in \d+ files: 0 errors, 0 warnings, 0 notes\n$/);
  assert.deepEqual([code, stderr], [0, ""]);
});
