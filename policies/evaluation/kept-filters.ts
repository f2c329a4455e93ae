// Filters that stay configured between questions, for whoever asks many about the same policies: most of an answer's time is to read them.

import type { JsonObject } from "../resources/tree.js";
import type { ConfiguredFilter, ConfiguredFilterOptions, Filter } from "./filter.js";

/** Policies as they are, once telling steps and once not, and as a few remedies would have them. */
const MOST_KEPT = 4;

export interface LendingOptions extends ConfiguredFilterOptions {
  /** Whether the filter must have answered nothing before: it remembers tokens that it has verified. */
  readonly isNew?: boolean;
}

export class KeptFilters {
  /** By what they were configured with, the one that was used last at the end. One that is in use is not among them. */
  private readonly free = new Map<string, ConfiguredFilter>();
  private isClosed = false;

  constructor(private readonly filter: Filter) {}

  /**
   * Lends a filter with this configuration. What it has fetched, and failed to fetch, a filter remembers, so that one that has asked anybody for keys is
   * used once.
   * @param ask what is asked of it; whether it has answered somebody before
   * @throws ConfigurationRefusedError
   */
  async use<T>(
    configuration: JsonObject,
    options: LendingOptions,
    ask: (configured: ConfiguredFilter, hasAnswered: boolean) => Promise<T>,
  ): Promise<T> {
    const { trace = true, keys = new Map<string, string>(), isNew = false } = options;
    const name = JSON.stringify([trace, [...keys], configuration]);
    const asksNobody = options.fetchKeys === undefined;
    const known = asksNobody && !isNew ? this.free.get(name) : undefined;
    if (known !== undefined) this.free.delete(name);
    const configured = known ?? (await this.filter.configure(configuration, options));
    // One that has trapped has no answer, and is of no use either.
    let isReusable = false;
    try {
      const answer = await ask(configured, known !== undefined);
      isReusable = asksNobody && configured.keyCalls.length === 0;
      return answer;
    } finally {
      if (isReusable && !this.isClosed) this.keep(name, configured);
      else configured.close();
    }
  }

  /** Ends those that are not in use, and each other as soon as it is not. */
  close(): void {
    this.isClosed = true;
    for (const configured of this.free.values()) configured.close();
    this.free.clear();
  }

  private keep(name: string, configured: ConfiguredFilter): void {
    // Somebody else has had one with the same configuration meanwhile.
    this.free.get(name)?.close();
    this.free.set(name, configured);
    for (const [oldest, one] of this.free) {
      if (this.free.size <= MOST_KEPT) return;
      this.free.delete(oldest);
      one.close();
    }
  }
}
