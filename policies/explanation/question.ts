// What is asked about one request.

import type { GivenKeys } from "../evaluation/given-keys.js";
import type { FetchKeys } from "../evaluation/key-calls.js";
import type { Request } from "../evaluation/request/request.js";
import type { JsonObject } from "../resources/tree.js";
import type { Claims } from "../tokens/claims.js";
import type { Origins } from "./origin.js";

/** Where a header or a query says that the token goes there. */
export const tokenPlaceholder = "{token}";

/** A request whose values are texts. */
export interface DescribedRequest extends Request {
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A token as it is, or the claims of one that is to be signed here. */
export type TokenSource = { readonly text: string } | { readonly claims: Claims };

export interface ElsewhereAuthentication {
  /** `RequestAuthentication foo/jwt` */
  readonly name: string;
  /** Why it does not apply: `is in the namespace bar, and the workload in foo`. */
  readonly why: string;
  /** As the plugin configuration would have it. */
  readonly entry: JsonObject;
}

export interface Question {
  readonly configuration: JsonObject;
  readonly origins: Origins;
  readonly request: DescribedRequest;
  readonly token: TokenSource | undefined;
  /** Whether the token's signature is taken for good. */
  readonly unverified: boolean;
  /** Seconds since 1970. */
  readonly now: number;
  /** RequestAuthentications in the files that do not apply to the workload. */
  readonly elsewhere?: readonly ElsewhereAuthentication[];
  readonly keys: GivenKeys;
  /** Asks the network for the keys that are not given; undefined: nobody does. */
  readonly fetchKeys: FetchKeys | undefined;
}
