// Go's time.ParseDuration: `5s`, `1h30m`, `.5s`.

const nanoseconds: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

const largest = 2n ** 63n;

/** The duration in nanoseconds; undefined if Go would refuse the text. */
export function parseGoDuration(text: string): bigint | undefined {
  const negative = text.startsWith("-");
  const digits = /^[-+]/.test(text) ? text.slice(1) : text;
  if (digits === "0") return 0n;
  if (digits === "") return undefined;
  let sum = 0n;
  const part = /([0-9]*)(\.[0-9]*)?([^0-9.]+)/y;
  while (part.lastIndex < digits.length) {
    const match = part.exec(digits);
    if (match === null) return undefined;
    const whole = match[1]!;
    const fraction = match[2]?.slice(1) ?? "";
    const unit = nanoseconds.get(match[3]!);
    if (unit === undefined || whole + fraction === "") return undefined;
    sum += BigInt(whole || 0) * unit + (BigInt(fraction || 0) * unit) / 10n ** BigInt(fraction.length);
    if (sum > largest) return undefined;
  }
  if (negative) return -sum;
  return sum === largest ? undefined : sum;
}
