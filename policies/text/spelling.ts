// Slips of the pen in names.

/**
 * Of `known`, the name nearest to `name`, if it is near enough to be a slip: other case, or a letter in three missing, wrong or
 * too many. The filter's own rule (assembly/config/config_errors.ts), so that both propose the same.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const apart = distance(name.toLowerCase(), candidate.toLowerCase());
    if (apart >= least || apart > Math.max(1, candidate.length / 3)) continue;
    best = candidate;
    least = apart;
  }
  return best;
}

/** Levenshtein distance; longer texts are no slips and count as far apart. */
function distance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
