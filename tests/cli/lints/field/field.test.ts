// Policies as users have them: those with one mistake, which check finds, and those without, of which it says nothing.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { loadFilter } from "../../../../cli/files/filter-file.js";
import { check } from "../../../../policies/check.js";
import type { Filter } from "../../../../policies/evaluation/filter.js";
import { repositoryRoot } from "../../../../scripts/repository-root.js";

const directory = join(repositoryRoot, "tests/cli/lints/field");

interface Section {
  readonly title: string;
  readonly text: string;
}

async function sectionsOf(file: string): Promise<Section[]> {
  const [, ...sections] = (await readFile(join(directory, file), "utf8")).split(/^### /m);
  return sections.map((section) => {
    const end = section.indexOf("\n");
    return { title: section.slice(0, end), text: section.slice(end) };
  });
}

const mistakes = await sectionsOf("mistakes.yaml");
const good = await sectionsOf("good.yaml");

let filter: Filter;
before(async () => {
  filter = await loadFilter();
});

const found = async ({ title, text }: Section) =>
  (await check([{ file: title, text }], filter)).map(({ id, message }) => `${id} ${message}`);

it("there are many of both", () => {
  assert.ok(mistakes.length >= 60 && good.length >= 40, `${mistakes.length}, ${good.length}`);
});

describe("check finds", () => {
  for (const section of mistakes) {
    const [id = "", name = ""] = section.title.split(": ");
    it(`${name} (${id})`, async () => {
      const findings = await found(section);
      assert.ok(
        findings.some((one) => one.startsWith(`${id} `)),
        findings.join("\n") || "nothing",
      );
    });
  }
});

describe("check says nothing of", () => {
  for (const section of good)
    it(section.title, async () => {
      assert.deepEqual(await found(section), []);
    });
});
