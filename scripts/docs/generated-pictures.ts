// Pictures of docs/ that are drawn by a program.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../repository-root.js";
import { commandOutput } from "./command-output.js";
import type { Page } from "./generated-pages.js";
import { terminalPicture } from "./terminal-picture.js";

/** What docs/images/explain.svg shows: the arguments, a line of the picture at a time. */
const explained: readonly (readonly string[])[] = [
  ["explain", "examples/httpbin", "--for", "foo/app=httpbin", "--request", "GET /headers"],
  ["--claim", "sub=billing@clients", "--claim", "aud=istio-jwt-test", "--claim", "scope=read:database"],
  ["--now", "2026-01-31T12:00:00Z"],
];

const COLUMNS = 96;

/** Every picture, as it is and as it would be drawn now. */
export async function generatedPictures(): Promise<Page[]> {
  const file = join(repositoryRoot, "docs", "images", "explain.svg");
  const lines = explained.map((args) => args.map((one) => (one.includes(" ") ? `"${one}"` : one)).join(" "));
  const from = process.cwd();
  process.chdir(repositoryRoot);
  try {
    const output = await commandOutput(explained.flat(), COLUMNS, true);
    const wanted = terminalPicture(`jwt-policy ${lines.join(" \\\n")}`, output, COLUMNS);
    return [{ file, text: await readFile(file, "utf8").catch(() => ""), wanted }];
  } finally {
    process.chdir(from);
  }
}
