// What has been reached so far: for each counter, which magnitudes of it have been seen. An input is worth keeping if it shows a new one.

/** Magnitude of a count as one bit, as AFL has it: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more. */
const MAGNITUDES = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count === 0) return 0;
  if (count <= 3) return 1 << (count - 1);
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
});

export class CoverageMap {
  private readonly seen: Uint8Array;

  constructor(counters: number) {
    this.seen = new Uint8Array(counters);
  }

  /** Counters that were reached at all. */
  get reached(): number {
    return this.seen.reduce((sum, magnitudes) => sum + (magnitudes === 0 ? 0 : 1), 0);
  }

  get counters(): number {
    return this.seen.length;
  }

  /** Takes in the counters of one run. Answers 2 for a new branch, 1 for a new magnitude, 0 for nothing new. */
  take(counters: Uint8Array): 0 | 1 | 2 {
    let news: 0 | 1 | 2 = 0;
    // Most counters are zero: four at a time.
    const words = new Uint32Array(counters.buffer, counters.byteOffset, counters.length >> 2);
    for (let word = 0; word < words.length; word++) {
      if (words[word] === 0) continue;
      for (let i = word * 4; i < word * 4 + 4; i++) {
        const magnitude = MAGNITUDES[counters[i]!]!;
        const before = this.seen[i]!;
        if ((magnitude & ~before) === 0) continue;
        this.seen[i] = before | magnitude;
        news = before === 0 ? 2 : news === 0 ? 1 : news;
      }
    }
    return news;
  }
}
