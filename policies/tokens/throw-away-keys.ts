// Issuers whose keys live as long as this process, for tokens that are given as claims; and a configuration that trusts them.

import { withoutKeySources } from "../plugin-config/configured-key-sources.js";
import { issuerOf, issuersIn, mapJwtRules } from "../plugin-config/jwt-rules.js";
import { takesIssuer } from "../policy-model/issuer-place.js";
import type { Json, JsonObject } from "../resources/tree.js";
import type { AlgorithmName } from "./signature-algorithm.js";
import { generateSigningKey, keySet, type SigningKey } from "./signing-key.js";

/** Stands for tokens without a claim `iss`. */
const NO_ISSUER = "";

/** Keys made as they are asked for, one for each issuer and algorithm. They are in memory only. */
export class ThrowAwayKeys {
  private readonly byIssuer = new Map<string, Map<AlgorithmName, SigningKey>>();

  /** The key that signs what this issuer issues: the same one each time. */
  async keyFor(issuer: string | undefined, algorithm: AlgorithmName): Promise<SigningKey> {
    const name = issuer ?? NO_ISSUER;
    const keys = this.byIssuer.get(name) ?? new Map<AlgorithmName, SigningKey>();
    this.byIssuer.set(name, keys);
    const known = keys.get(algorithm);
    if (known !== undefined) return known;
    const made = await generateSigningKey(algorithm);
    // Somebody else may have asked meanwhile.
    const key = keys.get(algorithm) ?? made;
    keys.set(algorithm, key);
    return key;
  }

  /**
   * The keys that a rule with this issuer is to trust. One without any trusts the issuers that no rule names; it does not trust
   * those of other rules, whose keys are not its own.
   */
  trustedBy(issuer: string | undefined, named: ReadonlySet<string>): SigningKey[] {
    const isTrusted = (name: string) =>
      issuer === undefined ? ![...named].some((one) => takesIssuer(one, name)) : takesIssuer(issuer, name);
    return [...this.byIssuer].flatMap(([name, keys]) => (isTrusted(name) ? [...keys.values()] : []));
  }
}

/** What an evaluation in this process needs to trust throw-away keys: nothing else may ever see it. */
export interface Trusting {
  readonly configuration: JsonObject;
  /** `jwksUri` -> the key set that it answers with, for rules without issuer: the filter takes their keys by URI alone. */
  readonly keySets: ReadonlyMap<string, string>;
}

/**
 * The plugin configuration with throw-away keys in its rules: in place of those behind a `jwksUri` or discovery, and beside those in
 * `jwks`. A rule for whose tokens no key has been made stays as it is, and so does whatever is no configuration.
 * @param given key sets that other URIs answer with; of one that gets throw-away keys, its own stay
 */
export function trusting(
  configuration: JsonObject,
  keys: ThrowAwayKeys,
  given: ReadonlyMap<string, string> = new Map(),
): Trusting {
  const named = issuersIn(configuration);
  const keySets = new Map(given);
  const replaced = new Set<string>();
  const changed = mapJwtRules(configuration, (rule) => {
    const issuer = issuerOf(rule);
    const { jwksUri: uri } = rule;
    const trusted = keys.trustedBy(issuer, named);
    if (issuer !== undefined) {
      if (trusted.length > 0) replaced.add(issuer);
      return withKeys(rule, trusted);
    }
    if (trusted.length > 0 && typeof uri === "string")
      keySets.set(uri, together(keysIn(given.get(uri)) ?? [], trusted));
    return rule;
  });
  return { configuration: withoutKeySources(changed, replaced), keySets };
}

function withKeys(rule: JsonObject, trusted: readonly SigningKey[]): JsonObject {
  const own = keysIn(rule["jwks"]);
  if (trusted.length === 0 || own === undefined) return rule;
  const rest = Object.fromEntries(Object.entries(rule).filter(([name]) => name !== "jwksUri"));
  return { ...rest, jwks: together(own, trusted) };
}

function together(own: readonly unknown[], keys: readonly SigningKey[]): string {
  return JSON.stringify({ keys: [...own, ...keySet(keys).keys] });
}

/** The keys of a set in JSON, none where there is no text; undefined if it is no set. */
function keysIn(jwks: Json | undefined): readonly unknown[] | undefined {
  if (jwks === undefined || jwks === "") return [];
  if (typeof jwks !== "string") return undefined;
  try {
    const set = JSON.parse(jwks) as { keys?: unknown } | null;
    return Array.isArray(set?.keys) ? set.keys : undefined;
  } catch {
    return undefined;
  }
}
