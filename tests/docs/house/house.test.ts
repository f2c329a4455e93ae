// The house is in order (docs/decisions/0013), and docs/architecture.md tells of it as it is. That its pictures are current is asked with the other
// generated parts of docs/ in ../generated.test.ts.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { describe, it } from "node:test";
import { houseFaults } from "../../../scripts/docs/house/faults.js";
import { readSources } from "../../../scripts/docs/house/imports.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { linksIn } from "../markdown.js";

describe("the house", async () => {
  const sources = await readSources(repositoryRoot);

  it("has been read", () => {
    for (const file of ["assembly/index.ts", "cli/main.ts", "host/index.ts", "policies/index.ts"]) {
      assert.ok((sources.get(file)?.files.length ?? 0) > 0, `${file} imports nothing`);
    }
  });

  it("is in order", () => {
    assert.deepEqual(houseFaults(sources), []);
  });

  const page = await readFile(join(repositoryRoot, "docs", "architecture.md"), "utf8");
  const ways = [
    ["The way of a request", "assembly/index.ts"],
    ["The way of a policy file", "cli/main.ts"],
  ] as const;
  for (const [heading, first] of ways) {
    it(`${heading}: each file is imported by one that stands before it`, () => {
      const [, section] = page.split(`\n## ${heading}\n`);
      assert.ok(section !== undefined, "no such heading");
      const text = section.split("\n## ")[0]!;
      const files = linksIn({ path: "", text, prose: text })
        .map(({ target }) => posix.join("docs", target))
        .filter((target) => target.endsWith(".ts"));
      assert.equal(files[0], first);
      const known = new Set<string>([first]);
      // The core's own entry is a beginning too: what imports it lies outside of this repository.
      for (const to of sources.get("policies/index.ts")!.files) if (heading !== ways[0][0]) known.add(to);
      for (const file of files) {
        assert.ok(known.has(file), `${file} is imported by none of those before it`);
        for (const to of sources.get(file)!.files) known.add(to);
      }
    });
  }
});
