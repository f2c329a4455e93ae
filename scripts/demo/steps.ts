// The steps of the walk, in the order of the post, with the answers that Istio's native filters give.
// The table is shared: the demo prints it, tests/envoy/shipped/walk.test.ts checks it.

import type { ListenerName } from "./policies.js";
import type { TokenName } from "./tokens.js";

export interface Step {
  title: string;
  listener: ListenerName;
  /** Sent as `Authorization: Bearer`: a token of the walk, any text, or nothing. */
  bearer?: TokenName | { text: string };
  method?: string;
  path?: string;
  /** Headers that the client sends besides. */
  headers?: Record<string, string>;
  /** A refusal has its exact body; a pass says whether the upstream sees the token's claims in X-Jwt-Payload. */
  expect: Refusal | Pass;
  why: string;
}

export interface Refusal {
  status: 401 | 403;
  body: string;
}

export interface Pass {
  status: 200;
  claims: boolean;
}

/** The steps under one heading. */
export interface Chapter {
  title: string;
  steps: readonly Step[];
}

const passes: Pass = { status: 200, claims: true };
const denied: Refusal = { status: 403, body: "RBAC: access denied" };
const unauthorized = (body: string): Refusal => ({ status: 401, body });

export const chapters: readonly Chapter[] = [
  {
    title: "RequestAuthentication: is the token good?",
    steps: [
      {
        title: "A valid token passes",
        listener: "no-policy",
        bearer: "TOKEN",
        expect: passes,
        why: "signed by the issuer's key, in time; the upstream gets its claims in X-Jwt-Payload",
      },
      {
        title: "Something that is no token",
        listener: "no-policy",
        bearer: { text: "bad" },
        expect: unauthorized(
          "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
        ),
        why: "a token that is there must be good, policy or not",
      },
      {
        title: "An expired token",
        listener: "no-policy",
        bearer: "EXPIRED",
        expect: unauthorized("Jwt is expired"),
        why: "the right key, but `exp` is an hour ago (60 s of clock skew are granted)",
      },
      {
        title: "A token signed with another issuer's key",
        listener: "no-policy",
        bearer: "FORGED",
        expect: unauthorized("Jwks doesn't have key to match kid or alg from Jwt"),
        why: "it claims the trusted `iss`, but no key of that issuer has its `kid`",
      },
      {
        title: "A token of an issuer nobody configured",
        listener: "no-policy",
        bearer: "STRANGER",
        expect: unauthorized("Jwt issuer is not configured"),
        why: "no jwtRule names its `iss`",
      },
      {
        title: "No token passes, without an identity",
        listener: "no-policy",
        expect: { status: 200, claims: false },
        why: "as Istio documents it: to require a token takes an AuthorizationPolicy",
      },
      {
        title: "Claims that a client makes up are removed",
        listener: "no-policy",
        headers: { "X-Jwt-Payload": "eyJzdWIiOiJyb290In0" },
        expect: { status: 200, claims: false },
        why: "outputPayloadToHeader is the filter's header: a client's copy never reaches the upstream",
      },
    ],
  },
  {
    title: "AuthorizationPolicy: who is the requester?",
    steps: [
      {
        title: "The principal that the policy names",
        listener: "principal",
        bearer: "TOKEN",
        expect: passes,
        why: "requestPrincipals is <iss>/<sub>: the issuer ends in a slash, so there are two",
      },
      {
        title: "Another subject",
        listener: "principal",
        bearer: "READER",
        expect: denied,
        why: "a good token, but of reporting@clients",
      },
      {
        title: "No token",
        listener: "principal",
        expect: denied,
        why: "no token, no principal: 403, not 401",
      },
      {
        title: "Any principal",
        listener: "any-principal",
        bearer: "READER",
        expect: passes,
        why: '"*" is any valid token, whosever it is',
      },
      {
        title: "Any principal, but no token",
        listener: "any-principal",
        expect: denied,
        why: "this is how a token is made mandatory",
      },
    ],
  },
  {
    title: "What is the requester trying to do?",
    steps: [
      {
        title: "GET /headers",
        listener: "operation",
        bearer: "TOKEN",
        expect: passes,
        why: "the method and the path are those of the rule",
      },
      {
        title: "Another method",
        listener: "operation",
        bearer: "TOKEN",
        method: "POST",
        expect: denied,
        why: "the path is right, the method is not: all fields of an operation must match",
      },
      {
        title: "Another method and path",
        listener: "operation",
        bearer: "TOKEN",
        method: "POST",
        path: "/post",
        expect: denied,
        why: "the post's own example",
      },
      {
        title: "Another path",
        listener: "operation",
        bearer: "TOKEN",
        path: "/anything",
        expect: denied,
        why: "an ALLOW policy denies whatever none of its rules matches",
      },
    ],
  },
  {
    title: "Conditions on claims",
    steps: [
      {
        title: "The audience",
        listener: "aud",
        bearer: "TOKEN",
        expect: passes,
        why: "`aud` is istio-jwt-test",
      },
      {
        title: "Another audience",
        listener: "aud",
        bearer: "OTHER_AUDIENCE",
        expect: denied,
        why: "the same client's token for another API",
      },
      {
        title: "One scope out of a space-delimited list",
        listener: "scope",
        bearer: "TOKEN",
        expect: passes,
        why: '`scope` is "read:database write:database": split on spaces, write:database is one of them',
      },
      {
        title: "A missing scope",
        listener: "scope",
        bearer: "READER",
        expect: denied,
        why: "`scope` is read:database only",
      },
      {
        title: "A namespaced custom claim",
        listener: "groups",
        bearer: "TOKEN",
        expect: passes,
        why: "the claim https://foo.com/groups is a list with superuser in it",
      },
      {
        title: "The same claim as one string",
        listener: "groups",
        bearer: "READER",
        expect: denied,
        why: '"admin superuser db-admin" is one value: Istio splits scope and permission only, unless told to',
      },
      {
        title: "One string, told to split it",
        listener: "groups-split",
        bearer: "READER",
        expect: passes,
        why: "spaceDelimitedClaims names the claim: superuser is one of three values",
      },
    ],
  },
  {
    title: "All of it at once: the policy of envoy/jwt-policy.yaml",
    steps: [
      {
        title: "Everything matches",
        listener: "httpbin",
        bearer: "TOKEN",
        expect: passes,
        why: "from, to and both conditions hold",
      },
      {
        title: "One condition does not",
        listener: "httpbin",
        bearer: "OTHER_AUDIENCE",
        expect: denied,
        why: "the right principal, method, path and scope, but `aud` is other-api",
      },
    ],
  },
];
