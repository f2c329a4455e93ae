// All objects in the files that a user names.

import { parseResources } from "../../policies/documents/documents.js";
import type { Resource } from "../../policies/resources/resource.js";
import type { SourceFile } from "../../policies/resources/source-file.js";
import type { UserFiles } from "../../policies/resources/user-files.js";
import type { Terminal } from "../terminal/terminal.js";
import { fileText } from "../terminal/bounded-text.js";
import { fileFault, readSources } from "./source-files.js";

export interface Loaded {
  /** In the order of the files, and within a file from top to bottom. */
  readonly resources: readonly Resource[];
  /** The texts as read, for excerpts and fixes. */
  readonly sources: readonly SourceFile[];
}

/**
 * Reads the objects in files and directories.
 * @param defaultNamespace for objects that name no namespace
 * @throws InputError if something cannot be read, or is no YAML; it names every place
 */
export async function loadResources(
  paths: readonly string[],
  defaultNamespace: string,
  terminal: Terminal,
): Promise<Loaded> {
  const sources = await readSources(paths, terminal);
  return { resources: parseResources(sources, defaultNamespace), sources };
}

/** The files of this machine; `-` is standard input. */
export function filesOf(terminal: Terminal): UserFiles {
  return {
    read: (paths) => readSources(paths, terminal),
    text: (path) =>
      fileText(path).catch((error: unknown) => {
        throw new Error(fileFault(error));
      }),
  };
}
