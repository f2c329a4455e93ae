// What the package gives on import: the example in examples/library, in Node and in a real browser, with the same answers.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, it } from "node:test";
import * as library from "../../policies/index.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { findChromium, startChromium } from "./chromium.js";
import { serveFiles } from "./file-server.js";

interface Answers {
  readonly findings: readonly string[];
  readonly decision: string;
  readonly failed: number;
  readonly passed: number;
  readonly configuration: { readonly authorizationPolicies: readonly { readonly name: string }[] };
  readonly refusal: string;
}

interface Example {
  readonly ask: (wasm: Uint8Array) => Promise<Answers>;
}

const example = join(repositoryRoot, "examples", "library", "ask.js");
const wasm = join(repositoryRoot, "build", "jwt-policy.wasm");

async function askedInNode(): Promise<Answers> {
  const { ask } = (await import(pathToFileURL(example).href)) as Example;
  return ask(await readFile(wasm));
}

const chromium = await findChromium();

describe("the library", () => {
  it("checks, explains, tests and renders in Node", async () => {
    const { findings, decision, failed, passed, configuration, refusal } = await askedInNode();
    assert.deepEqual(findings, ["policies.yaml:13 JP204"]);
    assert.equal(decision, "denied");
    assert.deepEqual({ failed, passed }, { failed: 0, passed: 2 });
    assert.deepEqual(
      configuration.authorizationPolicies.map(({ name }) => name),
      ["readers"],
    );
    assert.match(refusal, /^not readable as YAML:\n {2}broken\.yaml:1:5: /);
  });

  it(
    "does in a browser what it does in Node, and asks for nothing but its own files",
    { skip: chromium === undefined && "no Chromium on PATH or at CHROMIUM_PATH", timeout: 300_000 },
    async () => {
      const server = await serveFiles();
      const browser = await startChromium(chromium!);
      try {
        const page = await browser.newPage();
        const [asked, said]: [string[], string[]] = [[], []];
        page.on("request", (request) => asked.push(new URL(request.url()).origin));
        page.on("console", (message) => said.push(message.text()));
        page.on("pageerror", (error) => said.push(String(error)));
        await page.goto(`${server.origin}/`);
        const answers = await page.evaluate(async () => {
          const path = "/examples/library/ask.js";
          const { ask } = (await import(path)) as Example;
          const answer = await fetch("/build/jwt-policy.wasm");
          return ask(new Uint8Array(await answer.arrayBuffer()));
        });
        assert.deepEqual(answers, await askedInNode());
        assert.deepEqual(new Set(asked), new Set([server.origin]));
        // Browsers ask for an icon by themselves.
        assert.deepEqual(
          said.filter((text) => !text.includes("404")),
          [],
        );
      } finally {
        await browser.close();
        await server.close();
      }
    },
  );

  const wrong: readonly (readonly [
    what: string,
    ask: (filter: library.Filter) => Promise<unknown>,
    text: RegExp,
  ])[] = [
    [
      "a workload",
      (filter) => library.render([], filter, { workloads: [{ for: "Foo" }] }),
      /^for Foo: expected/,
    ],
    [
      "a request",
      (filter) => library.explain([], filter, { request: "headers" }),
      /^request: expected a method/,
    ],
    [
      "a peer",
      (filter) => library.explain([], filter, { request: "GET /", peer: "x" }),
      /^peer x: expected an IP/,
    ],
    ["tests", (filter) => library.test([{ file: "a.yaml", text: "" }], filter), /^no test files in a\.yaml/],
    [
      "an image",
      (filter) => library.render([], filter, { workloads: [{ for: "foo" }], format: "wasmplugin" }),
      /^image: a wasmplugin needs/,
    ],
  ];
  for (const [what, ask, text] of wrong) {
    it(`names the field that is wrong: ${what}`, async () => {
      const filter = await library.Filter.from(await readFile(wasm));
      await assert.rejects(ask(filter), (error: unknown) => {
        assert.ok(error instanceof library.InputError);
        assert.match(error.message, text);
        return true;
      });
    });
  }
});
