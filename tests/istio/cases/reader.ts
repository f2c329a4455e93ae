// Somebody who reads the pages beside a real mesh: the packed package in a folder of its own, a shell, and a kubectl that speaks to the stage.

import { strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { blocksOf } from "../../docs/printed/fenced-blocks.js";
import { meshBlocks, type MeshBlock, type MeshBlockName } from "../../docs/printed/mesh-blocks.js";
import { Newcomer } from "../../docs/newcomer/newcomer.js";
import { STAGE_PREFIX } from "../stage/namespace.js";
import { REGISTRY_PORT, type Stage } from "../stage/stage.js";

export interface Reader {
  readonly newcomer: Newcomer;
  /** The text of a block, with what the page leaves to the reader. */
  readonly text: (name: MeshBlockName, filledIn?: Readonly<Record<string, string>>) => Promise<string>;
  /** Runs a block in the folder; rejects unless it ends with 0. @returns what it wrote to standard output */
  readonly runs: (name: MeshBlockName, filledIn?: Readonly<Record<string, string>>) => Promise<string>;
  /** Runs a block in a clone of the repository. */
  readonly runsInClone: (name: MeshBlockName) => Promise<string>;
  /** One command that a page has in the middle of a sentence: the only one that begins so. */
  inline(page: string, begins: string): Promise<string>;
  /** Runs such a command. */
  runsInline(page: string, begins: string): Promise<string>;
  leave(): Promise<void>;
}

/**
 * istioctl asks Envoy's admin endpoint through kubelet's port-forward, which the stage has not: this posts what it posts
 * (istioctl/pkg/proxyconfig/proxyconfig.go: `logging?wasm=debug`), and knows nothing else.
 */
const istioctl = `[ "$*" = "proxy-config log deploy/httpbin -n foo --level wasm:debug" ] || { echo "not known: $*" >&2; exit 1; }
exec ip netns exec ${STAGE_PREFIX}foo-httpbin "${process.execPath}" -e 'fetch("http://127.0.0.1:15000/logging?wasm=debug", { method: "POST" }).then((r) => process.exit(r.ok ? 0 : 1))'`;

/** What a reader writes for REGISTRY: the stage's, where the agents' images come from. */
export const REGISTRY = `127.0.0.1:${REGISTRY_PORT}`;

export async function arriveAt(stage: Stage): Promise<Reader> {
  const programs = { kubectl: stage.lineFor("kubectl"), crane: stage.lineFor("crane"), istioctl };
  const newcomer = await Newcomer.arrive(programs);
  const text = async (name: MeshBlockName, filledIn: Readonly<Record<string, string>> = {}) => {
    const { page, begins, filledIn: leftToReader }: MeshBlock = meshBlocks[name];
    const found = (await blocksOf(page)).filter((block) => block.text.startsWith(begins));
    strictEqual(found.length, 1, `${page} has ${found.length} blocks that begin with ${begins}`);
    strictEqual(Object.keys(filledIn).join(), Object.keys(leftToReader ?? {}).join());
    return Object.entries(filledIn).reduce(
      (before, [placeholder, value]) => before.replaceAll(placeholder, value),
      found[0]!.text,
    );
  };
  const run = async (lines: string, directory?: string) => {
    const { code, stdout, stderr } = await newcomer.shell(lines, directory);
    strictEqual(code, 0, `${lines}\n${stdout}${stderr}`);
    return stdout;
  };
  const inline = async (page: string, begins: string) => {
    const whole = await readFile(join(repositoryRoot, page), "utf8");
    const found = [...whole.matchAll(/`([^`\n]+)`/g)].filter(([, line]) => line!.startsWith(begins));
    strictEqual(found.length, 1, `${page} has ${found.length} commands that begin with ${begins}`);
    return found[0]![1]!;
  };
  // docs/install.md's first line; printed-lines.test.ts runs it.
  await run(`npm install --global --no-audit "${newcomer.tarball}"`);
  return {
    newcomer,
    text,
    runs: async (name, filledIn) => run(await text(name, filledIn)),
    runsInClone: async (name) => run(await text(name), repositoryRoot),
    inline,
    runsInline: async (page, begins) => run(await inline(page, begins)),
    leave: () => newcomer.leave(),
  };
}
