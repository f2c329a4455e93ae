// `test --init`: a test file drafted from policies.

import { writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { findingsText } from "../../policies/findings/finding.js";
import { InputError } from "../../policies/resources/input-error.js";
import { draftSuite } from "../../policies/testing/draft/draft-suite.js";
import { PoliciesRefusedError } from "../../policies/testing/run/subject.js";
import { isTestFileName } from "../../policies/testing/suite/suites.js";
import { loadFilter } from "../files/filter-file.js";
import { filesOf } from "../files/load.js";
import { fileFault } from "../files/source-files.js";
import { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";

interface InitFlags {
  readonly for?: string;
  readonly namespace?: string;
  readonly rootNamespace?: string;
  readonly output?: string;
}

/** Writes the file, or prints it; a file that is there already stays. */
export async function initTests(
  paths: readonly string[],
  flags: InitFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { output, namespace, rootNamespace } = flags;
  if (flags.for === undefined) throw new InputError("--init needs the workload: --for namespace/label=value");
  if (paths.includes("-"))
    throw new InputError("--init needs files or directories, which the test file names");
  if (output !== undefined && !isTestFileName(output))
    throw new InputError(`-o ${output}: the names of test files end in _test.yaml, _test.yml or _test.json`);
  const file = output ?? "policies_test.yaml";
  const seen = paths.map((path) => relative(dirname(file), path) || ".");
  const fields = {
    policies: seen,
    for: flags.for,
    ...(namespace === undefined ? {} : { namespace }),
    ...(rootNamespace === undefined ? {} : { rootNamespace }),
  };
  try {
    const { text, undecided, cases } = await draftSuite(file, fields, await loadFilter(), filesOf(terminal));
    for (const rule of undecided)
      terminal.writeError(`jwt-policy: no request was found that ${rule} decides: write one yourself\n`);
    if (output === undefined) terminal.write(text);
    else {
      await writeFile(output, text, { flag: "wx" }).catch((error: unknown) => {
        throw new InputError(`cannot write ${output}: ${fileFault(error)}`);
      });
      terminal.write(`${output}: ${cases} tests\n`);
    }
    return ExitCode.ok;
  } catch (error) {
    if (!(error instanceof PoliciesRefusedError)) throw error;
    const { findings, sources } = error.refusal;
    terminal.writeError(findingsText(findings, sources, terminal.colours));
    return ExitCode.findings;
  }
}
