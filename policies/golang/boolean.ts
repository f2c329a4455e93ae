// Go's strconv.ParseBool.

const texts: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "TRUE", "true", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "FALSE", "false", "False"].map((text) => [text, false] as const),
]);

/** undefined if Go would refuse the text. */
export function parseGoBoolean(text: string): boolean | undefined {
  return texts.get(text);
}
