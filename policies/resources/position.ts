// Where something stands in the user's files.

/** A stretch of a file. Lines and columns count from 1, columns in UTF-16 units; offsets from 0, `end` exclusive. */
export interface Position {
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly end: number;
}

/** `file:line:column`, as compilers write it and editors open it. */
export function positionText(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}
