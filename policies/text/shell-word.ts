// Words for a terminal.

/** A word of a POSIX shell: what a client has sent stays one word, whatever is in it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
