// Tokens are never told, nor their signatures, wherever a request or a policy brings them in.

import { textFromBase64url } from "./base64url.js";

/** Shorter texts are no secrets, and may well be words. */
const shortest = 12;

/** What a token may stand in as it is, or percent-encoded as in a query. */
const candidate = /(?:[\w.-]|%[\da-f]{2})+/gi;

/** How the JSON begins that a token's header and payload are: with a member, or with so much white space that no more is seen of it. */
const jsonObject = /^\s*\{\s*(?:"|$)/;

/**
 * The value with every text in it told without tokens: what may not be told is `(the token)`, or which part of it.
 * @param tokens those that are known, besides what looks like one
 */
export function withoutTokens<T>(value: T, tokens: readonly string[]): T {
  const names = new Map<string, string>();
  for (const token of tokens) {
    names.set(token, "(the token)");
    // The filter passes over empty parts, as native does.
    const [header, payload, signature] = token.split(".").filter((part) => part !== "");
    if (payload !== undefined) names.set(payload, "(the token's payload)");
    if (header !== undefined && header !== token) names.set(header, "(the token's header)");
    if (signature !== undefined) names.set(signature, "(the token's signature)");
  }
  const secrets = [...names].filter(([secret]) => secret.length >= shortest);
  const told = (text: string) =>
    secrets
      .reduce((rest, [secret, name]) => rest.replaceAll(secret, name), text)
      .replace(candidate, (found) => (looksLikeToken(found) ? "(a token)" : found));
  // An explanation says the same few texts of hundreds of conditions.
  const known = new Map<string, string>();
  const toldOnce = (text: string) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const now = told(text);
    known.set(text, now);
    return now;
  };
  return mapTexts(value, toldOnce, new Map()) as T;
}

/** A JWT that nobody has declared as one, in a header, a cookie, a query; perhaps cut off behind its header. */
function looksLikeToken(text: string): boolean {
  if (text.length < shortest) return false;
  const parts = text.replace(/%([\da-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  if (!parts.includes(".")) return false;
  return parts.split(/[^\w-]/).some((part) => part.length >= 8 && jsonObject.test(textFromBase64url(part)));
}

/**
 * @param known what has become of objects: one that stands in two places is one afterwards, too
 * @returns the value itself where no text in it is another
 */
function mapTexts(value: unknown, change: (text: string) => string, known: Map<object, unknown>): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const mapped = Array.isArray(value)
    ? mappedList(value, (item) => mapTexts(item, change, known))
    : mappedMembers(value, (member) => mapTexts(member, change, known));
  known.set(value, mapped);
  return mapped;
}

function mappedList(list: readonly unknown[], map: (item: unknown) => unknown): readonly unknown[] {
  const mapped = list.map(map);
  return mapped.every((item, i) => Object.is(item, list[i])) ? list : mapped;
}

function mappedMembers(value: object, map: (member: unknown) => unknown): object {
  const members = Object.entries(value);
  const mapped = members.map(([name, member]) => [name, map(member)] as const);
  return mapped.every(([, member], i) => Object.is(member, members[i]![1]))
    ? value
    : Object.fromEntries(mapped);
}
