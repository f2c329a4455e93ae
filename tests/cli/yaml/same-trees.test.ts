// Two packages read YAML (policies/documents/): what the fast one reads is what the other reads, value by value and place by place.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { composedTrees } from "../../../policies/documents/composed-trees.js";
import { treesOfEvents } from "../../../policies/documents/event-trees.js";
import { Lines } from "../../../policies/documents/lines.js";
import type { Tree } from "../../../policies/resources/tree.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { Random } from "../../seeded/random.js";

const texts = ["tests/cli/istio-examples", "examples", "envoy/istio", "tests/istio/policies"].flatMap(
  (directory) =>
    readdirSync(join(repositoryRoot, directory), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .map((name) => readFileSync(join(repositoryRoot, directory, name), "utf8")),
);

function read(text: string): { fast: Tree[] | undefined; full: Tree[]; faults: readonly string[] } {
  const piece = { text, offset: 0 };
  const fast = treesOfEvents(piece, new Lines(text, "f"));
  const { documents, faults } = composedTrees(piece, new Lines(text, "f"));
  const seen = (trees: readonly Tree[]) => written(trees).map((one) => withFirstLines(one, text));
  return {
    fast: fast === undefined ? undefined : seen(fast),
    full: seen(documents),
    faults: faults.map(({ message }) => message),
  };
}

/**
 * With lists and maps that end with their first line at the latest, where findings end that point at them: comments behind a block are its own to one
 * of the packages.
 */
function withFirstLines(tree: Tree, text: string): Tree {
  if (tree.kind === "scalar") return tree;
  const newline = text.indexOf("\n", tree.at.offset);
  const at = { ...tree.at, end: newline < 0 ? tree.at.end : Math.min(tree.at.end, newline) };
  if (tree.kind === "list") return { ...tree, at, items: tree.items.map((one) => withFirstLines(one, text)) };
  const entries = tree.entries.map((one) => ({ ...one, value: withFirstLines(one.value, text) }));
  return { ...tree, at, entries };
}

const written = (trees: readonly Tree[]) =>
  trees.filter((one) => one.kind !== "scalar" || one.value !== null);

function assertSame(text: string): boolean {
  const { fast, full, faults } = read(text);
  if (fast === undefined) return false;
  assert.deepEqual(faults, [], text);
  assert.deepEqual(fast, full, text);
  return true;
}

describe("a text of policies is read fast, and as the other package reads it", () => {
  it("pages and examples", () => {
    assert.deepEqual(
      texts.filter((text) => !assertSame(text)),
      [],
    );
  });

  const kinds: readonly (readonly [name: string, text: string])[] = [
    ["values that are not written", "a:\nb: \nc: # nothing\n  \nd:\n  - \n  -\n  # x\n  - e:\n"],
    ["quotes", "'a''b': \"x\\ty\\u0041\"\nc: 'd\n\n  e'\n"],
    ["flow", "a: [ b, 'c', [], {} ,] # d\ne: {f: 1,\n g: [2 # x\n ]}\n"],
    ["blocks", "a: |\n  b\n\n   c\n\n\nd: >-\n\n  e\n  f\n- not: this\n".replace(/- .*\n/, "")],
    ["blocks in lists", "- |+ # k\n  a\n\n\n- |2-\n   b\n- >\n\n- |-\n"],
    ["lines of plain texts", "a: b\n  c\n\n  d # e\nf: g\n"],
    ["documents", "---\na: 1\n...\n---\n# nothing\n---\n- b\n---\n"],
    ["types", "[y, 010, 0x1F, 1e3, ~, null, .5, 2026-01-01, '1', True]"],
    ["lists at their key's depth", "a:\n- b\n-  - c\n   - d: e\n     f:\n\n- g\nh: i"],
    ["a key with its mark", "? a\n: b\n? c\n: - d\n"],
    ["wide characters", "ä: \u{1f600} # \u{1f600}\nb: 'ß'\n"],
  ];
  for (const [name, text] of kinds) it(name, () => assert.ok(assertSame(text), "not read fast"));
});

it("what it does not read is left to the other package", () => {
  for (const text of [
    "\ufeffa: b\n", // its mark moves js-yaml's offsets
    "a: b\r\n",
    "a:\tb\n",
    "a: &b c\nd: *b\n",
    "a: !!str 1\n",
    "%YAML 1.1\n---\na: b\n",
    "<<: {a: b}\n",
    "a: 1\na: 2\n",
    "on: 1\ntrue: 2\n",
    "? [a]\n: b\n",
    "a: b: c\n",
    "[".repeat(300) + "]".repeat(300),
  ])
    assert.equal(read(text).fast, undefined, text);
});

it("texts with slips in them: the same, or left to the other package", () => {
  const random = Random.for("slips in YAML");
  const pieces = ["\n", " ", "  ", ":", ": ", "- ", '"', "'", "[", "]", "{", "}", ",", "#", " #", "? ", "|", ">-\n  a\n", "|+\n  a\n\n", "k: |\n    x\n", "&a", "*a", "!x", "%", "---\n", "...\n", "~", "\\", "<<: "]; // prettier-ignore
  const short = texts.filter((text) => text.length < 2000);
  let same = 0;
  for (let round = 0; round < 400; round++) {
    let text = random.pick(short);
    for (let slips = random.below(3); slips >= 0; slips--) {
      const at = random.below(text.length + 1);
      const put = random.once(3) ? "" : random.pick(pieces);
      text = text.slice(0, at) + put + text.slice(at + random.below(3));
    }
    if (assertSame(text)) same++;
  }
  assert.ok(same > 100, `${same} of 400 were read fast`);
});
