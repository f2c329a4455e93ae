// What pages show of `jwt-policy test` and `explain` is what it prints, and what they show of the example is in it.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { runCommand } from "../cli/string-terminal.js";

const pages = ["README.md", "docs/testing-policies.md", "docs/explain.md"];

/** A command of a console block, and what the page says that it prints. */
const commands = (text: string) =>
  [...text.matchAll(/^```console\n\$ (?:npx )?jwt-policy ((?:test|explain) .*)\n([^]*?)^```$/gm)].map(
    (match) => ({
      line: match[1]!,
      output: match[2]!,
    }),
  );

describe("pages show what happens", () => {
  const from = process.cwd();
  let directory = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-pages-"));
    await cp(join(repositoryRoot, "examples"), join(directory, "examples"), { recursive: true });
    // The page tells of a copy with another path.
    await cp(join(directory, "examples", "httpbin"), join(directory, "policies"), { recursive: true });
    const file = join(directory, "policies", "policies.yaml");
    await writeFile(file, (await readFile(file, "utf8")).replace('"/headers"', '"/header"'));
    process.chdir(directory);
  });
  after(async () => {
    process.chdir(from);
    await rm(directory, { recursive: true });
  });

  for (const page of pages) {
    it(page, async () => {
      const found = commands(await readFile(join(repositoryRoot, page), "utf8"));
      assert.ok(found.length > 0, "no commands");
      for (const { line, output } of found) {
        const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, text, word]) => text ?? word!);
        const { stdout, stderr } = await runCommand(args);
        assert.equal(stdout, output, `${line}: ${stderr}`);
      }
    });
  }

  it("the excerpt in docs/testing-policies.md is from the example", async () => {
    const text = await readFile(join(repositoryRoot, "docs/testing-policies.md"), "utf8");
    const lines = new Set((await readFile("examples/httpbin/httpbin_test.yaml", "utf8")).split("\n"));
    const excerpt = /^```yaml\n([^]*?)^```$/m.exec(text)?.[1] ?? "";
    assert.ok(excerpt.includes("tests:"));
    for (const line of excerpt.split("\n")) if (!line.includes("# …")) assert.ok(lines.has(line), line);
  });

  it("the example's tests pass, and cover all of it", async () => {
    const { code, stderr } = await runCommand(["test", "examples", "--coverage-min", "100"]);
    assert.equal(code, 0, stderr);
  });
});
