// The fenced blocks of the pages: what a newcomer copies.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { markdownFiles } from "../markdown.js";

export interface FencedBlock {
  /** From the root of the repository. */
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** With a line end behind each line. */
  readonly text: string;
}

/** README, CONTRIBUTING and SECURITY, and everything in docs/. */
const PAGES = /^(README|CONTRIBUTING|SECURITY)\.md$|^docs\//;

/** The blocks of one page, in its order. */
export async function blocksOf(page: string): Promise<FencedBlock[]> {
  return blocksIn(page, await readFile(join(repositoryRoot, page), "utf8"));
}

/** Those of all pages. */
export async function allBlocks(): Promise<FencedBlock[]> {
  const files = (await markdownFiles()).filter(({ path }) => PAGES.test(path));
  return files.flatMap(({ path, text }) => blocksIn(path, text));
}

function blocksIn(page: string, text: string): FencedBlock[] {
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^ *```$/gm)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length,
    language: match[2]!,
    text: match[3]!.replaceAll(new RegExp(`^${match[1]!}`, "gm"), ""),
  }));
}
