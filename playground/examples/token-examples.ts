// Examples about tokens: who is it, and who says so?

import { anyToken, authentication, authorization, documents, type Example } from "./example.js";

export const tokenExamples: readonly Example[] = [
  {
    name: "Who, what, and with which scope",
    lesson:
      "The policies of the post “Learning Istio | JWT Auth”: one client may read its headers, with the audience and the scope that the rule names. Change anything, and the answer says what lacks.",
    policies: documents(
      authentication("      outputPayloadToHeader: x-jwt-payload\n", true),
      authorization(
        "httpbin-reader",
        `  rules:
    - from:
        - source:
            requestPrincipals: ["https://idp.example.com//billing@clients"]
      to:
        - operation:
            methods: ["GET"]
            paths: ["/headers"]
      when:
        - key: request.auth.claims[aud]
          values: ["istio-jwt-test"]
        - key: request.auth.claims[scope]
          values: ["write:database"]
`,
        true,
      ),
    ),
    request: { url: "/headers" },
    claims: { sub: "billing@clients", aud: "istio-jwt-test", scope: "read:database write:database" },
    answer: "allowed",
    findings: [],
  },
  {
    name: "The principal with two slashes",
    lesson:
      "A principal is iss/sub. An issuer that ends in a slash makes two of them in a row, and with one the rule never matches: the finding under the editor has the fix.",
    policies: documents(
      authentication(),
      authorization(
        "only-alice",
        `  rules:
    - from:
        - source:
            requestPrincipals: ["https://idp.example.com/alice"]
`,
      ),
    ),
    request: { url: "/get" },
    claims: { sub: "alice" },
    answer: { status: 403, reason: "RBAC: access denied" },
    findings: ["JP202"],
  },
  {
    name: "A request without a token passes",
    lesson:
      "A RequestAuthentication refuses bad tokens. Who has none gets no identity, and goes on: it takes an AuthorizationPolicy to ask for one.",
    policies: authentication(),
    request: { url: "/headers" },
    answer: "allowed",
    findings: ["JP201"],
  },
  {
    name: "Any token, but a token",
    lesson:
      'requestPrincipals: ["*"] matches whoever has an identity. Choose “Claims” under Token, and the same request goes on.',
    policies: documents(authentication(), anyToken()),
    request: { url: "/headers" },
    answer: { status: 403, reason: "RBAC: access denied" },
    findings: [],
  },
  {
    name: "Scopes are a list",
    lesson:
      "The claim scope is split at its blanks, so a value is one scope. Two values in one string, as in this rule, are a scope that nobody has.",
    policies: documents(
      authentication(),
      authorization(
        "writers",
        `  rules:
    - to:
        - operation:
            methods: ["POST"]
      when:
        - key: request.auth.claims[scope]
          values: ["read:database write:database"]
`,
      ),
    ),
    request: { method: "POST", url: "/post" },
    claims: { sub: "billing@clients", scope: "read:database write:database" },
    answer: { status: 403, reason: "RBAC: access denied" },
    findings: ["JP207"],
  },
  {
    name: "A token for somebody else",
    lesson:
      "audiences of a JWT rule says whom a token must be for. A token that its own issuer made for another API is answered 403 before any policy is asked.",
    policies: documents(authentication("      audiences: [istio-jwt-test]\n"), anyToken()),
    request: { url: "/headers" },
    claims: { sub: "alice", aud: "other-api" },
    answer: { status: 403, reason: "Audiences in Jwt are not allowed" },
    findings: [],
  },
  {
    name: "A rotated key",
    lesson:
      "The issuer has a new key, and this token was signed with the old one: its kid is not in the key set. Tokens outlive a rotation only if the old key stays in the set until they have expired.",
    policies: documents(authentication(), anyToken()),
    request: { url: "/headers" },
    claims: { sub: "alice" },
    rotated: true,
    answer: { status: 401, reason: "Jwks doesn't have key to match kid or alg from Jwt" },
    findings: [],
  },
  {
    name: "A claim within a claim",
    lesson:
      "Each pair of brackets goes one object deeper: realm_access, then roles. The claim is a list, and one of its items is enough.",
    policies: documents(
      authentication(),
      authorization(
        "admins",
        `  rules:
    - when:
        - key: request.auth.claims[realm_access][roles]
          values: ["admin"]
`,
      ),
    ),
    request: { url: "/anything" },
    claims: { sub: "alice", realm_access: { roles: ["user", "admin"] } },
    answer: "allowed",
    findings: [],
  },
  {
    name: "A claim as a header",
    lesson:
      "outputClaimToHeaders gives the service what the token says, and takes away what the client has said itself: look at the headers on the way to the upstream.",
    policies: documents(
      authentication(`      outputClaimToHeaders:
        - header: x-user
          claim: sub
`),
      anyToken(),
    ),
    request: { url: "/headers", headers: "x-user: admin" },
    claims: { sub: "alice" },
    answer: "allowed",
    findings: [],
  },
];
