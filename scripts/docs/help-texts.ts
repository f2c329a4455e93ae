// docs/command.md: the help of every verb, as the command prints it.

import picocolors from "picocolors";
import { commandLine, runCommandLine } from "../../cli/command-line.js";
import type { Terminal } from "../../cli/terminal.js";
import { repositoryRoot } from "../repository-root.js";

/** Wide enough for an option and a line about it, narrow enough for a page. */
const COLUMNS = 100;

/** A section for each verb. */
export async function helpTexts(): Promise<string> {
  const verbs = commandLine(
    terminalInto(() => undefined),
    () => undefined,
  ).commands;
  const sections: string[] = [];
  for (const verb of verbs) {
    sections.push(`## ${verb.name()}\n\n\`\`\`text\n${(await help(verb.name())).trim()}\n\`\`\`\n`);
  }
  return sections.join("\n");
}

async function help(verb: string): Promise<string> {
  let text = "";
  await runCommandLine(
    [verb, "--help"],
    terminalInto((chunk) => void (text += chunk)),
  );
  // Defaults may be files of this package, wherever it is.
  return text.replaceAll(`${repositoryRoot}/`, "…/");
}

function terminalInto(write: (chunk: string) => void): Terminal {
  return {
    write,
    writeError: write,
    colours: picocolors.createColors(false),
    columns: COLUMNS,
    readInput: () => Promise.resolve(""),
  };
}
