// The times in a token's claims, in words.

import type { JsonObject } from "../resources/tree.js";
import { momentText } from "../text/moment.js";
import { relativeTime } from "../text/relative-time.js";

export interface TokenTime {
  readonly claim: string;
  /** `expired 3 hours ago, 2026-01-31T12:00:00Z` */
  readonly text: string;
  /** Whether the token is not taken because of it. */
  readonly refuses: boolean;
}

/** What clocks may differ by, in seconds (assembly/token/token.ts). */
const CLOCK_SKEW = 60;

/** Seconds that are milliseconds: the year 5138. */
const TOO_LATE = 1e11;

const claims = ["iat", "nbf", "exp", "auth_time", "updated_at"];

/** One for each claim of time; a token without `exp` is told too. */
export function tokenTimes(token: JsonObject, now: number): TokenTime[] {
  if (Object.keys(token).length === 0) return [];
  return claims.flatMap((claim): TokenTime[] => {
    const value = token[claim];
    if (value === undefined)
      return claim === "exp" ? [{ claim, text: "not there: the token never expires", refuses: false }] : [];
    if (typeof value !== "number") {
      const isChecked = claim === "iat" || claim === "nbf" || claim === "exp";
      return [{ claim, text: "no number: times are seconds since 1970", refuses: isChecked }];
    }
    return [timeOf(claim, value, now)];
  });
}

function timeOf(claim: string, value: number, now: number): TokenTime {
  const milliseconds = value >= TOO_LATE ? "; these are milliseconds, and seconds are meant" : "";
  const away = relativeTime(Math.trunc(value) - now);
  const text = `${verb(claim, value, now)}${away}, ${momentText(value)}${milliseconds}`;
  const refuses =
    (claim === "exp" && value < now - CLOCK_SKEW) || (claim === "nbf" && value > now + CLOCK_SKEW);
  const isClose = !refuses && ((claim === "exp" && value < now) || (claim === "nbf" && value > now));
  return {
    claim,
    text: isClose ? `${text}; taken still, since clocks may differ by ${CLOCK_SKEW} s` : text,
    refuses,
  };
}

function verb(claim: string, value: number, now: number): string {
  switch (claim) {
    case "iat":
      return "issued ";
    case "nbf":
      return value > now ? "not valid before " : "valid since ";
    case "exp":
      return value < now ? "expired " : "expires ";
    case "auth_time":
      return "logged in ";
    default:
      return "updated ";
  }
}
