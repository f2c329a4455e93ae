// Issuers whose provider configuration, as is known, names keys on another origin than its own: the filter follows that only where `clusters`
// names it.

import { stringAt, type Tree } from "../resources/tree.js";

interface KnownIssuer {
  readonly issuer: RegExp;
  readonly jwksUri: string;
}

const knownIssuers: readonly KnownIssuer[] = [
  { issuer: /^https:\/\/accounts\.google\.com\/?$/, jwksUri: "https://www.googleapis.com/oauth2/v3/certs" },
  // Firebase Authentication; behind the slash stands a project.
  {
    issuer: /^https:\/\/securetoken\.google\.com\/[^/]+\/?$/,
    jwksUri: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
  },
  // Tokens of version 1.0 of Microsoft Entra ID; behind the slash stands a tenant.
  {
    issuer: /^https:\/\/sts\.windows\.net\/[^/]+\/?$/,
    jwksUri: "https://login.microsoftonline.com/common/discovery/keys",
  },
];

/** The key set that such an issuer's provider configuration names; undefined for any other. */
export function keysElsewhere(issuer: string): string | undefined {
  return knownIssuers.find((known) => known.issuer.test(issuer))?.jwksUri;
}

/** The issuer from which a JWT rule's keys are discovered; undefined if it says where they are. */
export function discoveringIssuer(rule: Tree): string | undefined {
  const given = ["jwksUri", "jwks"].some((name) => (stringAt(rule, name) ?? "") !== "");
  return given ? undefined : stringAt(rule, "issuer");
}
