// SECURITY.md claims nothing that no test shows: every test that it names is there, and so is every limit.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";

const page = await readFile(join(repositoryRoot, "SECURITY.md"), "utf8");
const source = (path: string) => readFile(join(repositoryRoot, path), "utf8");

describe("SECURITY.md", () => {
  it("names tests that exist, with words of their titles", async () => {
    // `tests/a.test.ts` "one", "two"; `tests/b.test.ts` "three"
    const named = [...page.matchAll(/`(tests\/[^`]+\.ts)`((?:,? "[^"]+")*)/g)];
    assert.ok(named.length > 25, `${named.length} tests`);
    for (const [, path, titles] of named) {
      const text = await source(path!);
      for (const [, title] of titles!.matchAll(/"([^"]+)"/g))
        assert.ok(text.includes(title!), `${path!} has no test "${title!}"`);
    }
  });

  it("has a test in every row of claims", () => {
    const rows = page.slice(page.indexOf("| claim"), page.indexOf("## Limits")).split("\n").slice(2);
    for (const row of rows.filter((line) => line.startsWith("|"))) assert.match(row, /`tests\/[^`]+` "/, row);
  });

  it("names limits by constants that exist", async () => {
    const rows = [...page.matchAll(/\| ((?:`[A-Z_]+`(?:, )?)+) in `(assembly\/[^`]+)`/g)];
    assert.ok(rows.length >= 10, `${rows.length} limits`);
    for (const [, names, path] of rows) {
      const text = await source(path!);
      for (const [, name] of names!.matchAll(/`([A-Z_]+)`/g))
        assert.match(text, new RegExp(`const ${name!}\\b`), path);
    }
  });
});
