// docs/command.md: the help of every verb, as the command prints it.

import { commandLine } from "../../cli/command-line.js";
import { terminalOver } from "../../cli/terminal/terminal.js";
import { repositoryRoot } from "../repository-root.js";
import { commandOutput, streamsInto } from "./command-output.js";

/** Wide enough for an option and a line about it, narrow enough for a page. */
const COLUMNS = 100;

/** A section for each verb. */
export async function helpTexts(): Promise<string> {
  const verbs = commandLine(terminalOver(streamsInto(() => undefined, COLUMNS)), () => undefined).commands;
  const sections: string[] = [];
  for (const verb of verbs) {
    sections.push(`## ${verb.name()}\n\n\`\`\`text\n${(await help(verb.name())).trim()}\n\`\`\`\n`);
  }
  return sections.join("\n");
}

async function help(verb: string): Promise<string> {
  const text = await commandOutput([verb, "--help"], COLUMNS);
  // Defaults may be files of this package, wherever it is.
  return text.replaceAll(`${repositoryRoot}/`, "…/");
}
