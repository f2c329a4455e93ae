// `jwt-policy playground`: the page with the user's own files, on this machine and for nobody else.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { runCommand } from "../cli/string-terminal.js";
import { inChromium, startPlayground } from "./opened-page.js";

const policies = await readFile(join(repositoryRoot, "examples", "httpbin", "policies.yaml"), "utf8");

/** As docs/playground.md has it. */
const line = "jwt-policy playground policies/ --for foo/app=httpbin";

describe("jwt-policy playground", () => {
  let root: string;
  let directory: string;
  let child: ChildProcess;
  let url: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), "jwt-policy-served-"));
    directory = join(root, "policies");
    await mkdir(directory);
    await writeFile(join(directory, "a.yaml"), policies);
    await writeFile(join(directory, "b.yaml"), "# nothing yet\n");
    await writeFile(join(directory, "a_test.yaml"), "tests: []\n");
    const main = join(repositoryRoot, "build", "js", "cli", "main.js");
    const args = [...line.split(" ").slice(1), "--trust-domain", "td.example"];
    child = spawn(process.execPath, [main, ...args], { cwd: root });
    const [told] = (await once(child.stdout!, "data")) as [Buffer];
    url = told.toString().trim();
  });
  after(async () => {
    if (child.exitCode === null) child.kill("SIGKILL");
    await rm(root, { recursive: true });
  });

  /** What comes of a GET: its status, and the stream's first event if it is one. */
  const got = (address: string, host?: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const asked = request(address, host === undefined ? {} : { headers: { host } }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
          if (response.headers["content-type"] !== "text/event-stream") return;
          if (text.includes("\n\n")) response.destroy();
        });
        response.on("close", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      asked.on("error", reject).end();
    });

  it("listens on the loopback address alone, under a path that nobody guesses", async () => {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[\da-f]{32}\/$/);
    const { origin, host } = new URL(url);
    assert.equal((await got(url)).status, 200);
    for (const path of ["/", "/files", "/playground.js", "/..%2f..%2fpackage.json"])
      assert.equal((await got(origin + path)).status, 404, path);
    assert.equal((await got(`${url}../package.json`)).status, 404);
    // Another name for this address, in a browser that has been told so (DNS rebinding).
    assert.equal((await got(url, host.replace("127.0.0.1", "evil.example"))).status, 404);
    assert.equal((await got(`${url}files`, host.replace("127.0.0.1", "localhost"))).status, 200);
  });

  it("tells of the policies, and of no test file", async () => {
    const { text } = await got(`${url}files`);
    const told = JSON.parse(text.replace(/^data: /, "")) as { files: { file: string }[]; workload: object };
    assert.deepEqual(
      told.files.map(({ file }) => file),
      ["policies/a.yaml", "policies/b.yaml"],
    );
    assert.deepEqual(told.workload, { for: "foo/app=httpbin", trustDomain: "td.example" });
  });

  it("shows them, follows their changes, and connects to nothing else", inChromium, async () => {
    const playground = await startPlayground();
    try {
      const opened = await playground.open({ url });
      const { page } = opened;
      await page.locator("#files option").nth(1).waitFor({ state: "attached" });
      await opened.answered();
      assert.equal(await page.locator("#workload").inputValue(), "foo/app=httpbin");
      assert.equal(await page.locator("#trustDomain").inputValue(), "td.example");
      await opened.fill("Path or URL", "/headers");
      await opened.choose("Claims");
      await page
        .locator("#claims")
        .fill('{"sub": "billing@clients", "aud": "istio-jwt-test", "scope": "write:database"}');
      assert.equal(await opened.verdict(), "ALLOWED");
      await writeFile(join(directory, "a.yaml"), policies.replace('["GET"]', '["PUT"]'));
      await page.locator("#verdict", { hasText: "DENIED" }).waitFor();
      assert.equal(await page.locator("#url").inputValue(), "/headers");
      await page.getByLabel("File").selectOption({ index: 1 });
      assert.match(await page.locator(".cm-content").innerText(), /# nothing yet/);
      await writeFile(join(directory, "b.yaml"), policies.replaceAll("httpbin-", "other-"));
      await page.locator("#verdict", { hasText: "ALLOWED" }).waitFor();
      const { origin } = new URL(url);
      assert.deepEqual(new Set(opened.requests.map((one) => new URL(one).origin)), new Set([origin]));
      const elsewhere = await page.evaluate(
        (to) =>
          fetch(to).then(
            () => "sent",
            () => "refused",
          ),
        playground.origin,
      );
      assert.equal(elsewhere, "refused");
      await opened.close();
    } finally {
      await playground.close();
    }
  });

  it("ends when it is told to", async () => {
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    assert.equal(code, 0);
  });

  for (const [what, args, says] of [
    ["standard input", ["-"], /standard input is none/],
    ["a path that is not there", ["/nowhere/at/all"], /cannot read \/nowhere\/at\/all/],
    ["a port that is none", ["--port", "99999"], /--port 99999: expected a number/],
    ["a workload of another form", ["--for", "Foo"], /--for Foo: expected/],
    ["a Service and a ServiceEntry", ["--service", "a", "--service-entry", "b"], /exclude each other/],
  ] as const)
    it(`refuses ${what}`, async () => {
      const { code, stderr } = await runCommand(["playground", ...args], "");
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
});
