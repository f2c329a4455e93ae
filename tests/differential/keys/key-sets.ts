// The key sets that policies name. Policies and the referee's committed output hold a placeholder instead of key
// material, so that the output stays the same while keys are made anew for each run.
import { signingKey, type KeyName } from "./keys.js";
import { oddKeySets, type OddKeySetName } from "./odd-key-sets.js";

type Jwk = Record<string, unknown>;

function jwk(name: KeyName, extra: Jwk = {}): Jwk {
  return { ...signingKey(name).jwk, ...extra };
}

const setMakers = {
  /** One RSA key, as most issuers have it. */
  main: () => ({ keys: [jwk("rsa", { kid: "rsa", alg: "RS256", use: "sig" })] }),
  /** One key of each type, with kid and without alg. */
  every: () => ({
    keys: (["rsa", "rsa1024", "rsa4096", "ec256", "ec384", "ec521", "ed25519", "oct"] as const).map((name) =>
      jwk(name, { kid: name }),
    ),
  }),
  /** Keys without kid and alg: all are tried. */
  anonymous: () => ({
    keys: (["ec256Other", "rsaOther", "rsa", "ec256", "ed25519", "oct"] as const).map((name) => jwk(name)),
  }),
  /** Keys bound to an alg, some twice. */
  bound: () => ({
    keys: [
      jwk("rsa", { kid: "rs256", alg: "RS256" }),
      jwk("rsa", { kid: "rs384", alg: "RS384" }),
      jwk("rsa", { kid: "rs512", alg: "RS512" }),
      jwk("rsa", { kid: "ps256", alg: "PS256" }),
      jwk("rsa", { kid: "ps384", alg: "PS384" }),
      jwk("rsa", { kid: "ps512", alg: "PS512" }),
      jwk("ec256", { kid: "es256", alg: "ES256" }),
      jwk("ec384", { kid: "es384", alg: "ES384" }),
      jwk("ec521", { kid: "es512", alg: "ES512" }),
      jwk("ed25519", { kid: "eddsa", alg: "EdDSA" }),
      jwk("oct", { kid: "hs256", alg: "HS256" }),
      jwk("oct", { kid: "hs384", alg: "HS384" }),
      jwk("oct", { kid: "hs512", alg: "HS512" }),
    ],
  }),
  /** Oddities that native takes: use "enc", key_ops without verify, a kid that is no string, unusable keys beside a good one. */
  odd: () => ({
    keys: [
      { kty: "RSA", kid: "broken", n: "AQAB" },
      { kty: "unknown", kid: "unknown" },
      jwk("rsaOther", { kid: 7 }),
      jwk("rsa", { kid: "rsa", use: "enc", key_ops: ["encrypt"] }),
      jwk("rsaOther", { kid: "twice" }),
      jwk("rsa", { kid: "twice" }),
      jwk("ec256", { kid: "", alg: "ES256" }),
    ],
  }),
  /** A second issuer's. */
  second: () => ({ keys: [jwk("ec256", { kid: "ec256", alg: "ES256" })] }),
  /** HMAC only. */
  secret: () => ({ keys: [jwk("oct", { kid: "oct" })] }),
} satisfies Record<string, () => { keys: Jwk[] }>;

export type KeySetName = keyof typeof setMakers | OddKeySetName;

const placeholderStart = '{"keys":[],"set":"';

/** What a policy writes into `jwks`: valid JSON to Istio, replaced by {@link withKeySets} before anything runs. */
export function keySetPlaceholder(name: KeySetName): string {
  return `${placeholderStart}${name}"}`;
}

/** The JWKS document of that name. */
export function keySetText(name: KeySetName): string {
  const odd = oddKeySets[name];
  return odd === undefined ? JSON.stringify(setMakers[name as keyof typeof setMakers]()) : odd.text();
}

/** Returns a copy of a JSON value in which each placeholder string has become its JWKS document. */
export function withKeySets(value: unknown): unknown {
  if (typeof value === "string") {
    if (!value.startsWith(placeholderStart)) return value;
    return keySetText(value.slice(placeholderStart.length, -2) as KeySetName);
  }
  if (Array.isArray(value)) return value.map(withKeySets);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withKeySets(member)]));
  }
  return value;
}
