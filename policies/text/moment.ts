// Moments: as a user names them, and as they are told.

/** RFC 3339 §5.6: a date and a time with a zone. */
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Seconds since 1970 of `2026-01-31T12:00:00Z`, or of the number of these seconds; undefined for anything else.
 * A part of a second is cut off.
 */
export function instantOf(text: string): number | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  const milliseconds = rfc3339.test(text) ? Date.parse(text.replace(" ", "T")) : NaN;
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

/** `2026-02-03T04:05:06Z` of seconds since 1970; the number itself where no calendar has it. */
export function momentText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime())
    ? `${seconds} s after 1970`
    : date.toISOString().replace(/\.\d+Z$/, "Z");
}
