// The tokens of a test file, each with what it takes over from another.

import { parseGoDuration } from "../../golang/duration.js";
import type { JsonObject } from "../../resources/tree.js";
import type { SuiteReader } from "./suite-reader.js";
import type { TokenSpec } from "./suite.js";

interface TokenFields extends Partial<Omit<TokenSpec, "at">> {
  readonly from?: string;
}

/** @param tokens the field `tokens`, as the schema allows it */
export function readTokens(tokens: JsonObject | undefined, reader: SuiteReader): Map<string, TokenSpec> {
  const fields = new Map(Object.entries((tokens ?? {}) as Record<string, TokenFields>));
  const known = new Set(fields.keys());
  const specs = new Map<string, TokenSpec>();
  for (const [name, token] of fields) {
    checkToken(name, token, known, reader);
    const spec = withBase(name, fields, new Set(), reader);
    specs.set(name, { claims: {}, header: {}, without: [], ...spec, at: reader.at("tokens", name) });
  }
  return specs;
}

function checkToken(name: string, token: TokenFields, known: ReadonlySet<string>, reader: SuiteReader): void {
  if (token.from !== undefined) reader.requireToken(token.from, known, ["tokens", name, "from"]);
  if (token.raw !== undefined && Object.keys(token).length > 1) {
    reader.fault(["tokens", name, "raw"], "is the whole token: the other fields have no effect beside it");
  }
  if (token.expired !== undefined && token.expiresIn !== undefined) {
    reader.fault(["tokens", name, "expired"], "excludes expiresIn: give one of them");
  }
  for (const field of ["expiresIn", "notBefore"] as const) {
    const text = token[field];
    if (text === undefined || (field === "expiresIn" && text === "never")) continue;
    if (parseGoDuration(text) === undefined) {
      reader.fault(["tokens", name, field], "is no duration; expected 1h, 90s, -5m or the like");
    }
  }
}

/** The token's fields over those of the token that it is made from, and so on. */
function withBase(
  name: string,
  all: ReadonlyMap<string, TokenFields>,
  above: ReadonlySet<string>,
  reader: SuiteReader,
): TokenFields {
  const token = all.get(name) ?? {};
  if (token.from === undefined) return token;
  if (above.has(name)) {
    reader.fault(["tokens", name, "from"], "leads back to this token");
    return token;
  }
  const base = withBase(token.from, all, new Set([...above, name]), reader);
  const claims = { ...base.claims, ...token.claims };
  return {
    ...withoutExpiry(base, token),
    ...token,
    claims,
    header: { ...base.header, ...token.header },
    // A claim that is given again is there again.
    without: [
      ...(base.without ?? []).filter((claim) => !(claim in (token.claims ?? {}))),
      ...(token.without ?? []),
    ],
  };
}

/** `expired` and `expiresIn` are two ways to say one thing. */
function withoutExpiry(base: TokenFields, token: TokenFields): TokenFields {
  if (token.expired === undefined && token.expiresIn === undefined) return base;
  return Object.fromEntries(
    Object.entries(base).filter(([name]) => name !== "expired" && name !== "expiresIn"),
  );
}
