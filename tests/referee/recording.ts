// Answers of the referee that are committed, so that tests need no Go.

import type { Answer, Query } from "./client.js";

/** A file with answers, and the questions behind it. */
export interface Recording {
  readonly file: string;
  readonly queries: readonly Query[];
  /**
   * The file's content.
   * @param answers one for each query
   * @throws Error if an answer is none that a test could use
   */
  text(answers: readonly Answer[]): string;
}
