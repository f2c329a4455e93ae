// Random numbers that a seed repeats (mulberry32): what was drawn can be drawn again.

import { createHash } from "node:crypto";
import { seed as testSeed } from "./seed.js";

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** What `purpose` draws with the seed of this run: the same whatever else is drawn, and in which order. */
  static for(purpose: string): Random {
    return new Random(createHash("sha256").update(`${testSeed} ${purpose}`).digest().readUInt32LE());
  }

  /** A whole number of [0, bound). */
  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** The same items in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const rest = [...list];
    return list.map(() => rest.splice(this.below(rest.length), 1)[0]!);
  }

  /** Bytes of any value. */
  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  /** Small numbers more often than large ones, up to `bound`. */
  skewed(bound: number): number {
    return this.below(1 + this.below(bound));
  }
}
