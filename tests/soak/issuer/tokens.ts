// Tokens of the soak: many that come again, and new ones.

import type { Random } from "../../seeded/random.js";
import { base64url, type SigningKey } from "./signing-key.js";

/** Tokens of one key that come again and again. */
const REPEATED = 20;
/** Makes a token that no cache keeps: it is longer than 16 KiB (docs/configuration.md, limits). */
const HUGE = 24_000;

export class Tokens {
  private readonly pools = new Map<string, string[]>();
  private serial = 0;

  constructor(
    private readonly issuer: string,
    private readonly random: Random,
  ) {}

  claims(rest: object = {}): object {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.issuer, sub: `client-${this.serial++}`, exp: now + 3600, role: "user", ...rest };
  }

  unique(key: SigningKey, rest: object = {}): string {
    return key.sign(this.claims(rest));
  }

  repeated(key: SigningKey): string {
    let pool = this.pools.get(key.kid);
    if (pool === undefined) this.pools.set(key.kid, (pool = []));
    if (pool.length < REPEATED) pool.push(this.unique(key));
    return this.random.pick(pool);
  }

  /** A key that is not used any more takes its tokens along. */
  forget(key: SigningKey): void {
    this.pools.delete(key.kid);
  }

  /** Signed by nobody under a name that nobody has heard of. */
  ofInventedKey(key: SigningKey): string {
    return key.sign(this.claims(), `invented-${this.random.below(1e9)}`);
  }

  badlySigned(key: SigningKey): string {
    const [header, payload] = this.unique(key).split(".");
    return `${header!}.${payload!}.${this.unique(key).split(".")[2]!}`;
  }

  huge(key: SigningKey): string {
    return this.unique(key, { padding: "x".repeat(HUGE * 0.7) });
  }

  /** Malformed in one of several ways, with the text of the refusal. */
  malformed(): { token: string; text: string } {
    const header = base64url('{"alg":"RS256"}');
    const [token, text] = this.random.pick<readonly [string, string]>([
      ["x".repeat(1 + this.random.skewed(HUGE)), BAD_FORMAT],
      [`${header}.e30`, BAD_FORMAT],
      ["A.e30.AA", "Jwt header is an invalid Base64url encoded"],
      [`${base64url("{'alg':'RS256'}")}.e30.AA`, "Jwt header is an invalid JSON"],
      ["e30.e30.AA", "Jwt header [alg] field is required and must be a string"],
      [`${base64url('{"alg":"none"}')}.e30.AA`, "Jwt header [alg] is not supported"],
      [`${header}.${base64url("[".repeat(500))}.AA`, "Jwt payload is an invalid JSON"],
      [`${header}.${base64url('{"exp":"soon"}')}.AA`, "Jwt payload [exp] field is not an integer"],
      [`${header}.e30.A`, "Jwt signature is an invalid Base64url encoded"],
    ]);
    return { token, text };
  }
}

const BAD_FORMAT = "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
