/** Short lists of names in their order, each once: built by insertion, since no list here has more than a few. */

/** Inserts into a sorted list without doubles; false if it was there. */
export function insertSorted(list: string[], value: string): bool {
  let at = 0;
  while (at < list.length && list[at] < value) at++;
  if (at < list.length && list[at] == value) return false;
  list.push(value);
  for (let i = list.length - 1; i > at; i--) list[i] = list[i - 1];
  list[at] = value;
  return true;
}
