// The path as Envoy hands it to its filters under `normalize_path: true`, which is Istio's default (pathNormalization BASE) and what
// `jwt-policy render` writes. The rules are googleurl's, observed on Envoy; tests/envoy/requests/normalized-path.test.ts asks it.

/** Envoy answers such a request itself, with 400. */
export class PathRefusedError extends Error {
  override readonly name = "PathRefusedError";
}

/** All but visible ASCII: what Envoy's codecs let into a path. */
const invalid = /[^\x21-\x7e]/;

/**
 * Normalises a path with its query, which stays as it is.
 * @throws PathRefusedError
 */
export function normalizedPath(target: string): string {
  const [found] = invalid.exec(target) ?? [];
  if (found !== undefined) {
    throw new PathRefusedError(`${JSON.stringify(found)} cannot stand in a path; write it as %XX`);
  }
  if (target.includes("#")) throw new PathRefusedError("a request has no fragment (#)");
  if (!target.startsWith("/")) throw new PathRefusedError("a path begins with a slash");
  const [path = ""] = target.split("?", 1);
  // Parameters behind `.` and `..` go first, where slashes are slashes and dots are dots.
  return new PathWriter(path.replace(/\/(\.\.?);[^/]*/g, "/$1")).write() + target.slice(path.length);
}

const escaped = /["<>^`{|}]/;
const unreserved = /[A-Za-z0-9._~-]/;
const hexadecimal = /^[0-9A-Fa-f]{2}$/;

/** Reads a path from front to back, and takes written segments back at `..`. */
class PathWriter {
  private at = 0;
  private written = "";
  /** Where a percent sign was written that begins no escape; undefined: nowhere near. */
  private lonePercent: number | undefined;

  constructor(private readonly path: string) {}

  write(): string {
    while (this.at < this.path.length) {
      if (this.written.endsWith("/") && this.skipDots()) continue;
      this.writeNext();
    }
    return this.written;
  }

  /** A segment `.` or `..` with the slash behind it; its dots may be encoded. */
  private skipDots(): boolean {
    const match = /^(?:\.|%2e)(\.|%2e)?(?:[/\\]|$)/i.exec(this.path.slice(this.at));
    if (match === null) return false;
    this.at += match[0].length;
    if (match[1] !== undefined) this.written = this.written.replace(/[^/]*\/$/, "") || "/";
    return true;
  }

  private writeNext(): void {
    const character = this.path[this.at]!;
    if (character === "%") {
      this.writePercent();
      return;
    }
    this.at++;
    if (character === "\\") this.written += "/";
    else this.written += escaped.test(character) ? percentEncoded(character) : character;
  }

  private writePercent(): void {
    const digits = this.path.slice(this.at + 1, this.at + 3);
    if (!hexadecimal.test(digits)) {
      this.lonePercent = this.written.length;
      this.written += "%";
      this.at++;
      return;
    }
    this.at += 3;
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    if (character === "\0") throw new PathRefusedError("%00 cannot stand in a path");
    if (!unreserved.test(character)) {
      this.written += `%${digits}`;
      return;
    }
    this.written += character;
    this.keepLone();
  }

  /** A lone percent sign must not become an escape by what was decoded behind it: `%4%31` is no `%41`. */
  private keepLone(): void {
    const lone = this.lonePercent;
    if (lone === undefined) return;
    const behind = this.written.slice(lone + 1);
    const next = behind.length === 1 ? (this.path[this.at] ?? "") : "";
    if (!hexadecimal.test(behind + next)) return;
    this.written = `${this.written.slice(0, lone)}%25${behind}`;
    this.lonePercent = undefined;
  }
}

const percentEncoded = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
