// Medians, and how far they can be trusted.

/** A figure with the middle half of what was measured, or of what it could have been. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The value at a fraction of the sorted list; between two neighbours in proportion. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median and quartiles. */
export function estimate(values: readonly number[]): Estimate {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/** Differences round by round. */
export function over(values: readonly number[], base: readonly number[]): number[] {
  return values.map((value, round) => value - base[round]!);
}

const RESAMPLES = 2000;

/**
 * The ratio of two medians, with the interval that holds it nine times in ten (bootstrap: rounds are drawn again, with repetition, always the same
 * ones for both). Not the median of each round's ratio: where a round's denominator is near zero that says nothing.
 */
export function ratioOfMedians(above: readonly number[], below: readonly number[]): Estimate {
  const random = lehmer(above.length);
  const ratios = Array.from({ length: RESAMPLES }, () => {
    const rounds = above.map(() => Math.floor(random() * above.length));
    return median(rounds.map((i) => above[i]!)) / median(rounds.map((i) => below[i]!));
  });
  return {
    median: median(above) / median(below),
    low: quantile(ratios, 0.05),
    high: quantile(ratios, 0.95),
  };
}

/** Lehmer's generator (Park and Miller 1988): the same figures give the same interval. */
function lehmer(seed: number): () => number {
  let state = seed + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
