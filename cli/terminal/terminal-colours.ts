// The colours of the command, in marks that no text from outside can have.

import { randomInt } from "node:crypto";
import type { Colours } from "../../policies/text/colours.js";

/** Start and end of each (ECMA-48 §8.3.117, SGR). */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/**
 * Paints texts. Until it is shown, a code carries numbers drawn for this run, `\x1b[31;4711;815;42m`: a file that has an SGR code, even one
 * of ours, does not know them. They have four digits at most, so that `stripVTControlCharacters` and `columnsOf` know them for a code.
 */
export class TerminalColours implements Colours {
  readonly bold = this.painter("bold");
  readonly dim = this.painter("dim");
  readonly red = this.painter("red");
  readonly green = this.painter("green");
  readonly yellow = this.painter("yellow");
  readonly cyan = this.painter("cyan");

  /** @param isColoured otherwise texts stay as they are */
  constructor(private readonly isColoured: boolean) {}

  /** A painted text as the terminal gets it: `plain` is applied to everything but the codes of this run. */
  shown(text: string, plain: (text: string) => string): string {
    return text
      .split(marks)
      .map((part, i) => (i % 2 === 0 ? plain(part) : `\u001b[${part}m`))
      .join("");
  }

  private painter(name: keyof typeof codes): (text: string) => string {
    const [start, end] = codes[name].map((code) => `\u001b[${code}${runNumbers}m`) as [string, string];
    // The end of a paint within would end this one too.
    return (text) => (this.isColoured ? start + text.replaceAll(end, end + start) + end : text);
  }
}

const runNumbers = Array.from({ length: 4 }, () => `;${randomInt(10_000)}`).join("");
const marks = new RegExp(`\u001b\\[(\\d+)${runNumbers}m`);
