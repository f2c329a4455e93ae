// JSON values one after the other, with nothing but blanks between: `jq -c '.items[]'` writes a line for each, kubectl reads them (a
// json.Decoder), and to YAML they are no document.

/** A stretch of a text. */
export interface Piece {
  readonly text: string;
  readonly offset: number;
}

const opening: ReadonlySet<string> = new Set(["{", "["]);
const closing: ReadonlySet<string> = new Set(["}", "]"]);

/** The values of a text that is such a stream; the text as it is if it is anything else. */
export function jsonStream(text: string): readonly Piece[] {
  const whole = [{ text, offset: 0 }];
  const pieces: Piece[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    if (text[at] !== "{") return whole;
    const end = endOfValue(text, at);
    pieces.push({ text: text.slice(at, end), offset: at });
    at = skipBlanks(text, end);
  }
  return pieces.length < 2 ? whole : pieces;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n\ufeff".includes(text[at]!)) at++;
  return at;
}

/** Behind the bracket that closes the one at `from`; the end of the text if none does. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') at = endOfString(text, at);
    else if (opening.has(character)) depth++;
    else if (closing.has(character) && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Where the quotation mark is that ends the string at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
