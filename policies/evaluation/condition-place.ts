// Places of conditions as the filter names them: `to[0].operation.notPaths`, `when[0].notValues of source.ip`.

/** The place without the key that a condition under `when` is about. */
export const withoutKey = (place: string): string => place.replace(/ of .*$/s, "");

/** The key that a condition under `when` is about. */
export const keyOf = (place: string): string | undefined => / of (.*)$/s.exec(place)?.[1];

/** Whether none of the values may be there. */
export const isNegative = (place: string): boolean => /\.not[A-Z]\w*$/.test(withoutKey(place));
