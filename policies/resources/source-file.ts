// A text of the user's with its name.

export interface SourceFile {
  /** As messages name it; `-` is standard input. */
  readonly file: string;
  readonly text: string;
}
