// docs/outcomes.md says of every outcome what the filter answers.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { httpCode, statusText } from "../parsers/parsers.js";

/** Outcomes that the page names in a sentence: no client is ever answered so. */
const NEVER_ANSWERED = [0, 1, 27, 75];
const LAST = 75;

describe("docs/outcomes.md", () => {
  let rows: { readonly number: number; readonly text: string; readonly code: string | undefined }[];
  before(async () => {
    const page = await readFile(join(repositoryRoot, "docs", "outcomes.md"), "utf8");
    rows = [...page.matchAll(/^\| (\d+) +\| (.+?) +\|(?: (\d{3}) +\|)?/gm)].map(([, number, text, code]) => ({
      number: Number(number),
      text: text!,
      code,
    }));
  });

  test("has each outcome once", () => {
    const expected = Array.from({ length: LAST + 1 }, (_, i) => i).filter((i) => !NEVER_ANSWERED.includes(i));
    assert.deepEqual(
      rows.map(({ number }) => number).sort((a, b) => a - b),
      expected,
    );
    assert.equal(statusText(LAST + 1), statusText(-1), "there is an outcome behind the last one");
  });

  test("has the filter's texts and codes", () => {
    for (const { number, text, code } of rows) {
      assert.equal(text, statusText(number));
      if (code !== undefined) assert.equal(Number(code), httpCode(number), text);
    }
    assert.ok(rows.filter(({ code }) => code !== undefined).length > 20);
  });
});
