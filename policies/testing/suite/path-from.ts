// Paths in a test file are seen from the file.

import { normalized } from "../../resources/user-files.js";

/** The path that a test file names; `-` is one from standard input. */
export function pathFrom(testFile: string, path: string): string {
  if (/^(\/|[A-Za-z]:[\\/])/.test(path)) return path;
  return normalized(testFile.replace(/[^/\\]*$/, "") + path);
}
