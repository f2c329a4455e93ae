// Paths in a test file are seen from the file.

import { dirname, isAbsolute, join } from "node:path";

/** The path that a test file names; `-` is one from standard input. */
export function pathFrom(testFile: string, path: string): string {
  return isAbsolute(path) ? path : join(testFile === "-" ? "." : dirname(testFile), path);
}
