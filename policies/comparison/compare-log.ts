// The requests of a log, put to policies as they were and as they are.

import type { Filter } from "../evaluation/filter.js";
import { InputError } from "../resources/input-error.js";
import type { JsonObject } from "../resources/tree.js";
import type { SourceFile } from "../resources/source-file.js";
import { refusalLines } from "../testing/run/results.js";
import { PoliciesRefusedError, resolveSubject } from "../testing/run/subject.js";
import type { Subject } from "../testing/suite/suite.js";
import { someOf } from "../text/some-of.js";
import { compareSuite, type ComparedSuite, type Sides } from "./compare-suites.js";
import { loggedSuite, seldomTold } from "./logged-suite.js";

export interface ComparedLog {
  readonly compared: ComparedSuite;
  readonly notes: readonly string[];
}

/**
 * Asks both sides about each request of a log. One that the old policies decide otherwise now than they did in the log is left out: the log does not tell enough of it.
 * @throws InputError if there is none in it, or the old policies are refused
 */
export async function compareLog(
  { file, text }: SourceFile,
  subject: Subject,
  sides: Sides,
  filter: Filter,
): Promise<ComparedLog> {
  const before = await configurationOf(subject, sides.before, filter);
  const after = await configurationOf(subject, sides.after, filter);
  const { suite, decided } = loggedSuite(text, file, subject, before);
  const compared = await compareSuite(suite, sides, filter);
  const cases = compared.cases.filter((one, i) => one.before.decision === decided[i]);
  const left = compared.cases.length - cases.length;
  const known = new Set(seldomTold(before));
  const untold = seldomTold(after).filter((attribute) => !known.has(attribute));
  return {
    compared: { ...compared, suite: { ...suite, file }, cases },
    notes: [
      ...(left === 0
        ? []
        : [
            `${left} of ${compared.cases.length} requests of ${file} are left out: the old policies, asked again, decide otherwise than the log has it, which does not tell enough of them (headers, claims, signatures)`,
          ]),
      ...(untold.length === 0
        ? []
        : [`the new policies look at ${someOf(untold)}, which ${file} does not tell: taken for absent`]),
    ],
  };
}

/** What the filter would be given; of a workload without policies nothing. */
async function configurationOf(
  subject: Subject,
  files: Sides["before"],
  filter: Filter,
): Promise<JsonObject> {
  try {
    return (await resolveSubject({ file: "", subject }, filter, files)).configuration;
  } catch (error) {
    if (!(error instanceof PoliciesRefusedError)) throw error;
    const { findings } = error.refusal;
    if (findings.length > 0 && findings.every(({ id }) => id === "JP002")) return {};
    throw new InputError(`the policies are refused:\n  ${refusalLines(error.refusal).join("\n  ")}`);
  }
}
