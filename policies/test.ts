// Tests of policies.

import type { Filter } from "./evaluation/filter.js";
import type { SourceFile } from "./resources/source-file.js";
import { filesInMemory } from "./resources/user-files.js";
import { runSuites, type RunOptions } from "./testing/run/run-suites.js";
import type { Results } from "./testing/run/results.js";
import { isTestFileName, suitesIn } from "./testing/suite/suites.js";

/**
 * Runs the tests in the files whose names end in `_test.yaml`; the paths in them are those of the other files.
 * @throws InputError if there is no test
 */
export async function test(
  sources: readonly SourceFile[],
  filter: Filter,
  options: RunOptions = {},
): Promise<Results> {
  const files = sources.map(({ file }) => file);
  const read = suitesIn(
    sources.filter(({ file }) => isTestFileName(file)),
    files,
  );
  return runSuites(read, filesInMemory(sources), filter, options);
}
