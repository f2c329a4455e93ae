// What the pages point at is there: files, headings, scripts of package.json.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { anchorsIn, linksIn, markdownFiles } from "./markdown.js";

describe("documentation", async () => {
  const files = await markdownFiles();
  const anchors = new Map(files.map((file) => [file.path, anchorsIn(file)]));

  for (const file of files) {
    it(`${file.path}: every link leads somewhere`, () => {
      for (const { target, line } of linksIn(file)) {
        if (/^[a-z][a-z0-9+.-]*:/.test(target)) continue;
        const [path = "", anchor] = target.split("#");
        const at = `${file.path}:${line}: ${target}`;
        const wanted = path === "" ? file.path : normalize(join(dirname(file.path), decodeURI(path)));
        assert.ok(!wanted.startsWith(".."), `${at} is outside of the repository`);
        assert.ok(existsSync(join(repositoryRoot, wanted)), `${at}: no such file`);
        if (anchor === undefined) continue;
        assert.ok(anchors.get(wanted)?.has(anchor), `${at}: no such heading`);
      }
    });
  }

  it("every script that is named is one of package.json", () => {
    const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const { path, text } of files) {
      for (const [, name] of text.matchAll(/\bnpm run ([a-z][a-z:-]*)/g)) {
        assert.ok(Object.hasOwn(scripts, name!), `${path}: npm run ${name}`);
      }
    }
  });

  it("the index has every page", () => {
    const index = files.find(({ path }) => path === "docs/README.md");
    assert.ok(index !== undefined);
    const linked = new Set(
      linksIn(index).map(({ target }) => normalize(join("docs", target.replace(/#.*/, "")))),
    );
    for (const { path } of files) {
      // For those who work on it, who start from CONTRIBUTING.md; the package has neither.
      if (path === "docs/architecture.md") continue;
      const isPage = path.startsWith("docs/") && path !== index.path && !path.startsWith("docs/decisions/0");
      if (isPage) assert.ok(linked.has(path), `${path} is not in docs/README.md`);
    }
  });
});
