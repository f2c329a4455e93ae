// The page in a real Chromium, from a plain file server: what somebody does there, and what is seen.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { findChromium, startChromium } from "../library/chromium.js";

const directory = join(repositoryRoot, "build", "playground");

const chromium = await findChromium();

/** For `describe`: why its tests cannot run here, if so. */
export const inChromium = {
  skip: chromium === undefined && "no Chromium on PATH or at CHROMIUM_PATH",
  timeout: 600_000,
};

/** Longer than the slowest answer on a busy machine. */
export const DEADLINE = 30_000;

/**
 * `npm run steady` sets it for its loaded runs: so many times slower the page's processor is. A test that reads what the page has yet to do fails then.
 * Measured: with 6, two such tests that fail once in some fifty runs otherwise.
 */
const SLOWNESS = Number(process.env.PAGE_SLOWNESS ?? 1);

export interface Playground {
  readonly origin: string;
  readonly browser: Browser;
  /** Opens the page anew; its fragment if one is given. */
  open(options?: OpenOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

interface OpenOptions extends BrowserContextOptions {
  readonly fragment?: string;
  /** In place of the file server's. */
  readonly url?: string;
}

/** Serves build/playground/ and starts the browser. */
export async function startPlayground(): Promise<Playground> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://host").pathname);
    const file = path === "/" ? "/index.html" : path;
    readFile(join(directory, file)).then(
      (body) => response.writeHead(200, { "content-type": types[file.replace(/^.*\./, "")] }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await startChromium(chromium!);
  return {
    origin,
    browser,
    async open({ fragment = "", url = `${origin}/`, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1360, height: 1000 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(DEADLINE * SLOWNESS);
      if (SLOWNESS > 1) await slowDown(page);
      const opened = new OpenedPage(page);
      await page.goto(url + fragment);
      await opened.answered();
      return opened;
    },
    async close() {
      await browser.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** What packs a link, signs a token or reads the filter is late besides, as on a busy machine. */
async function slowDown(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const late = (owner: object, names: readonly string[]) => {
      for (const name of names) {
        const act = Reflect.get(owner, name) as (...values: unknown[]) => Promise<unknown>;
        Reflect.set(owner, name, async function (this: unknown, ...values: unknown[]) {
          await new Promise((resolve) => setTimeout(resolve, 400));
          return act.apply(this, values);
        });
      }
    };
    late(SubtleCrypto.prototype, ["sign", "importKey", "generateKey", "exportKey", "digest"]);
    late(Response.prototype, ["arrayBuffer", "text"]);
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWNESS });
}

const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", css: "text/css" };

export class OpenedPage {
  /** Addresses of every request, of the page or of whatever is in it. */
  readonly requests: string[] = [];
  /** What stands in the console, and errors that nobody caught. */
  readonly said: string[] = [];

  constructor(readonly page: Page) {
    page.context().on("request", (request) => this.requests.push(request.url()));
    page.on("websocket", (socket) => this.requests.push(socket.url()));
    page.on("console", (message) => this.said.push(message.text()));
    page.on("pageerror", (error) => this.said.push(String(error)));
  }

  /** Waits for the answer to what stands in the page. */
  async answered(): Promise<void> {
    await this.page.locator("#answer[aria-busy=false]").waitFor();
  }

  /** `DENIED 403 RBAC: access denied` */
  async verdict(): Promise<string> {
    await this.answered();
    return (await this.page.locator("#verdict").textContent()) ?? "";
  }

  /** All words of the answer, a blank between them. */
  async explanation(): Promise<string> {
    await this.answered();
    return (await this.page.locator("#explanation").innerText()).replaceAll(/\s+/g, " ");
  }

  /** Ids of the findings under the editor. */
  async findings(): Promise<string[]> {
    await this.answered();
    const texts = await this.page.locator("#findings > li").allInnerTexts();
    return texts.map((text) => /JP\d{3}/.exec(text)?.[0] ?? text);
  }

  async example(name: string): Promise<void> {
    await this.page.getByLabel("Example").selectOption({ label: name });
    await this.answered();
    // A token is made for this one after it has been opened.
    if (name === "A rotated key")
      await this.page.locator("#pasted").and(this.page.locator(":visible")).waitFor();
    await this.answered();
  }

  /** Puts a text in place of the policies, as pasting it does. */
  async write(policies: string): Promise<void> {
    await this.page.locator(".cm-content").click();
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.insertText(policies);
    await this.answered();
  }

  /** The text in the editor, which draws only what is in sight. */
  async policies(): Promise<string> {
    await this.openDialog("As a command");
    const [download] = await Promise.all([
      this.page.waitForEvent("download"),
      this.page.getByRole("button", { name: "Save policies.yaml" }).click(),
    ]);
    await this.closeDialog();
    return readFile(await download.path(), "utf8");
  }

  async fill(label: string, text: string): Promise<void> {
    await this.field(label).fill(text);
    await this.answered();
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true }).and(this.page.locator("input, textarea"));
  }

  async choose(kind: "None" | "Claims" | "Pasted"): Promise<void> {
    await this.page.getByRole("radio", { name: kind }).check({ force: true });
    await this.answered();
  }

  /** Clicks a button that opens the dialog, and waits for it: what the dialog shows may have to be packed or rendered first. */
  async openDialog(button: string): Promise<void> {
    await this.page.getByRole("button", { name: button, exact: true }).click();
    await this.page.locator("dialog[open]").waitFor();
  }

  /** The text in the open dialog; waits for it, since the last one's is there until then. */
  async dialogText(): Promise<string> {
    return this.page.locator("dialog[open] textarea").inputValue();
  }

  /** What a button shows in the dialog. */
  async taken(button: string): Promise<string> {
    await this.openDialog(button);
    const text = await this.dialogText();
    await this.closeDialog();
    return text;
  }

  async closeDialog(): Promise<void> {
    await this.page.locator("dialog[open]").getByRole("button", { name: "Close" }).click();
    await this.page.locator("dialog[open]").waitFor({ state: "detached" });
  }

  /** Waits until the focus is on what the selector names: what moves it may have something to wait for itself. */
  async focusedOn(selector: string): Promise<void> {
    await this.page.locator(selector).and(this.page.locator(":focus")).waitFor();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
