// The log that --from-log names.

import { InputError } from "../../policies/resources/input-error.js";
import { fileLines, MAX_INPUT_BYTES } from "../terminal/bounded-text.js";
import type { Terminal } from "../terminal/terminal.js";
import { fileFault } from "./source-files.js";

/** The lines of a log, or of standard input for `-`. @throws InputError that names the option, if it cannot be read */
export async function* logLines(file: string, terminal: Terminal): AsyncGenerator<string> {
  if (file === "-") {
    yield* terminal.inputLines();
    return;
  }
  try {
    yield* fileLines(file);
  } catch (error) {
    throw error instanceof InputError
      ? error
      : new InputError(`--from-log: cannot read ${file}: ${fileFault(error)}`);
  }
}

/** All of them. @throws InputError as `logLines` does, and for a log that is too long to be kept */
export async function logText(file: string, terminal: Terminal): Promise<string> {
  let text = "";
  for await (const line of logLines(file, terminal)) {
    text += `${line}\n`;
    if (text.length > MAX_INPUT_BYTES)
      throw new InputError(`--from-log: ${file} is longer than ${MAX_INPUT_BYTES / 1024 / 1024} MiB`);
  }
  return text;
}
