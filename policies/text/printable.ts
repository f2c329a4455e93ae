// Text for a terminal: nothing in it acts on the terminal, and lines end where the terminal does.

/** C0 and C1 controls, and the marks that make text run the other way: a value must not move the cursor or hide what stands behind it. */

const acting = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text from outside, with everything that acts on a terminal written as `\x1b` or `\u202e`. */
export function printable(text: string): string {
  return text.replaceAll(acting, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** The same of a text that has lines. */
export const printableLines = (text: string): string => text.split("\n").map(printable).join("\n");

/** The same of a text that has lines and tabs. */
export const harmless = (text: string): string =>
  text.replaceAll(acting, (one) => (one === "\n" || one === "\t" ? one : printable(one)));

/** Whether something in the text, lines and tabs apart, acts on a terminal. */
export const actsOnTerminal = (text: string): boolean => harmless(text) !== text;

/** JSON for people and programs: what acts on a terminal is escaped, which JSON itself asks for below U+0020 alone (RFC 8259 §7). */
export function jsonText(value: unknown): string {
  return `${escapedInJson(JSON.stringify(value, null, 2))}\n`;
}

/** The same in one line. */
export const jsonLine = (value: unknown): string => `${escapedInJson(JSON.stringify(value))}\n`;

/** A text of JSON, or a double-quoted scalar of YAML, with what acts on a terminal as `\u202e`, which both read as the same character. */
export function escapedInJson(text: string): string {
  return text.replaceAll(acting, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Columns below which text is not squeezed. */
const narrowest = 20;

/**
 * The text in lines of at most `width` columns, broken at blanks; colours do not count. The first line begins with `first`, the others
 * with as many blanks. A word that is longer than a line is broken; narrow terminals get longer lines than they want.
 */
export function wrapped(text: string, width: number, first = ""): string {
  const indent = " ".repeat(columnsOf(first));
  const room = Math.max(narrowest, width - indent.length);
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  for (const word of text.split(" ").flatMap((one) => pieces(one, room))) {
    const more = columnsOf(word);
    if (line === "") [line, columns] = [word, more];
    else if (columns + 1 + more <= room) [line, columns] = [`${line} ${word}`, columns + 1 + more];
    else {
      lines.push(line);
      [line, columns] = [word, more];
    }
  }
  lines.push(line);
  return lines.map((one, i) => `${i === 0 ? first : indent}${one}`.trimEnd()).join("\n");
}

/** A word that fits, or the parts of one that does not; one with colours in it stays whole. */
function pieces(word: string, room: number): string[] {
  const plain = withoutColours(word);
  if (plain.length <= room || plain !== word) return [word];
  return Array.from({ length: Math.ceil(word.length / room) }, (_, i) =>
    word.slice(i * room, (i + 1) * room),
  );
}

/** How wide a text is, without its colours. */
export function columnsOf(text: string): number {
  return withoutColours(text).length;
}

/** SGR codes (ECMA-48 §8.3.117): no text from outside has one any more by then. */
const colour = /\u001b\[[\d;]*m/g;

const withoutColours = (text: string): string => text.replaceAll(colour, "");
