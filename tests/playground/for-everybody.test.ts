// The page for everybody: no violation that axe finds, in dark and light, on a phone and at 200 %; and the keyboard alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import type { Page } from "playwright-core";
import { inChromium, startPlayground, type OpenedPage, type Playground } from "./opened-page.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** @param rules those that are asked about; undefined: all */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const found = await page.evaluate(async (only) => {
    const { run } = (
      globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } }
    ).axe;
    return (await run(only === undefined ? {} : { runOnly: [...only] })).violations;
  }, rules);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
}

describe("the page for everybody", inChromium, () => {
  let playground: Playground;
  before(async () => {
    playground = await startPlayground();
  });
  after(() => playground.close());

  /** Everything that can be seen: a denied request with findings, every field, a kept case. */
  async function full(opened: OpenedPage): Promise<void> {
    await opened.example("The principal with two slashes");
    await opened.page.getByText("Connection and time").click();
    await opened.page.getByRole("button", { name: "Keep this request" }).click();
    await opened.page.locator("#cases > li").waitFor();
    await opened.answered();
  }

  /** Colours that are others have contrasts of their own, and a narrow window a place of its own for each thing; the rest is the same page. */
  const looks = ["color-contrast", "target-size", "scrollable-region-focusable"];
  const phone = { width: 360, height: 740 };
  const wide = { width: 1360, height: 1000 };
  const forms: readonly (readonly [
    form: string,
    viewport: typeof wide,
    media: Parameters<Page["emulateMedia"]>[0],
    rules?: readonly string[],
  ])[] = [
    ["light", wide, {}],
    ["dark", wide, { colorScheme: "dark" }, looks],
    ["phone, light", phone, {}],
    ["phone, dark", phone, { colorScheme: "dark" }, looks],
    // 200 % of a window of 1280 pixels leaves 640 of CSS (WCAG 2.2, 1.4.4 and 1.4.10).
    ["at 200 %", { width: 640, height: 400 }, {}, looks],
    [
      "with more contrast",
      wide,
      { contrast: "more", reducedMotion: "reduce", forcedColors: "active" },
      looks,
    ],
  ];
  it("axe finds nothing in any form, and nothing runs out at the side", async () => {
    const opened = await playground.open();
    const { page } = opened;
    await full(opened);
    await page.evaluate(axe);
    const usual = { colorScheme: "light", contrast: null, reducedMotion: null, forcedColors: null } as const;
    for (const [form, viewport, media, rules] of forms) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ ...usual, ...media });
      assert.deepEqual(await violations(page, rules), [], form);
      const { width, inner } = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        inner: window.innerWidth,
      }));
      assert.ok(width <= inner, `${form}: ${width} of ${inner} pixels`);
      await opened.openDialog("Link");
      assert.deepEqual(await violations(page, rules), [], `${form}, a dialog`);
      await opened.closeDialog();
    }
    await opened.choose("Pasted");
    assert.deepEqual(await violations(page), [], "a pasted token");
    await opened.close();
  });

  it("the keyboard alone: every control is reached in the order of the page, and none keeps the focus", async () => {
    const opened = await playground.open();
    await full(opened);
    const wanted = await opened.page.evaluate(
      () =>
        [...document.querySelectorAll("button, select, input, textarea, summary, .cm-content")].filter(
          (one) =>
            one.checkVisibility() &&
            (one as HTMLElement).tabIndex >= 0 &&
            !(one instanceof HTMLInputElement && one.type === "radio" && !one.checked),
        ).length,
    );
    await opened.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const reached: string[] = [];
    for (let i = 0; i < wanted + 10; i++) {
      await opened.page.keyboard.press("Tab");
      const name = await opened.page.evaluate(() => {
        const active = document.activeElement;
        if (active === null || active === document.body) return undefined;
        const all = [...document.querySelectorAll("*")];
        return `${all.indexOf(active)} ${active.tagName} ${active.id || active.className}`;
      });
      // Behind the last comes the browser's own, and then the first.
      if (name === undefined) continue;
      reached.push(name);
    }
    assert.ok(
      new Set(reached).size >= wanted,
      `${new Set(reached).size} of ${wanted}: ${reached.join("\n")}`,
    );
    await opened.close();
  });

  it("the keyboard alone: a mistake is found, mended and shared", async () => {
    const opened = await playground.open();
    const { keyboard } = opened.page;
    await opened.page.getByLabel("Example").focus();
    await keyboard.type("The principal");
    await opened.answered();
    assert.equal(await opened.verdict(), "DENIED 403 RBAC: access denied");
    await opened.page.locator(".cm-content").focus();
    await keyboard.press("F8");
    await opened.page.locator(".cm-tooltip-lint, .cm-tooltip").first().waitFor();
    await keyboard.press("Escape");
    await keyboard.press("Tab");
    assert.notEqual(
      await opened.page.evaluate(() => document.activeElement?.getAttribute("aria-label")),
      "Policies in YAML",
    );
    await opened.page.getByRole("button", { name: /^Fix JP202/ }).focus();
    await keyboard.press("Enter");
    assert.equal(await opened.verdict(), "ALLOWED");
    await opened.page.getByRole("radio", { name: "Claims" }).focus();
    await keyboard.press("ArrowLeft");
    assert.equal(await opened.verdict(), "DENIED 403 RBAC: access denied");
    await opened.page.getByRole("button", { name: "Link" }).focus();
    await keyboard.press("Enter");
    await opened.focusedOn('dialog[open] button:text-is("Copy")');
    await keyboard.press("Escape");
    await opened.focusedOn("#share");
    await opened.close();
  });

  it("who listens hears the verdict when it changes", async () => {
    const opened = await playground.open();
    assert.equal(await opened.page.getByRole("status").first().innerText(), "ALLOWED");
    await opened.choose("None");
    assert.equal(await opened.verdict(), "DENIED 403 RBAC: access denied");
    await opened.close();
  });
});
