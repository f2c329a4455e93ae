/** Where the keys of a rule come from: the configuration itself, or an HTTP endpoint of the issuer. Rules with one `jwksUri` share one. */
import { KeySource } from "../../keys/key_source";
import { keepSpan, releaseSpan } from "../../memory/persistent";
import { Region } from "../../memory/region";
import { NO_SPAN, Span, spanEquals, spanIsMissing } from "../../memory/span";

/** "No call under way." The host's call ids start at 1. */
export const NO_CALL: u32 = 0;

/** What the call under way asks for. */
export const enum FetchStage {
  /** The OpenID provider configuration, which names the jwks_uri. */
  Discovery,
  KeySet,
}

/** Where a call goes. */
export class FetchTarget {
  constructor(
    readonly uri: string,
    /** Of the URI: scheme, host and port. */
    readonly origin: string,
    /** Envoy cluster, `:scheme`, `:authority` and `:path` of the call. */
    readonly cluster: Span,
    readonly scheme: Span,
    readonly authority: Span,
    readonly path: Span,
  ) {}
}

export class KeyEndpoint {
  /** Id of the dispatched call under way. */
  call: u32 = NO_CALL;
  stage: FetchStage = FetchStage.KeySet;
  /** Where the key set is; null until discovery has named it, and for inline keys. */
  keySet: FetchTarget | null = null;
  /** The OpenID provider configuration; null if the rule names its jwksUri. */
  discovery: FetchTarget | null = null;
  /** The issuer that discovery is for: the document must be its own. */
  issuer: Span = NO_SPAN;
  /** When discovery has named a place whose call the host then refused, in milliseconds; 0: it has not. The next fetch begins there. */
  namedAt: i64 = 0;
  /** When a refused call was last warned of, in milliseconds. */
  warnedAt: i64 = 0;
  /** Indices of other endpoints whose keys count for a rule of this one. */
  readonly beside: i32[] = [];
  /** Names of the shared data of all workers: the source's state, and the key set's text. */
  stateKey: Span = NO_SPAN;
  textKey: Span = NO_SPAN;
  /** Bytes of a `keySet` that discovery has named. */
  private discovered: Region | null = null;
  /** The key set in use as it came, on the unmanaged heap: an answer that repeats it changes nothing. */
  private text: Span = NO_SPAN;

  constructor(
    readonly source: KeySource,
    /** The jwksUri, or the URI of the provider configuration; empty for inline keys. */
    readonly uri: string,
    /** Of one call, in milliseconds. */
    readonly timeout: u32,
  ) {}

  static inline(source: KeySource): KeyEndpoint {
    return new KeyEndpoint(source, "", 0);
  }

  /** What a fetch at `now` is to ask for first. */
  firstStage(now: i64): FetchStage {
    if (this.discovery === null) return FetchStage.KeySet;
    // The issuer has been asked, and is not asked again every second because the cluster of its keys is not there yet.
    const isNamed = this.namedAt != 0 && now >= this.namedAt && now < this.namedAt + this.source.duration;
    return isNamed ? FetchStage.KeySet : FetchStage.Discovery;
  }

  /** The place of a stage's call; null while discovery has not named it. */
  target(stage: FetchStage): FetchTarget | null {
    return stage == FetchStage.Discovery ? this.discovery : this.keySet;
  }

  /** Whether an answer is the key set in use. */
  repeats(text: Span): bool {
    return !spanIsMissing(this.text) && spanEquals(this.text, text);
  }

  keepText(text: Span): void {
    releaseSpan(this.text);
    this.text = keepSpan(text);
  }

  /** Discovery has named another place. @param region its bytes; those of the place before are given back */
  follow(target: FetchTarget, region: Region): void {
    this.keySet = target;
    const before = this.discovered;
    if (before !== null) before.release();
    this.discovered = region;
  }

  /** Gives back the memory of keys, text and place. */
  release(): void {
    const discovered = this.discovered;
    if (discovered !== null) discovered.release();
    this.discovered = null;
    const keys = this.source.keys;
    if (keys !== null) keys.release();
    releaseSpan(this.text);
    this.text = NO_SPAN;
  }

  /** How long the calls of one fetch may take in all, in milliseconds. */
  get fetchTime(): i64 {
    return <i64>this.timeout * (this.discovery === null ? 1 : 2);
  }
}
