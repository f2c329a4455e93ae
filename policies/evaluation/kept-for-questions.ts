// What one question leaves for the next: filters that have read the policies, and keys that they trust.

import type { Filter } from "./filter.js";
import { KeptFilters } from "./kept-filters.js";
import { ThrowAwayKeys } from "../tokens/throw-away-keys.js";

/** While somebody types an issuer, each letter makes another. */
const MOST_ISSUERS = 8;

export class KeptForQuestions {
  readonly filters: KeptFilters;
  private readonly keys = new Map<string | undefined, ThrowAwayKeys>();

  constructor(filter: Filter) {
    this.filters = new KeptFilters(filter);
  }

  /** The keys that sign for this issuer, and for no other: policies trust the keys of one question, not those of the questions before it. */
  keysOf(issuer: string | undefined): ThrowAwayKeys {
    const keys = this.keys.get(issuer) ?? new ThrowAwayKeys();
    this.keys.delete(issuer);
    this.keys.set(issuer, keys);
    for (const [oldest] of this.keys) {
      if (this.keys.size <= MOST_ISSUERS) break;
      this.keys.delete(oldest);
    }
    return keys;
  }

  /** Ends the filters. */
  close(): void {
    this.filters.close();
  }
}
