// The tokens of a suite, signed by throw-away issuers.

import { parseGoDuration } from "../../golang/duration.js";
import { signToken } from "../../tokens/sign-token.js";
import type { AlgorithmName } from "../../tokens/signature-algorithm.js";
import { generateSigningKey, type SigningKey } from "../../tokens/signing-key.js";
import type { ThrowAwayKeys } from "../../tokens/throw-away-keys.js";
import { unverifiedClaims } from "../../tokens/unverified-token.js";
import type { Json, JsonObject } from "../../resources/tree.js";
import type { Suite, TokenSpec } from "../suite/suite.js";

/** The fastest to make keys for, and to sign with (RFC 7518 calls it recommended). */
const DEFAULT_ALGORITHM: AlgorithmName = "ES256";

const LIFE = "1h";
const EXPIRED_AGO = "-1h";

export interface MintedToken {
  readonly text: string;
  /** The claim `iss`, if it is a string. */
  readonly issuer: string | undefined;
}

/**
 * Signs all tokens of a suite.
 * @param issuer the claim `iss` of tokens that name none
 */
export async function mintTokens(
  { tokens, now }: Pick<Suite, "tokens" | "now">,
  issuer: string | undefined,
  keys: ThrowAwayKeys,
): Promise<Map<string, MintedToken>> {
  const forgers = new Map<string, SigningKey>();
  const minted = new Map<string, MintedToken>();
  for (const [name, spec] of tokens) minted.set(name, await mint(name, spec, { now, issuer, keys, forgers }));
  return minted;
}

interface Surroundings {
  readonly now: number;
  readonly issuer: string | undefined;
  readonly keys: ThrowAwayKeys;
  /** Keys that nobody trusts, by the kid of those whose place they take. */
  readonly forgers: Map<string, SigningKey>;
}

async function mint(
  name: string,
  spec: TokenSpec,
  { now, issuer, keys, forgers }: Surroundings,
): Promise<MintedToken> {
  if (spec.raw !== undefined) return { text: spec.raw, issuer: textOf(unverifiedClaims(spec.raw)?.["iss"]) };
  const claims = claimsOf(name, spec, now, issuer);
  const iss = textOf(claims["iss"]);
  const key = await keys.keyFor(iss, (spec.algorithm ?? DEFAULT_ALGORITHM) as AlgorithmName);
  const signer = spec.forged ? await forger(key, forgers) : key;
  return { text: await signToken(signer, claims, headerOf(spec)), issuer: iss };
}

function claimsOf(name: string, spec: TokenSpec, now: number, issuer: string | undefined): JsonObject {
  const shift = (duration: string) => now + Number((parseGoDuration(duration) ?? 0n) / 1_000_000_000n);
  const life = spec.expired ? EXPIRED_AGO : (spec.expiresIn ?? LIFE);
  const claims: JsonObject = {
    ...(issuer === undefined ? {} : { iss: issuer }),
    sub: name,
    iat: Math.min(now, life === "never" ? now : shift(life)),
    ...(life === "never" ? {} : { exp: shift(life) }),
    ...(spec.notBefore === undefined ? {} : { nbf: shift(spec.notBefore) }),
    ...spec.claims,
  };
  return Object.fromEntries(Object.entries(claims).filter(([claim]) => !spec.without.includes(claim)));
}

/** A null leaves a member out. */
function headerOf({ header }: TokenSpec): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(header).map(([member, value]) => [member, value === null ? undefined : value]),
  );
}

async function forger(key: SigningKey, forgers: Map<string, SigningKey>): Promise<SigningKey> {
  const forged = forgers.get(key.kid) ?? (await generateSigningKey(key.algorithm, key.kid));
  forgers.set(key.kid, forged);
  return forged;
}

const textOf = (claim: Json | undefined) => (typeof claim === "string" ? claim : undefined);
