// Answers about texts that come again and again.

/** More are forgotten, all at once: what comes again is found again. */
const MOST = 10_000;

/** The function, which works out its answer once for each text, as long as few are asked about. The answer must not change any more. */
export function remembered<Answer>(answer: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = answer(text);
    if (known.size >= MOST) known.clear();
    known.set(text, found);
    return found;
  };
}
