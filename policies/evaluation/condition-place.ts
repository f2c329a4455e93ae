// Places of conditions as the filter names them: `to[0].operation.notPaths`, `when[0].notValues of source.ip`.

/** The place without the key that a condition under `when` is about. */
export const withoutKey = (place: string): string => place.replace(/ of .*$/s, "");

/** The key that a condition under `when` is about. */
export const keyOf = (place: string): string | undefined => / of (.*)$/s.exec(place)?.[1];

/** Whether none of the values may be there. */
export const isNegative = (place: string): boolean => /\.not[A-Z]\w*$/.test(withoutKey(place));

/** Values that a condition sees in the form in which policies write them: the principals of certificates without `spiffe://`. */
export function asPoliciesWrite<T extends { readonly place: string; readonly sees: readonly string[] }>(
  condition: T,
): T {
  const { place, sees } = condition;
  const isPrincipal = keyOf(place) === "source.principal" || /\.(notP|p)rincipals$/.test(place);
  return isPrincipal ? { ...condition, sees: sees.map((one) => one.replace(/^spiffe:\/\//, "")) } : condition;
}
