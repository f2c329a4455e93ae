// Answers about a user's objects that many ask for: found once, and kept as long as the objects.

/**
 * The function, which works out its answer once for each argument. The argument must not change any more, nor the answer. Without this, what
 * each of 500 policies asks about all other objects takes the square of their number.
 */
export function once<Asked extends object, Answer>(
  answer: (asked: Asked) => Answer,
): (asked: Asked) => Answer {
  const known = new WeakMap<Asked, { readonly answer: Answer }>();
  return (asked) => {
    const before = known.get(asked);
    if (before !== undefined) return before.answer;
    const found = answer(asked);
    known.set(asked, { answer: found });
    return found;
  };
}
