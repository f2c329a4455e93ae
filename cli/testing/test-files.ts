// The test files behind the paths that a user names.

import { stat } from "node:fs/promises";
import { UsageError } from "../exit-code.js";
import { readSources } from "../resources/files.js";
import { parseYaml } from "../resources/parse-yaml.js";
import { positionText } from "../resources/position.js";
import type { Terminal } from "../terminal.js";
import { readSuite } from "./read-suite.js";
import type { Suite, SuiteDocument, SuiteFault } from "./suite.js";

/** In directories, where policies are too, test files are known by their names. */
const testFileName = /_test\.(ya?ml|json)$/i;

/**
 * Reads all suites: of a directory, the files below it whose names end in _test.yaml, _test.yml or _test.json; files that are
 * named as they are.
 * @throws UsageError if there is none, or something is wrong with one; it names every place
 */
export async function readSuites(paths: readonly string[], terminal: Terminal): Promise<Suite[]> {
  const present = Math.floor(Date.now() / 1000);
  const documents: SuiteDocument[] = [];
  const faults: SuiteFault[] = [];
  for (const path of paths) {
    const isDirectory = path !== "-" && (await stat(path).catch(() => undefined))?.isDirectory() === true;
    for (const { file, text } of await readSources([path], terminal)) {
      if (isDirectory && !testFileName.test(file)) continue;
      const parsed = parseYaml(text, file);
      faults.push(...parsed.faults);
      documents.push(...parsed.documents.map((tree) => ({ file, tree })));
    }
  }
  const suites: Suite[] = [];
  for (const document of documents) {
    const read = readSuite(document, present);
    if ("cases" in read) suites.push(read);
    else faults.push(...read);
  }
  if (faults.length > 0) {
    const lines = faults.map(({ at, message }) => `${positionText(at)}: ${message}`);
    throw new UsageError(`wrong in test files:\n  ${lines.join("\n  ")}`);
  }
  if (suites.length === 0) {
    throw new UsageError(
      `no test files in ${paths.join(", ")}: their names end in _test.yaml, _test.yml or _test.json`,
    );
  }
  return suites;
}
