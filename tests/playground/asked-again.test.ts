// The page asks filters that have answered before, and signs with keys that it has used before: each answer is the one that a page that has just been
// opened gives. In Node: what is asked here needs no browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Asker, type Told } from "../../playground/answer/ask.js";
import { exampleScene } from "../../playground/examples/example.js";
import { examples } from "../../playground/examples/examples.js";
import { nothingPasted, type Scene } from "../../playground/scene/scene.js";
import { signedToken } from "../../playground/scene/signed-token.js";
import { Filter } from "../../policies/evaluation/filter.js";
import { explanationJson } from "../../policies/explanation/told/explanation-json.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

const filter = await Filter.from(await readFile(join(repositoryRoot, "build", "jwt-policy.wasm")));
const NOW = 1_800_000_000;
const unheard = () => Promise.resolve();

/** As the command prints it in JSON: without the numbers of streams. */
const told = ({ answer, ...rest }: Told) => ({
  ...rest,
  answer: answer.kind === "explained" ? explanationJson(answer.explanation) : answer,
  warnings: answer.kind === "explained" ? answer.warnings : [],
});

const at = (scene: Scene, seconds: number): Scene => ({
  ...scene,
  request: { ...scene.request, now: String(seconds) },
});

/** One after the other, each different from the one before in something that a filter could remember. */
async function scenes(): Promise<[name: string, scene: Scene][]> {
  const shown = examples.map((example): [string, Scene] => [example.name, at(exampleScene(example), NOW)]);
  const [, plain] = shown.find(([name]) => name === "Any token, but a token")!;
  const issuer = "https://idp.example.com/";
  const claims = { iss: issuer, sub: "alice", iat: NOW, nbf: NOW, exp: NOW + 60 };
  const token = await signedToken(claims, false);
  const rotated = await signedToken(claims, true);
  const pasted = (given: Partial<typeof token>, seconds = NOW): Scene => ({
    ...at(plain, seconds),
    token: "pasted",
    pasted: { ...token, ...given },
  });
  const broken = token.text.replace(/.$/, (last) => (last === "A" ? "B" : "A")).replace(/\.(.)/, ".$1");
  return [
    ...shown,
    ["a good token", pasted({})],
    ["the same token again", pasted({})],
    ["the same token when it has expired", pasted({}, NOW + 3600)],
    ["the same token before it is valid", pasted({}, NOW - 3600)],
    ["the same token, good again", pasted({})],
    ["with another signature", pasted({ text: broken })],
    ["with the key set of another", pasted({ jwks: rotated.jwks })],
    ["without a key set: nobody is asked", pasted({ jwks: "" })],
    ["without a key set, again", pasted({ jwks: "" })],
    ["taken for good", pasted({ jwks: "", unverified: true })],
    [
      "claims of an issuer that no rule names",
      { ...at(plain, NOW), token: "claims", claims: '{"iss": "x"}' },
    ],
    ["claims of the rule's", { ...at(plain, NOW), token: "claims", claims: '{"sub": "bob"}' }],
    ["no token", { ...at(plain, NOW), token: "none", pasted: nothingPasted }],
  ];
}

describe("asked again", () => {
  it("each answer is as the first answer of a page", async () => {
    const asker = new Asker(filter);
    const all = await scenes();
    for (const [name, scene] of [...all, ...all.toReversed()]) {
      const alone = await new Asker(filter).ask(scene, unheard);
      assert.deepEqual(told(await asker.ask(scene, unheard)), told(alone), name);
    }
  });

  it("reads policies again only where they are others, and asks about remedies what has read them", async () => {
    let started = 0;
    const counting = Object.create(filter, {
      configure: {
        value: (...parts: Parameters<Filter["configure"]>) => {
          started++;
          return filter.configure(...parts);
        },
      },
    }) as Filter;
    const asker = new Asker(counting);
    const [, scene] = (await scenes()).find(([name]) => name === "Scopes are a list")!;
    const startedBy = async (one: Scene) => {
      const before = started;
      await asker.ask(one, unheard);
      return started - before;
    };
    assert.ok((await startedBy(scene)) > 0);
    const elsewhere = { ...scene, request: { ...scene.request, url: "/elsewhere" } };
    await asker.ask(elsewhere, unheard);
    assert.equal(await startedBy(scene), 0);
    assert.equal(await startedBy(elsewhere), 0);
    const [{ file, text }] = scene.files as [{ file: string; text: string }];
    assert.ok(
      (await startedBy({ ...scene, files: [{ file, text: text.replace("values:", "notValues:") }] })) > 0,
    );
  });

  it("the answer is told before remedies are tried, and what is found after it", async () => {
    const parts: Told[] = [];
    const [, scene] = (await scenes()).find(([name]) => name === "The principal with two slashes")!;
    const all = await new Asker(filter).ask(scene, (part) => {
      parts.push(part);
      return Promise.resolve();
    });
    const kinds = [...parts, all].map(({ answer, isTrying, findings }) => [
      answer.kind === "explained" ? answer.explanation.decision : answer.kind,
      isTrying,
      findings?.map(({ id }) => id),
    ]);
    assert.deepEqual(kinds, [
      ["denied", true, undefined],
      ["denied", false, undefined],
      ["denied", false, ["JP202"]],
    ]);
  });

  it("whoever wants to know no more is told no more", async () => {
    const [, scene] = (await scenes()).find(([name]) => name === "The principal with two slashes")!;
    const asker = new Asker(filter);
    const enough = new Error("enough");
    await assert.rejects(
      asker.ask(scene, () => Promise.reject(enough)),
      enough,
    );
    const again = await asker.ask(scene, unheard);
    assert.deepEqual(told(again), told(await new Asker(filter).ask(scene, unheard)));
  });
});
