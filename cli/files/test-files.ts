// The test files behind the paths that a user names.

import { stat } from "node:fs/promises";
import type { SourceFile } from "../../policies/resources/source-file.js";
import {
  isTestFileName,
  suitesIn,
  type ReadSuites,
  type UnusableSuite,
} from "../../policies/testing/suite/suites.js";
import type { UnreadableFile } from "../../policies/findings/unreadable.js";
import { InputError } from "../../policies/resources/input-error.js";
import type { Terminal } from "../terminal/terminal.js";
import { readAllSources } from "./source-files.js";

/**
 * Reads all suites: of a directory, the files below it whose names end in _test.yaml, _test.yml or _test.json; files that are
 * named as they are.
 * @throws InputError if there is none
 */
export async function readSuites(paths: readonly string[], terminal: Terminal): Promise<ReadSuites> {
  const sources: SourceFile[] = [];
  const unreadable: UnreadableFile[] = [];
  for (const path of paths) {
    const isDirectory = path !== "-" && (await stat(path).catch(() => undefined))?.isDirectory() === true;
    const read = await readAllSources([path], terminal);
    const isWanted = ({ file }: { readonly file: string }) =>
      !isDirectory || file === path || isTestFileName(file);
    sources.push(...read.sources.filter(isWanted));
    unreadable.push(...read.unreadable.filter(isWanted));
  }
  if (sources.length === 0 && unreadable.length > 0)
    throw new InputError(unreadable.map(({ message }) => message).join("\n  "));
  const { suites, unusable } = suitesIn(sources, paths);
  return { suites, unusable: [...unusable, ...unreadable.map(unusableFile)] };
}

function unusableFile({ file, message }: UnreadableFile): UnusableSuite {
  return { file, at: { file, line: 1, column: 1, offset: 0, end: 0 }, faults: [message] };
}
