// The suites in the texts of test files.

import { InputError } from "../../resources/input-error.js";
import { parseYaml } from "../../resources/parse-yaml.js";
import { positionText } from "../../resources/position.js";
import type { SourceFile } from "../../resources/source-file.js";
import { readSuite } from "./read-suite.js";
import type { Suite, SuiteDocument, SuiteFault } from "./suite.js";

/** In directories, where policies are too, test files are known by their names. */
export const isTestFileName = (file: string): boolean => /_test\.(ya?ml|json)$/i.test(file);

/**
 * All suites in test files.
 * @param paths what messages call the place where none was found
 * @throws InputError if there is none, or something is wrong with one; it names every place
 */
export function suitesIn(sources: readonly SourceFile[], paths: readonly string[]): Suite[] {
  const present = Math.floor(Date.now() / 1000);
  const documents: SuiteDocument[] = [];
  const faults: SuiteFault[] = [];
  for (const { file, text } of sources) {
    const parsed = parseYaml(text, file);
    faults.push(...parsed.faults);
    documents.push(...parsed.documents.map((tree) => ({ file, tree })));
  }
  const suites: Suite[] = [];
  for (const document of documents) {
    const read = readSuite(document, present);
    if ("cases" in read) suites.push(read);
    else faults.push(...read);
  }
  if (faults.length > 0) {
    const lines = faults.map(({ at, message }) => `${positionText(at)}: ${message}`);
    throw new InputError(`wrong in test files:\n  ${lines.join("\n  ")}`);
  }
  if (suites.length === 0) {
    throw new InputError(
      `no test files in ${paths.join(", ")}: their names end in _test.yaml, _test.yml or _test.json`,
    );
  }
  return suites;
}
