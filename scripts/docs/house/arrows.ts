// Graphs of names: circles in them, and the arrows that say all.

/** A name -> the names that it knows. */
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Arrows from pairs; one from a name to itself says nothing. */
export function arrowsOf(pairs: Iterable<readonly [string, string]>): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    if (!arrows.has(from)) arrows.set(from, new Set());
    if (!arrows.has(to)) arrows.set(to, new Set());
    if (from !== to) arrows.get(from)!.add(to);
  }
  return arrows;
}

/** All that can be reached from some names, themselves included. */
export function reachable(arrows: Arrows, from: Iterable<string>): Set<string> {
  const seen = new Set(from);
  for (const name of seen) for (const next of arrows.get(name) ?? []) seen.add(next);
  return seen;
}

/** Sets of names that all reach each other, each in the order of the alphabet. */
export function circles(arrows: Arrows): string[][] {
  const reached = new Map([...arrows.keys()].map((name) => [name, reachable(arrows, arrows.get(name)!)]));
  const found = new Map<string, string[]>();
  for (const name of [...arrows.keys()].sort()) {
    if (!reached.get(name)!.has(name)) continue;
    const members = [...reached.get(name)!].filter((other) => reached.get(other)!.has(name)).sort();
    found.set(members[0]!, members);
  }
  return [...found.values()];
}

/** Without the arrows that others say together: a -> c where there are a -> b and b -> c. There must be no circle. */
export function withoutShortcuts(arrows: Arrows): Arrows {
  const kept = new Map<string, Set<string>>();
  for (const [from, tos] of arrows) {
    const direct = [...tos].filter(
      (to) => ![...tos].some((other) => other !== to && reachable(arrows, [other]).has(to)),
    );
    kept.set(from, new Set(direct));
  }
  return kept;
}
