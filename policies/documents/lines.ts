// Offsets of a text as positions.

import type { Position } from "../resources/position.js";

export class Lines {
  /** Offset of each line's first character. */
  private readonly starts: readonly number[];
  /** Index in `starts` of the line asked for last: the next one asked for is near it. */
  private last = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  /** A stretch of the text; one that begins behind its end begins at its end. */
  position(from: number, end: number): Position {
    const offset = Math.min(from, this.text.length);
    const index = this.lineOf(offset);
    return { file: this.file, line: index + 1, column: offset - this.starts[index]! + 1, offset, end };
  }

  private lineOf(offset: number): number {
    const { starts } = this;
    let index = this.last;
    // Further than a few lines: halved. A text is asked about from its beginning to its end, nearly.
    if (starts[index]! > offset || (starts[index + 8] ?? Infinity) <= offset) {
      let above = starts.length;
      index = 0;
      while (above - index > 1) {
        const middle = (index + above) >> 1;
        if (starts[middle]! <= offset) index = middle;
        else above = middle;
      }
    } else while ((starts[index + 1] ?? Infinity) <= offset) index++;
    this.last = index;
    return index;
  }
}
