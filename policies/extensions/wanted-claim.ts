// The value of a claim that a condition of `extensions.claimPolicies` wants, out of what its explanation says.

import type { Json } from "../resources/tree.js";

/** Whether a condition is one of those, which want values with their types. */
export const isTypedClaim = (place: string): boolean => place.startsWith("claims[");

/** @param want as the filter explains it: `"x"`, `>= 18`, `header x-tenant: "acme"`. @returns undefined if no value would do */
export function wantedClaim(place: string, want: string): { readonly value: Json } | undefined {
  if (/^claims\[\d+\]\.equals(Header|Segment|Path)\b/.test(place)) {
    // Of a request that says nothing, or may say two things, it has no quotes.
    const said = /: "(.*)"$/s.exec(want)?.[1];
    return said === undefined ? undefined : { value: said };
  }
  const [, sign, number] = /^(<=?|>=?) (.*)$/.exec(want) ?? [];
  if (sign !== undefined) return { value: Number(number) + ({ "<": -1, ">": 1 }[sign] ?? 0) };
  if (want === "any") return { value: "x" };
  try {
    return { value: JSON.parse(want) as Json };
  } catch {
    return undefined;
  }
}
