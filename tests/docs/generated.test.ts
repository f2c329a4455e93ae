// The parts of docs/ that programs write are as they would be written now.

import assert from "node:assert/strict";
import { relative } from "node:path";
import { describe, it } from "node:test";
import { fieldColumns } from "../../scripts/docs/field-columns.js";
import { generatedPages } from "../../scripts/docs/generated-pages.js";
import { generatedPictures } from "../../scripts/docs/generated-pictures.js";
import { housePictures } from "../../scripts/docs/house/pictures.js";
import { extensionsSchema, publishedSchemas } from "../../scripts/docs/published-schemas.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

describe("generated documentation", async () => {
  const pages = await generatedPages();

  it("is in six pages", () => {
    assert.deepEqual(
      pages.map(({ file }) => relative(repositoryRoot, file)),
      [
        "docs/checks.md",
        "docs/command.md",
        "docs/configuration.md",
        "docs/extensions.md",
        "docs/key-sources.md",
        "docs/outcomes.md",
      ],
    );
  });

  for (const { file, text, wanted } of [
    ...pages,
    ...(await generatedPictures()),
    ...(await housePictures()),
    ...(await fieldColumns()),
    await publishedSchemas(),
    await extensionsSchema(),
  ]) {
    it(`${relative(repositoryRoot, file)} is current`, () => {
      assert.equal(text, wanted, "run npm run docs");
    });
  }
});
