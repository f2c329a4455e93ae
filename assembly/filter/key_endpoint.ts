/** Where the keys of a rule come from: the configuration itself, or an HTTP endpoint of the issuer. Rules with one `jwksUri` share one. */
import { KeySource } from "../keys/key_source";
import { NO_SPAN, Span } from "../memory/span";

/** "No call under way." The host's call ids start at 1. */
export const NO_CALL: u32 = 0;

export class KeyEndpoint {
  /** Id of the dispatched call under way. */
  call: u32 = NO_CALL;

  constructor(
    readonly source: KeySource,
    /** The JWKS URI; empty for inline keys. */
    readonly uri: string,
    /** Envoy cluster, `:authority` and `:path` of the call; NO_SPAN for inline keys. */
    readonly cluster: Span,
    readonly authority: Span,
    readonly path: Span,
    /** `:scheme` of the call. */
    readonly scheme: Span,
    /** Of a call, in milliseconds. */
    readonly timeout: u32,
  ) {}

  static inline(source: KeySource): KeyEndpoint {
    return new KeyEndpoint(source, "", NO_SPAN, NO_SPAN, NO_SPAN, NO_SPAN, 0);
  }
}
