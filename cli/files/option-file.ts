// The text of a file that an option names.

import { InputError } from "../../policies/resources/input-error.js";
import { fileText } from "../terminal/bounded-text.js";
import type { Terminal } from "../terminal/terminal.js";
import { fileFault } from "./source-files.js";

/** The text of a file, or of standard input for `-`. @throws InputError that names the option, if the file cannot be read */
export function optionText(option: string, file: string, terminal: Terminal): Promise<string> {
  return file === "-" ? terminal.readInput() : optionFileText(option, file);
}

/** @throws InputError that names the option, if the file cannot be read */
export function optionFileText(option: string, file: string): Promise<string> {
  return fileText(file).catch((error: unknown) => {
    throw new InputError(`${option}: cannot read ${file}: ${fileFault(error)}`);
  });
}
