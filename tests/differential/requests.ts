// Short ways to write the requests that tables need most.
import type { Header, RequestSpec } from "./compared/exchange.js";
import type { TokenSpec } from "./token.js";

/** A request with `Authorization: Bearer <token>`, and whatever else is given. */
export function bearer(token: TokenSpec, more: RequestSpec = {}): RequestSpec {
  return withHeader("authorization", "Bearer <<t>>", { ...more, tokens: { t: token, ...more.tokens } });
}

/** A request with one header line more, in front. */
export function withHeader(name: string, value: string, more: RequestSpec = {}): RequestSpec {
  return { ...more, headers: [[name, value], ...(more.headers ?? [])] };
}

/** A request with these header lines. */
export function headers(...lines: readonly Header[]): RequestSpec {
  return { headers: lines };
}

/** The same kind of request for each value: label -> request. */
export function each<T>(
  values: readonly T[],
  request: (value: T) => RequestSpec,
  label: (value: T) => string = String,
): Record<string, RequestSpec> {
  return Object.fromEntries(values.map((value) => [label(value), request(value)]));
}
