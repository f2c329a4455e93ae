// Every block of the pages is taken by the stage of tests/istio, or is on the list of those that are not for a mesh, with the reason.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pageCases } from "../../istio/cases/pages.js";
import { allBlocks } from "./fenced-blocks.js";
import { meshBlocks, outsideMesh, type ListedBlock, type MeshBlockName } from "./mesh-blocks.js";

// Text is what a command prints.
const blocks = (await allBlocks()).filter(({ language }) => language !== "text");
const lists = [
  ...Object.values<ListedBlock>(meshBlocks).map((one) => ({ one, many: false })),
  // `$ jwt-policy test` begins several of a page.
  ...Object.values(outsideMesh)
    .flat()
    .map((one) => ({ one, many: one.begins.startsWith("$ ") })),
];
const isOf = ({ page, text }: { page: string; text: string }, one: ListedBlock): boolean =>
  one.page === page && text.startsWith(one.begins);

describe("blocks of the pages, and the mesh", () => {
  for (const { page, line, text } of blocks)
    it(`${page}:${line} is on one of the lists`, () => {
      const found = lists.filter(({ one }) => isOf({ page, text }, one));
      assert.equal(found.length, 1, text);
    });

  it("every entry of the lists is a block", () => {
    const counts = lists.map(({ one, many }) => ({
      ...one,
      isThere: many
        ? blocks.some((block) => isOf(block, one))
        : blocks.filter((b) => isOf(b, one)).length === 1,
    }));
    assert.deepEqual(
      counts.filter(({ isThere }) => !isThere),
      [],
    );
  });

  it("every block for a mesh is taken by a case of npm run istio", () => {
    const taken = pageCases.flatMap((one) => one.blocks);
    const left = (Object.keys(meshBlocks) as MeshBlockName[]).filter((name) => !taken.includes(name));
    assert.deepEqual(left, []);
  });

  it("what speaks of a cluster is for the mesh", () => {
    const outside = Object.values(outsideMesh).flat();
    const wrong = blocks.filter(
      (block) =>
        /\b(kubectl|istioctl)\b|^apiVersion: (?!envoy-jwt-policy\/)|^meshConfig:/m.test(block.text) &&
        outside.some((one) => isOf(block, one)),
    );
    assert.deepEqual(wrong, []);
  });
});
