// Texts that issuers and tools give out and that are no JWT, by how they begin.

/** What such a text is, and what to do; undefined for any other. */
export function opaqueKind(text: string): readonly [what: string, remedy: string] | undefined {
  const [, what, remedy] = kinds.find(([pattern]) => pattern.test(text)) ?? [];
  return what === undefined || remedy === undefined ? undefined : [what, remedy];
}

const kinds: readonly (readonly [RegExp, what: string, remedy: string])[] = [
  [
    /^ya29\./,
    "an opaque token: an access token of Google, in which nothing can be read",
    "Google's access tokens are for Google's own APIs. Send an ID token: gcloud auth print-identity-token, or id_token of the token answer.",
  ],
  [
    /^(gh[opusr]_|github_pat_)/,
    "an opaque token: one of GitHub, in which nothing can be read",
    "GitHub's tokens are for GitHub's own API. A workflow gets a JWT from its OIDC provider (permissions: id-token: write).",
  ],
  [
    /^(glpat|gldt|glcbt)-/,
    "an opaque token: one of GitLab, in which nothing can be read",
    "GitLab's access tokens are for GitLab's own API. A job gets a JWT by id_tokens.",
  ],
  [
    /^v[1-4]\.(local|public)\./,
    "a PASETO token, which is no JWT",
    "Envoy, Istio and this filter take JWTs alone: have the issuer write JWTs.",
  ],
  [
    /^basic\s/i,
    "credentials of HTTP Basic, which are no token",
    "Send a token as Bearer; RequestAuthentication verifies nothing else.",
  ],
  [
    /-----BEGIN /,
    "PEM: a key or a certificate, and no token",
    "Give the token; jwt-policy token --key FILE signs one with a private key.",
  ],
  [
    /^\s*<(\?xml|\w*:?(Response|Assertion)\b)|^(PD94|PHNhbW|PEFzc2Vy|PFJlc3Bvbn)/,
    "a SAML assertion, which is no JWT",
    "Exchange it for a JWT at the issuer (RFC 7522, RFC 8693).",
  ],
  [
    /^\s*</,
    "a web page, and no token",
    "The issuer has answered with a page, perhaps of its login: look at the request for the token.",
  ],
];
