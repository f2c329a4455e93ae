// What is taken along from the page does elsewhere what it did there: a link, a command, a test file, a filter.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { examples } from "../../playground/examples/examples.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { runCommand } from "../cli/string-terminal.js";
import { inChromium, startPlayground, type OpenedPage, type Playground } from "./opened-page.js";

describe("what is taken along", inChromium, () => {
  let playground: Playground;
  let opened: OpenedPage;
  let directory: string;
  before(async () => {
    playground = await startPlayground();
    opened = await playground.open();
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-page-"));
  });
  after(async () => {
    await playground.close();
    await rm(directory, { recursive: true });
    assert.deepEqual(opened.said, []);
  });

  it("a link opens the same scene with the same answer, in another browser too", async () => {
    await opened.example("DENY before ALLOW");
    await opened.page.locator("#claims").fill('{"sub": "bob", "groups": ["admins"], "ü": "\\"<b>"}');
    await opened.fill("Path or URL", "/admin/x?y=1&z={}");
    const verdict = await opened.verdict();
    const link = await opened.taken("Link");
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/#1\.[\w-]+$/);
    const other = await playground.open({ url: link });
    assert.equal(await other.verdict(), verdict);
    assert.equal(
      await other.page.locator("#claims").inputValue(),
      await opened.page.locator("#claims").inputValue(),
    );
    assert.equal(await other.page.locator("#url").inputValue(), "/admin/x?y=1&z={}");
    assert.equal(await other.policies(), await opened.policies());
    assert.deepEqual(other.said, []);
    await other.close();
  });

  it("a link that is broken, or of somebody else, is told, and the page works", async () => {
    for (const fragment of ["#1.abc", "#7.abc"]) {
      const other = await playground.open({ fragment });
      assert.match(await other.page.locator("#lesson").innerText(), /This link is /);
      assert.equal(await other.verdict(), "ALLOWED");
      await other.close();
    }
  });

  it("no pasted token and no key set is in a link, a command or a test file", async () => {
    await opened.example("A rotated key");
    const token = await opened.page.locator("#pasted").inputValue();
    const [, payload = "", signature = ""] = token.split(".");
    const link = await opened.taken("Link");
    const other = await playground.open({ url: link });
    assert.equal(await other.page.locator("#pasted").inputValue(), "");
    assert.equal(await other.page.locator("#jwks").inputValue(), "");
    const shown = await other.page.content();
    for (const secret of [token, payload, signature]) assert.ok(!shown.includes(secret));
    await other.close();
    const command = await opened.taken("As a command");
    assert.match(command, / --token-env TOKEN --jwks https:\/\/idp\.example\.com\/=jwks\.json$/);
    for (const secret of [payload, signature]) assert.ok(!command.includes(secret));
    await opened.page.getByRole("button", { name: "Keep this request" }).click();
    assert.match(await opened.page.locator("#cases-note").innerText(), /A test file holds no token/);
  });

  it("a command in a shell gives the same decision", async () => {
    await opened.example("Who, what, and with which scope");
    await opened.page
      .locator("#claims")
      .fill(`{"sub": "it's \\"me\\" $HOME \`id\`", "aud": "istio-jwt-test"}`);
    await opened.fill("Headers, a line each", "x-note: it's; $(id)\nx-other: two");
    const verdict = await opened.verdict();
    await writeFile(join(directory, "policies.yaml"), await opened.policies());
    const line = await opened.taken("As a command");
    const main = join(repositoryRoot, "build", "js", "cli", "main.js");
    const { stdout, code } = await shell(
      `npx() { shift; "${process.execPath}" "${main}" "$@"; }; ${line}`,
      directory,
    );
    assert.equal(code, 1);
    assert.equal(stdout.split("\n")[0]!.replace(/\s+/g, " "), verdict);
    assert.match(stdout, /sees "https:\/\/idp\.example\.com\/\/it's \\"me\\" \$HOME `id`"/);
  });

  it("kept requests become a test file that the command runs with the same answers, covered rules marked", async () => {
    await opened.example("DENY before ALLOW");
    const keep = () => opened.page.getByRole("button", { name: "Keep this request" }).click();
    const kept = async (count: number) => {
      await opened.page
        .locator("#cases > li")
        .nth(count - 1)
        .waitFor();
      await opened.answered();
    };
    await keep();
    await kept(1);
    await opened.page.locator("#claims").fill('{"sub": "root", "groups": ["admins"]}');
    await opened.answered();
    await keep();
    await kept(2);
    await opened.fill("Headers, a line each", "x-token: {token}\nx-b: 1\nx-b: 2");
    await keep();
    await kept(3);
    await opened.fill("Headers, a line each", "");
    await opened.choose("None");
    await opened.fill("Path or URL", "https://httpbin.foo/other?q=1");
    await opened.fill("Method", "POST");
    await keep();
    await kept(4);
    assert.match(await opened.page.locator("#cases").innerText(), /✓[^✗]*✓[^✗]*✓[^✗]*✓[^✗]*$/);
    assert.match(
      await opened.page.locator("#cases-note").innerText(),
      /cover (\d+) % of the rules and conditions/,
    );
    assert.ok((await opened.page.locator(".cm-gutter .covered").count()) >= 1);
    const tests = await opened.taken("Take the tests home");
    await writeFile(join(directory, "policies.yaml"), await opened.policies());
    await writeFile(join(directory, "policies_test.yaml"), tests);
    const { stdout, stderr } = await runCommand(
      ["test", join(directory, "policies_test.yaml"), "--verbose"],
      "",
    );
    assert.equal(stderr, "");
    assert.match(stdout, /4 tests, 4 passed, 0 failed/);
    assert.match(stdout, /GET \/admin\/users, 403/);
  });

  it("a kept request fails once the policies say otherwise, and is asked again at a click", async () => {
    await opened.write((await opened.policies()).replace("action: DENY", "action: ALLOW"));
    assert.match(await opened.page.locator("#cases").innerText(), /✗/);
    await opened.page.locator("#cases .case").first().click();
    await opened.answered();
    assert.equal(await opened.page.locator("#url").inputValue(), "/admin/users");
    await opened.page
      .locator("#cases")
      .getByRole("button", { name: /^Remove/ })
      .first()
      .click();
    await opened.page.locator("#cases > li").nth(3).waitFor({ state: "detached" });
    assert.equal(await opened.page.locator("#cases > li").count(), 3);
  });

  it("the filter is what render writes, once an image is named", async () => {
    await opened.example("Who, what, and with which scope");
    await opened.page.getByRole("button", { name: "As a filter" }).click();
    await opened.page.getByRole("button", { name: "Write the WasmPlugin" }).click();
    await opened.page.getByRole("alert").filter({ hasText: "image" }).waitFor();
    await opened.page.getByLabel(/^The image of/).fill("oci://registry.acme.internal/jwt-policy:1.0.0");
    await opened.page.getByRole("button", { name: "Write the WasmPlugin" }).click();
    const written = await opened.dialogText();
    await opened.closeDialog();
    const { stdout } = await runCommand(
      [
        "render",
        "-",
        "--for",
        "foo/app=httpbin",
        "--as",
        "wasmplugin",
        "--image",
        "oci://registry.acme.internal/jwt-policy:1.0.0",
      ],
      examples[0]!.policies,
    );
    assert.equal(written, stdout);
  });

  it("the filter in the page is the one that Envoy runs", async () => {
    const { createHash } = await import("node:crypto");
    const wasm = await readFile(join(repositoryRoot, "build", "jwt-policy.wasm"));
    assert.equal(
      await opened.page.locator("#digest").innerText(),
      createHash("sha256").update(wasm).digest("hex"),
    );
  });
});

function shell(script: string, cwd: string): Promise<{ readonly stdout: string; readonly code: number }> {
  return new Promise((resolve) => {
    execFile("sh", ["-c", script], { cwd, env: { ...process.env, NO_COLOR: "1" } }, (error, stdout) =>
      resolve({ stdout, code: typeof error?.code === "number" ? error.code : 0 }),
    );
  });
}
