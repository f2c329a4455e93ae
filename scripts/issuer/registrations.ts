// What is registered at the demo's issuer: the clients, and the resources (APIs) they can ask tokens for.

export interface RegisteredClient {
  id: string;
  secret: string;
  /** All the scopes it may ask for, separated by spaces. */
  scope: string;
  /** The value of the namespaced claim `https://foo.com/groups` in its tokens. */
  groups: string | string[];
}

/** The claim that the post adds to its tokens with an Auth0 action. */
export const GROUPS_CLAIM = "https://foo.com/groups";

export const clients: readonly RegisteredClient[] = [
  {
    id: "billing",
    secret: "billing-secret",
    scope: "read:database write:database",
    groups: ["admin", "superuser", "db-admin"],
  },
  { id: "reporting", secret: "reporting-secret", scope: "read:database", groups: "admin superuser db-admin" },
];

export interface RegisteredResource {
  /** The value of the parameter `resource` (RFC 8707 §2). */
  indicator: string;
  /** The claim `aud`. */
  audience: string;
  /** Seconds by which `iat` and `exp` are moved back: how this issuer makes tokens that have expired. */
  backdated: number;
}

export const resources: readonly RegisteredResource[] = [
  { indicator: "urn:istio-jwt-test", audience: "istio-jwt-test", backdated: 0 },
  { indicator: "urn:other-api", audience: "other-api", backdated: 0 },
  // Two hours: past the token's hour of life and the minute of clock skew that Envoy grants.
  { indicator: "urn:istio-jwt-test:expired", audience: "istio-jwt-test", backdated: 7200 },
];

/** What an issuer knows of others. */
export interface Registrations {
  readonly clients: readonly RegisteredClient[];
  readonly resources: readonly RegisteredResource[];
  /** Every scope that a resource knows, separated by spaces. */
  readonly scopes: string;
}

/** Every scope that a resource knows. */
export const SCOPES = "read:database write:database";

/** Life of a token in seconds. */
export const TOKEN_LIFETIME = 3600;

export const demoRegistrations: Registrations = { clients, resources, scopes: SCOPES };
