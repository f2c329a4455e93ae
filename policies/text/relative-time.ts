// How far away a time is, for people.

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
