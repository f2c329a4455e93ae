// The picture of the page in README.md. Its pixels depend on the fonts of a machine, so that it is not compared: it holds a digest of the words and
// the style that it shows, and is taken anew when they are others: `PICTURE=write npm test -- playground/picture`.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { crc32 } from "node:zlib";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { inChromium, startPlayground } from "./opened-page.js";

const picture = join(repositoryRoot, "docs", "images", "playground.png");
const KEYWORD = "jwt-policy-shows";

it("is of the page as it is", inChromium, async () => {
  const playground = await startPlayground();
  try {
    const opened = await playground.open({ viewport: { width: 1280, height: 900 } });
    await opened.page.clock.setFixedTime("2026-01-31T12:00:00Z");
    await opened.example("Who, what, and with which scope");
    await opened.page
      .locator("#claims")
      .fill('{"sub": "billing@clients", "aud": "istio-jwt-test", "scope": "read:database"}');
    await opened.answered();
    await opened.page.evaluate(() => {
      (document.activeElement as HTMLElement).blur();
      window.scrollTo(0, 0);
    });
    await opened.page.mouse.move(0, 0);
    const words = await opened.page.locator("main").innerText();
    assert.match(words, /DENIED 403 RBAC: access denied/);
    const style = await readFile(join(repositoryRoot, "playground", "style.css"), "utf8");
    const shown = createHash("sha256").update(words).update(style).digest("hex");
    if (process.env["PICTURE"] === "write")
      await writeFile(picture, withText(await opened.page.screenshot(), KEYWORD, shown));
    assert.equal(
      textIn(await readFile(picture), KEYWORD),
      shown,
      "the page shows something else by now: PICTURE=write npm test -- playground/picture",
    );
  } finally {
    await playground.close();
  }
});

/** A PNG with a tEXt chunk behind its header (PNG, third edition, §11.3.3.2). */
function withText(png: Buffer, keyword: string, text: string): Buffer {
  const behindHeader = 8 + 25;
  const content = Buffer.from(`tEXt${keyword}\0${text}`, "latin1");
  const chunk = Buffer.alloc(8 + content.length);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), 4 + content.length);
  return Buffer.concat([png.subarray(0, behindHeader), chunk, png.subarray(behindHeader)]);
}

function textIn(png: Buffer, keyword: string): string | undefined {
  return new RegExp(`tEXt${keyword}\\0([\\da-f]{64})`).exec(png.subarray(0, 512).toString("latin1"))?.[1];
}
