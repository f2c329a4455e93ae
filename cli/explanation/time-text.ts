// Times for people.

/** The units in which a stretch of time is told, the largest that it fills twice; seconds for all below. */
const units: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["year", 365.25 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

const format = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** `in 59 minutes`, `3 hours ago`, `now`. */
export function relativeTime(seconds: number): string {
  if (seconds === 0) return "now";
  const [unit, length] = units.find(([, one]) => Math.abs(seconds) >= 2 * one) ?? ["second", 1];
  return format.format(Math.trunc(seconds / length), unit);
}

/** `2026-02-03T04:05:06Z` of seconds since 1970; the number itself where no calendar has it. */
export function momentText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? `${seconds} s after 1970`
    : date.toISOString().replace(/\.\d+Z$/, "Z");
}
