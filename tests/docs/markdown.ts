// The Markdown files of this repository, as far as tests look into them.

import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { repositoryRoot } from "../../scripts/repository-root.js";

export interface MarkdownFile {
  /** From the root of the repository. */
  readonly path: string;
  /** Without code: fenced blocks and spans are blanked, line for line. */
  readonly prose: string;
  readonly text: string;
}

const elsewhere: ReadonlySet<string> = new Set(["node_modules", "build", ".cache", ".git"]);

/** Every Markdown file that is not someone else's. */
export async function markdownFiles(): Promise<MarkdownFile[]> {
  const paths = (await below(repositoryRoot)).filter((path) => path.endsWith(".md"));
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(join(repositoryRoot, path), "utf8");
      return { path, text, prose: withoutCode(text) };
    }),
  );
}

async function below(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return elsewhere.has(entry.name) ? [] : await below(path);
      return [relative(repositoryRoot, path)];
    }),
  );
  return found.flat().sort();
}

function withoutCode(text: string): string {
  const blank = (code: string) => code.replaceAll(/[^\n]/g, " ");
  return text
    .replaceAll(/^( *)(```+)[^\n]*\n[^]*?\n\1\2 *$/gm, blank)
    .replaceAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g, blank);
}

/** The targets of links and pictures, with their lines. */
export function linksIn({ prose }: MarkdownFile): { readonly target: string; readonly line: number }[] {
  const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g);
  const html = prose.matchAll(/\b(?:src|href|srcset)="([^"]+)"/g);
  return [...inline, ...html].map((match) => ({
    target: match[1]!,
    line: prose.slice(0, match.index).split("\n").length,
  }));
}

/** The anchors of the headings, as GitHub makes them. */
export function anchorsIn({ text }: Pick<MarkdownFile, "text">): Set<string> {
  const withoutFences = text.replaceAll(/^( *)(```+)[^\n]*\n[^]*?\n\1\2 *$/gm, "");
  const anchors = new Set<string>();
  for (const [, heading] of withoutFences.matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading!
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
