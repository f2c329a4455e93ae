// The suites in the texts of test files.

import { InputError } from "../../resources/input-error.js";
import { templateRemedyFor } from "../../documents/documents.js";
import { templateAt } from "../../documents/template.js";
import { parseYaml } from "../../documents/parse-yaml.js";
import { positionText, type Position } from "../../resources/position.js";
import type { SourceFile } from "../../resources/source-file.js";
import { readSuite } from "./read-suite.js";
import type { Suite, SuiteFault } from "./suite.js";

/** In directories, where policies are too, test files are known by their names. */
export const isTestFileName = (file: string): boolean => /_test\.(ya?ml|json)$/i.test(file);

/** A document of a test file that is no suite. */
export interface UnusableSuite {
  readonly file: string;
  readonly at: Position;
  /** Each with its place. */
  readonly faults: readonly string[];
}

export interface ReadSuites {
  readonly suites: readonly Suite[];
  readonly unusable: readonly UnusableSuite[];
}

/**
 * All suites in test files, and what is wrong with the others.
 * @param paths what messages call the place where none was found
 * @throws InputError if there is nothing that could be a suite
 */
export function suitesIn(sources: readonly SourceFile[], paths: readonly string[]): ReadSuites {
  const present = Math.floor(Date.now() / 1000);
  const suites: Suite[] = [];
  const unusable: UnusableSuite[] = [];
  for (const { file, text } of sources) {
    const refuse = (faults: readonly SuiteFault[]) =>
      unusable.push({
        file,
        at: faults[0]!.at,
        faults: faults.map(({ at, message }) => `${positionText(at)}: ${message}`),
      });
    const parsed = parseYaml(text, file);
    const template = templateAt(text, file, parsed);
    if (template !== undefined) {
      refuse([{ at: template, message: templateMessage }]);
      continue;
    }
    const { documents, faults } = parsed;
    if (faults.length > 0) refuse(faults);
    else if (documents.length === 0) refuse([emptyFile(file)]);
    for (const tree of documents) {
      const read = readSuite({ file, tree }, present);
      if ("cases" in read) suites.push(read);
      else refuse(read);
    }
  }
  if (suites.length + unusable.length === 0) {
    throw new InputError(
      `no test files in ${paths.join(", ")}: their names end in _test.yaml, _test.yml or _test.json`,
    );
  }
  return { suites, unusable };
}

const templateMessage = `this is a template, not YAML, and no test of it was run; ${templateRemedyFor("test")}`;

function emptyFile(file: string): SuiteFault {
  const at = { file, line: 1, column: 1, offset: 0, end: 0 };
  return { at, message: "the file is empty: write tests, or jwt-policy test --help" };
}
