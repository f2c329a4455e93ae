// A case that takes blocks out of the pages: which, and that it has.

import { deepStrictEqual } from "node:assert/strict";
import type { MeshBlockName } from "../../docs/printed/mesh-blocks.js";
import type { IstioCase } from "./istio-case.js";
import { arriveAt, type Reader } from "./reader.js";
import { clear, type Scene } from "./scene.js";

export interface PageCase extends IstioCase {
  readonly blocks: readonly MeshBlockName[];
}

/** Fails if one of the blocks is not taken. */
export function pageCase(
  name: string,
  blocks: readonly MeshBlockName[],
  run: (scene: Scene, reader: Reader) => Promise<void>,
): PageCase {
  return {
    name: `pages: ${name}`,
    blocks,
    run: async (scene) => {
      await clear(scene);
      // The workload that the pages are about is there.
      await scene.pod("httpbin");
      const reader = await readerOn(scene);
      const taken = new Set<MeshBlockName>();
      const noting =
        <Rest extends readonly unknown[]>(take: (block: MeshBlockName, ...rest: Rest) => Promise<string>) =>
        (block: MeshBlockName, ...rest: Rest) => {
          taken.add(block);
          return take(block, ...rest);
        };
      await run(scene, {
        ...reader,
        text: noting(reader.text),
        runs: noting(reader.runs),
        runsInClone: noting(reader.runsInClone),
      });
      deepStrictEqual([...taken].sort(), [...blocks].sort());
    },
  };
}

const readers = new Map<Scene, Promise<Reader>>();

/** One for all cases: to pack and install the package takes seconds. */
function readerOn(scene: Scene): Promise<Reader> {
  let reader = readers.get(scene);
  if (reader === undefined) {
    reader = arriveAt(scene.stage);
    readers.set(scene, reader);
    scene.atEnd(async () => (await reader)!.leave());
  }
  return reader;
}
