// Text in a picture, which has no lines of its own.

/** Letters of 11 px are so many pixels wide, on average. */
const LETTER = 5.6;

/** A text in lines of at most so many pixels, in letters of 11 px. */
export function wrapped(text: string, width: number): string[] {
  const letters = Math.floor(width / LETTER);
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= letters) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
