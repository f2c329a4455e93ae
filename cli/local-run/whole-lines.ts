// Pieces of a stream as the lines that they are of.

/** Takes pieces, and passes on each line once its end is there, without it. */
export function wholeLines(take: (line: string) => void): (piece: string) => void {
  let rest = "";
  return (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  };
}
