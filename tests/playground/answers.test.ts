// What somebody does in the page, and what is told: the seed's scenario typed in, a mistake found and mended, a token pasted.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { inChromium, startPlayground, type OpenedPage, type Playground } from "./opened-page.js";

const seed = await readFile(join(repositoryRoot, "examples", "httpbin", "policies.yaml"), "utf8");
const billing =
  '{"sub": "billing@clients", "aud": "istio-jwt-test", "scope": "read:database write:database"}';

describe("in the page", inChromium, () => {
  let playground: Playground;
  let opened: OpenedPage;
  before(async () => {
    playground = await startPlayground();
    opened = await playground.open();
  });
  after(async () => {
    await playground.close();
    assert.deepEqual(opened.said, []);
  });

  it("the seed's scenario is typed in, and each change of it is answered", async () => {
    await opened.write(seed);
    await opened.fill("Path or URL", "/headers");
    await opened.choose("Claims");
    await opened.page.locator("#claims").fill(billing);
    assert.equal(await opened.verdict(), "ALLOWED");
    assert.match(
      await opened.explanation(),
      /- authorization removed \+ x-jwt-payload: \(the token's payload\) added/,
    );
    await opened.page.locator("#claims").fill(billing.replace(" write:database", ""));
    assert.equal(await opened.verdict(), "DENIED 403 RBAC: access denied");
    assert.match(await opened.explanation(), /wants write:database\s+sees read:database/);
    await opened.fill("Method", "POST");
    assert.match(await opened.explanation(), /to\[0\]\.operation\.methods/);
    await opened.choose("None");
    assert.match(await opened.explanation(), /requestPrincipals/);
  });

  it("the rule that decides is marked in the text, and what a condition sees is told where it stands", async () => {
    await opened.example("Who, what, and with which scope");
    assert.ok((await opened.page.locator(".cm-line.allows").count()) >= 3);
    await opened.page.locator("#claims").fill(billing.replace("istio-jwt-test", "other"));
    await opened.answered();
    assert.ok((await opened.page.locator(".cm-line.nearest").count()) >= 3);
    await opened.page.locator(".condition.failed").first().hover();
    const tip = opened.page.locator(".tip");
    await tip.waitFor();
    assert.match(
      await tip.innerText(),
      /^✗ when\[0\]\.values of request\.auth\.claims\[aud\]\s+wants istio-jwt-test\s+sees other$/,
    );
    await opened.page.mouse.move(0, 0);
  });

  it("a place of the answer leads to its line in the editor", async () => {
    await opened.example("The principal with two slashes");
    await opened.page.locator(".conditions .place").first().click();
    await opened.focusedOn('[aria-label="Policies in YAML"]');
    assert.match((await opened.page.locator(".cm-activeLine").textContent()) ?? "", /requestPrincipals/);
  });

  it("a finding is a mark with its fix, and the fix changes the text and the answer", async () => {
    await opened.example("The principal with two slashes");
    assert.equal(await opened.page.locator(".cm-lintRange-warning").count(), 1);
    await opened.page.getByRole("button", { name: /^Fix JP202/ }).click();
    assert.equal(await opened.verdict(), "ALLOWED");
    assert.deepEqual(await opened.findings(), []);
    assert.match(await opened.policies(), /requestPrincipals: \["https:\/\/idp\.example\.com\/\/alice"\]/);
  });

  it("what is no YAML is a mark, and nothing is asked", async () => {
    await opened.write(`${seed}\n  rules: [`);
    assert.equal(await opened.verdict(), "NOT ASKED");
    assert.match(await opened.explanation(), /not readable as YAML/);
    assert.ok((await opened.findings()).includes("JP401"));
    assert.ok((await opened.page.locator(".cm-lintRange-error, .cm-lintPoint-error").count()) >= 1);
  });

  it("a field that does not exist is refused, with what was meant", async () => {
    await opened.write(seed.replace("paths:", "path:"));
    assert.equal(await opened.verdict(), "REFUSED");
    assert.match(await opened.explanation(), /path/);
    assert.ok((await opened.findings()).includes("JP101"));
    await opened.write(seed);
    assert.notEqual(await opened.verdict(), "REFUSED");
  });

  const wrong: readonly (readonly [label: string, text: string, says: RegExp])[] = [
    ["Path or URL", "two words", /no blank can stand in a path/],
    ["TCP peer", "nowhere", /expected an IP address/],
    ["for the workload", "Foo bar", /expected/],
    ["Headers, a line each", "no header", /expected "name: value"/],
    ["Time", "soon", /expected a time/],
  ];
  for (const [label, text, says] of wrong) {
    it(`a field of another form is named: ${label}`, async () => {
      await opened.page.getByText("Connection and time").evaluate((summary) => {
        (summary.parentElement as HTMLDetailsElement).open = true;
      });
      const field = opened.field(label);
      const usual = await field.inputValue();
      await field.fill(text);
      assert.equal(await opened.verdict(), "NOT ASKED");
      assert.match(await opened.explanation(), says);
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      await field.fill(usual);
      assert.notEqual(await opened.verdict(), "NOT ASKED");
      assert.equal(await field.getAttribute("aria-invalid"), null);
    });
  }

  it("a token is made, pasted, changed, taken for good, and its claims are taken", async () => {
    await opened.example("Any token, but a token");
    await opened.choose("Claims");
    await opened.page.getByRole("button", { name: "Make a token of them" }).click();
    await opened.page.locator("#pasted").and(opened.page.locator(":visible")).waitFor();
    assert.equal(await opened.verdict(), "ALLOWED");
    const token = await opened.page.locator("#pasted").inputValue();
    await opened.fill("Token", `Bearer ${token}`);
    assert.equal(await opened.verdict(), "ALLOWED");
    const [header, payload, signature = ""] = token.split(".");
    await opened.fill("Token", [header, payload, signature.split("").reverse().join("")].join("."));
    assert.equal(await opened.verdict(), "DENIED 401 Jwt verification fails");
    await opened.page.getByLabel("Assume that the signature is valid").check();
    assert.equal(await opened.verdict(), "ALLOWED");
    assert.match(await opened.explanation(), /assumed: signature assumed to be valid, as you say/);
    await opened.page.getByLabel("Assume that the signature is valid").uncheck();
    await opened.fill("Key set, as the issuer’s jwksUri answers it", "");
    assert.equal(await opened.verdict(), "NOT KNOWN");
    assert.match(await opened.explanation(), /Paste the issuer's key set under “Key set”/);
    await opened.page.getByRole("button", { name: "Take its claims" }).click();
    assert.equal(await opened.verdict(), "ALLOWED");
    assert.match(await opened.page.locator("#claims").inputValue(), /"sub": "alice"/);
    assert.equal(await opened.page.locator("#pasted").inputValue(), "");
  });

  it("what somebody has written comes back from an example, and from a link by the browser's way back", async () => {
    const { page } = opened;
    await opened.example("Templates of paths");
    const link = new URL(await opened.taken("Link")).hash;
    await opened.write(seed);
    await opened.fill("Path or URL", "/mine");
    assert.equal(await page.getByLabel("Example").inputValue(), "");
    await opened.example("Scopes are a list");
    await opened.example("Your own");
    assert.equal(await page.locator("#url").inputValue(), "/mine");
    assert.equal(await opened.policies(), seed);
    await page.evaluate((hash) => (window.location.hash = hash), link);
    await page.locator("#lesson").waitFor({ state: "hidden" });
    await opened.answered();
    await page.waitForFunction(() => (document.getElementById("url") as HTMLInputElement).value !== "/mine");
    await page.goBack();
    await page.waitForFunction(() => (document.getElementById("url") as HTMLInputElement).value === "/mine");
    await opened.answered();
    assert.equal(await opened.policies(), seed);
  });

  it("only the last of many keystrokes is answered", async () => {
    await opened.example("Templates of paths");
    await opened.page.getByLabel("Path or URL").fill("");
    await opened.page.getByLabel("Path or URL").pressSequentially("/users/bob/orders/1", { delay: 15 });
    assert.equal(await opened.verdict(), "ALLOWED");
    assert.match(await opened.explanation(), /GET example\.com\/users\/bob\/orders\/1,/);
  });
});
