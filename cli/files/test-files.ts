// The test files behind the paths that a user names.

import { stat } from "node:fs/promises";
import type { SourceFile } from "../../policies/resources/source-file.js";
import { isTestFileName, suitesIn } from "../../policies/testing/suite/suites.js";
import type { Suite } from "../../policies/testing/suite/suite.js";
import type { Terminal } from "../terminal/terminal.js";
import { readSources } from "./source-files.js";

/**
 * Reads all suites: of a directory, the files below it whose names end in _test.yaml, _test.yml or _test.json; files that are
 * named as they are.
 * @throws InputError if there is none, or something is wrong with one; it names every place
 */
export async function readSuites(paths: readonly string[], terminal: Terminal): Promise<Suite[]> {
  const sources: SourceFile[] = [];
  for (const path of paths) {
    const isDirectory = path !== "-" && (await stat(path).catch(() => undefined))?.isDirectory() === true;
    const read = await readSources([path], terminal);
    sources.push(...(isDirectory ? read.filter(({ file }) => isTestFileName(file)) : read));
  }
  return suitesIn(sources, paths);
}
