// Policies as data: a pluginConfig, and how its listeners are reached.
import { keySetPlaceholder, type KeySetName } from "./keys/key-sets.js";
import { defaultIssuer } from "./token.js";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** The pluginConfig of one policy; see docs/configuration.md. */
export interface PluginConfig {
  readonly requestAuthentications?: readonly JsonObject[];
  readonly authorizationPolicies?: readonly JsonObject[];
  readonly trustDomain?: string;
  readonly trustDomainAliases?: readonly string[];
  readonly clusters?: JsonObject;
  readonly directRemoteAddress?: string;
  readonly peerUriSans?: string;
  readonly peerDnsSans?: string;
  readonly peerCertificate?: string;
  readonly crypto?: string;
}

export interface Policy {
  /** Unique among all tables, e.g. `locations/two-headers`. */
  readonly name: string;
  readonly config: PluginConfig;
  /** What the referee gets instead, where Istio has to be asked with other words (OIDC discovery by istiod). */
  readonly forReferee?: PluginConfig;
  /** TLS on the listeners, client certificates verified but not required. */
  readonly tls?: boolean;
  /** HTTP filters ahead of those that decide, on both sides. */
  readonly ahead?: readonly Json[];
}

/** The namespace of policies in the tables. */
export const namespace = "foo";

/** One RequestAuthentication with these rules. A rule without issuer gets the default one; without keys, the main set. */
export function requestAuthentication(
  ...rules: readonly JsonObject[]
): Pick<PluginConfig, "requestAuthentications"> {
  return { requestAuthentications: [{ name: "jwt", namespace, jwtRules: rules.map(jwtRule) }] };
}

/** A JWT rule with defaults for issuer and keys. */
export function jwtRule(rule: JsonObject): JsonObject {
  const keys = "jwks" in rule || "jwksUri" in rule ? {} : { jwks: keySetPlaceholder("main") };
  return { issuer: defaultIssuer, ...keys, ...rule };
}

/** A JWT rule whose keys are the set of that name. */
export function keys(set: KeySetName): { jwks: string } {
  return { jwks: keySetPlaceholder(set) };
}

/** AuthorizationPolicies, named p0, p1, … unless they have names. */
export function authorization(
  ...policies: readonly JsonObject[]
): Pick<PluginConfig, "authorizationPolicies"> {
  return { authorizationPolicies: policies.map((policy, i) => ({ name: `p${i}`, namespace, ...policy })) };
}

/** All JWT rules of a policy. */
export function jwtRulesOf(policy: Policy): JsonObject[] {
  return (policy.config.requestAuthentications ?? []).flatMap(
    (one) => (one["jwtRules"] ?? []) as readonly JsonObject[],
  );
}

/** Names of the headers that a policy writes, in lower case. */
export function outputHeadersOf(policy: Policy): string[] {
  const names = jwtRulesOf(policy).flatMap((rule) => [
    rule["outputPayloadToHeader"],
    ...((rule["outputClaimToHeaders"] ?? []) as readonly JsonObject[]).map(({ header }) => header),
  ]);
  return names.filter((name) => typeof name === "string").map((name) => name.toLowerCase());
}
