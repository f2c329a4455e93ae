// Lists of what has one key in common.

/** Puts an item into the list of its key, which begins with it. */
export function addTo<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const others = lists.get(key);
  if (others === undefined) lists.set(key, [item]);
  else others.push(item);
}
