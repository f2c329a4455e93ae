// Tokens are never told, nor their signatures, wherever a request or a policy brings them in.

/** A JWT that nobody has declared as one: in a header, in a query. */
const jwt = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;
/** Shorter texts are no secrets, and may well be words. */
const shortest = 12;

/**
 * The value with every text in it told without tokens: what may not be told is `(the token)`, or which part of it.
 * @param tokens those that are known, besides what looks like one
 */
export function withoutTokens<T>(value: T, tokens: readonly string[]): T {
  const names = new Map<string, string>();
  for (const token of tokens) {
    names.set(token, "(the token)");
    const [header, payload, signature] = token.split(".");
    if (payload !== undefined) names.set(payload, "(the token's payload)");
    if (header !== undefined && header !== token) names.set(header, "(the token's header)");
    if (signature !== undefined) names.set(signature, "(the token's signature)");
  }
  const secrets = [...names].filter(([secret]) => secret.length >= shortest);
  const told = (text: string) =>
    secrets.reduce((rest, [secret, name]) => rest.replaceAll(secret, name), text).replace(jwt, "(a token)");
  return mapTexts(value, told) as T;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, change)]));
}
