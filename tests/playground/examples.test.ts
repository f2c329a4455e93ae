// Each example of the page, in a real Chromium: its answer, its findings, and no word in the console.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { examples } from "../../playground/examples/examples.js";
import { inChromium, startPlayground, type OpenedPage, type Playground } from "./opened-page.js";

describe("the page's examples", inChromium, () => {
  let playground: Playground;
  let opened: OpenedPage;
  before(async () => {
    playground = await startPlayground();
    opened = await playground.open();
  });
  after(() => playground.close());

  it("are a dozen and more, each with a name of its own and a lesson", () => {
    assert.ok(examples.length >= 12);
    assert.equal(new Set(examples.map(({ name }) => name)).size, examples.length);
    for (const { lesson } of examples) assert.match(lesson, /^.{60,}\.$/s);
  });

  for (const { name, lesson, answer, findings } of examples) {
    it(name, async () => {
      await opened.example(name);
      const expected = answer === "allowed" ? "ALLOWED" : `DENIED ${answer.status} ${answer.reason}`;
      assert.equal(await opened.verdict(), expected);
      assert.deepEqual(await opened.findings(), findings);
      assert.equal(await opened.page.locator("#lesson").innerText(), lesson);
    });
  }

  it("ask nobody, and say nothing in the console", () => {
    assert.deepEqual(
      opened.requests.map((url) => url.replace(playground.origin, "")),
      ["/", "/playground.css", "/playground.js"],
    );
    assert.deepEqual(opened.said, []);
  });
});
