// Nothing leaves the page: what its policy says, what it asks for, and what happens to a program that tries.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { inChromium, startPlayground, type Playground } from "./opened-page.js";

const file = join(repositoryRoot, "build", "playground", "index.html");

describe("the page's content security policy", () => {
  it("allows no connection, no frame, no form and no script but its own", async () => {
    const [, policy] =
      /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(await readFile(file, "utf8")) ?? [];
    assert.deepEqual(policy?.split("; "), [
      "default-src 'none'",
      "connect-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self' 'nonce-editor'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });
});

describe("nothing leaves the page", inChromium, () => {
  let playground: Playground;
  before(async () => {
    playground = await startPlayground();
  });
  after(() => playground.close());

  it("whatever is done in it, it asks for its three files and for nothing else", async () => {
    const opened = await playground.open();
    await opened.example("A rotated key");
    await opened.choose("Claims");
    await opened.write(`${await opened.policies()}\n# ![](https://example.com/picture.png)`);
    await opened.fill("Path or URL", "https://idp.example.com/keys");
    await opened.page.getByRole("button", { name: "Keep this request" }).click();
    await opened.page.locator("#cases > li").waitFor();
    await opened.taken("Link");
    await opened.taken("As a command");
    await opened.taken("Take the tests home");
    assert.deepEqual(
      opened.requests
        .filter((url) => !url.startsWith("blob:"))
        .map((url) => url.replace(playground.origin, "")),
      ["/", "/playground.css", "/playground.js"],
    );
    assert.deepEqual(opened.said, []);
    assert.equal(await opened.page.evaluate(() => localStorage.length + document.cookie.length), 0);
    await opened.close();
  });

  it("a program in it that tries to send something cannot", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(200, { "access-control-allow-origin": "*" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const opened = await playground.open();
    const outcomes = await opened.page.evaluate(
      async (url) => {
        const failed = () => "refused";
        const loaded = (element: HTMLImageElement | HTMLScriptElement, name: string) =>
          new Promise<string>((resolve) => {
            element.onload = () => resolve("sent");
            element.onerror = () => resolve("refused");
            element.src = `${url}/${name}`;
            document.head.append(element);
          });
        return {
          fetch: await fetch(`${url}/fetch`).then(() => "sent", failed),
          same: await fetch("/same").then(() => "sent", failed),
          image: await loaded(new Image(), "image"),
          script: await loaded(document.createElement("script"), "script"),
          socket: await new Promise((resolve) => {
            try {
              const socket = new WebSocket(url.replace("http", "ws"));
              socket.onopen = () => resolve("sent");
              socket.onerror = () => resolve("refused");
            } catch {
              resolve("refused");
            }
          }),
          beacon: navigator.sendBeacon(`${url}/beacon`) ? "perhaps" : "refused",
        };
      },
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
    const { beacon, ...others } = outcomes;
    assert.deepEqual(new Set(Object.values(others)), new Set(["refused"]));
    await opened.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    // A beacon says nothing of what became of it.
    assert.deepEqual(asked, [], `beacon: ${beacon}`);
  });

  it("it works from a file, without any server", async () => {
    const opened = await playground.open({ url: pathToFileURL(file).href });
    assert.equal(await opened.verdict(), "ALLOWED");
    await opened.example("The principal with two slashes");
    assert.equal(await opened.verdict(), "DENIED 403 RBAC: access denied");
    assert.deepEqual(opened.said, []);
    assert.ok(opened.requests.every((url) => url.startsWith("file:")));
    await opened.close();
  });

  it("a browser that lacks something is told so", async () => {
    const context = await playground.browser.newContext();
    const page = await context.newPage();
    await page.addInitScript("delete globalThis.DecompressionStream; delete globalThis.CompressionStream");
    await page.goto(playground.origin);
    await page
      .locator("#answer", { hasText: /This browser cannot run the filter: .* a newer one/ })
      .waitFor();
    await context.close();
  });

  it("it works offline once it is there", async () => {
    const opened = await playground.open();
    await opened.page.context().setOffline(true);
    await opened.example("Scopes are a list");
    assert.equal(await opened.verdict(), "DENIED 403 RBAC: access denied");
    await opened.close();
  });
});
