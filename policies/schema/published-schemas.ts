// Written by `npm run docs` from the files in schema/.

import type { JsonSchema } from "./violations.js";

/** The schema of the plugin configuration: schema/jwt-policy.schema.json. */
export const pluginConfigSchema: JsonSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "urn:envoy-jwt-policy:schema:plugin-configuration",
  title: "Plugin configuration of envoy-jwt-policy",
  description:
    "What the filter is given: Istio's `pluginConfig`, raw Envoy's `configuration`. It is read as a whole and refused as a whole.",
  type: "object",
  properties: {
    requestAuthentications: {
      description: "Each: `name`, `namespace` and the spec of an Istio RequestAuthentication.",
      type: "array",
      items: { $ref: "#/definitions/requestAuthentication" },
    },
    authorizationPolicies: {
      description:
        "Each: `name`, `namespace`, `dryRun` and the spec of an Istio AuthorizationPolicy. Without any, nothing is denied but requests with a bad token.",
      type: "array",
      items: { $ref: "#/definitions/authorizationPolicy" },
    },
    extensions: {
      description:
        "What Istio's two objects have no words for ([its own page](extensions.md)). Absent: nothing of it.",
      $ref: "#/definitions/extensions",
    },
    clusters: {
      description:
        "Origin of a `jwksUri` → the Envoy cluster through which keys are fetched. Origins that are not named here go to `outbound|<port>||<host>`, the cluster of Istio's sidecars; a `jwks_uri` that discovery has found on another origin than its issuer's is followed only if that is named here.",
      type: "object",
      propertyNames: {
        pattern:
          "^https?://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._~-]+)(?::[0-9]{1,5})?/?(?:#[^\\u0000-\\u0020\\u007f]*)?$",
        maxLength: 2048,
        patternErrorMessage: "must be an origin like https://idp.example.com, without a path",
      },
      additionalProperties: {
        description: "Name of an Envoy cluster.",
        type: "string",
        minLength: 1,
      },
      default: {},
      examples: [{ "https://idp.example.com": "idp" }],
    },
    trustDomain: {
      description: "The mesh's trust domain, for `principals`.",
      type: "string",
      default: "cluster.local",
    },
    trustDomainAliases: {
      description: "Further names of the trust domain.",
      type: "array",
      items: { type: "string" },
      examples: [["old-td"]],
    },
    jwksCache: {
      description: "How long keys that have been fetched are used.",
      type: "object",
      properties: {
        duration: {
          description:
            "How long a key set is fresh. An answer's `Cache-Control` can shorten it, not below `refetchCooldown`.",
          type: "string",
          pattern: "^[0-9]{1,9}(?:\\.[0-9]+)?s$",
          patternErrorMessage: 'must be a duration in seconds, like "300s"',
          "x-minimum": "1s",
          "x-maximum": "86400s",
          default: "300s",
        },
        refetchCooldown: {
          description: "The least time between two fetches that tokens with unknown keys cause.",
          type: "string",
          pattern: "^[0-9]{1,9}(?:\\.[0-9]+)?s$",
          patternErrorMessage: 'must be a duration in seconds, like "30s"',
          "x-minimum": "1s",
          "x-maximum": "86400s",
          default: "30s",
        },
        maxStale: {
          description: "How long behind `duration` a key set may serve while the issuer does not answer.",
          type: "string",
          pattern: "^[0-9]{1,9}(?:\\.[0-9]+)?s$",
          patternErrorMessage: 'must be a duration in seconds, like "3600s"',
          "x-minimum": "0s",
          "x-maximum": "604800s",
          default: "3600s",
        },
      },
      additionalProperties: false,
    },
    tokenCache: {
      description: "Tokens that have been verified are remembered, per worker.",
      type: "object",
      properties: {
        maxEntries: {
          description: "How many tokens; `0` turns it off.",
          type: "integer",
          minimum: 0,
          maximum: 1000000,
          default: 1000,
        },
      },
      additionalProperties: false,
    },
    crypto: {
      description:
        "`auto`: Envoy's `verify_signature` for RS256/384/512 and ES256/384 where it works, the wasm engine for all else. `wasm`: never call it.",
      type: "string",
      enum: ["auto", "wasm"],
      default: "auto",
    },
    accessLog: {
      description:
        "Whether principal, deciding policy and reason are left in filter state, for access logs that print `%FILTER_STATE(wasm.jwt_policy.principal:PLAIN)%` and its like.",
      type: "boolean",
      default: false,
    },
    directRemoteAddress: {
      description:
        "Filter-state key with the TCP peer's address, for `ipBlocks` and `source.ip`: a `set_filter_state` filter ahead fills it with `%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%`.",
      type: "string",
      examples: ["jwt_policy.direct_remote"],
    },
    peerUriSans: {
      description:
        "Filter-state key with all URI SANs of the client's certificate, for `principals`, `namespaces`, `serviceAccounts` and `trustDomains`: a `set_filter_state` filter ahead fills it with `%DOWNSTREAM_PEER_URI_SAN%`.",
      type: "string",
      examples: ["jwt_policy.peer_uri_sans"],
    },
    peerDnsSans: {
      description: "As `peerUriSans`, for DNS SANs: `%DOWNSTREAM_PEER_DNS_SAN%`.",
      type: "string",
      examples: ["jwt_policy.peer_dns_sans"],
    },
    peerCertificate: {
      description:
        "Filter-state key with the client's certificate, `%DOWNSTREAM_PEER_CERT%`: looked at where the SANs' texts can be read in several ways, three of a kind or a comma within one.",
      type: "string",
      examples: ["jwt_policy.peer_certificate"],
    },
  },
  additionalProperties: false,
  examples: [
    {
      requestAuthentications: [
        {
          name: "httpbin-jwt",
          namespace: "foo",
          jwtRules: [
            {
              issuer: "https://idp.example.com/",
              jwksUri: "https://idp.example.com/.well-known/jwks.json",
              outputPayloadToHeader: "x-jwt-payload",
              forwardOriginalToken: true,
            },
          ],
        },
      ],
      authorizationPolicies: [
        {
          name: "httpbin-policy",
          namespace: "foo",
          action: "ALLOW",
          rules: [
            {
              from: [{ source: { requestPrincipals: ["https://idp.example.com//*"] } }],
              to: [{ operation: { methods: ["GET"], paths: ["/headers"] } }],
              when: [{ key: "request.auth.claims[scope]", values: ["read:headers"] }],
            },
          ],
        },
      ],
      clusters: { "https://idp.example.com": "idp" },
    },
  ],
  definitions: {
    tokenProfile: {
      title: "A token profile",
      type: "object",
      properties: {
        issuers: {
          description: "Issuers of the JWT rules that it is for. Absent: all rules.",
          type: "array",
          items: { type: "string", minLength: 1 },
          minItems: 1,
          maxItems: 64,
        },
        typ: {
          description:
            "The header's `typ`, as a media type: in any case of letters, `application/` may be left out (RFC 7515 §4.1.9). `at+jwt`: access tokens of RFC 9068, no ID tokens.",
          type: "string",
          minLength: 1,
          examples: ["at+jwt"],
        },
        requiredClaims: {
          description: "Claims that must be there, and not null.",
          type: "array",
          items: { type: "string", minLength: 1 },
          minItems: 1,
          maxItems: 64,
        },
        maxAge: {
          description: "Greatest age by `iat`, which must then be there and not be in the future.",
          type: "string",
          pattern: "^[0-9]{1,9}(?:\\.[0-9]+)?s$",
          patternErrorMessage: 'must be a duration in seconds, like "300s"',
          "x-minimum": "1s",
          "x-maximum": "316224000s",
        },
        maxLifetime: {
          description: "Greatest time until `exp`, which must then be there. As Envoy's `max_lifetime`.",
          type: "string",
          pattern: "^[0-9]{1,9}(?:\\.[0-9]+)?s$",
          patternErrorMessage: 'must be a duration in seconds, like "300s"',
          "x-minimum": "1s",
          "x-maximum": "316224000s",
        },
        clockSkew: {
          description: "How far clocks may differ, for `exp`, `nbf` and `iat`.",
          type: "string",
          pattern: "^[0-9]{1,9}(?:\\.[0-9]+)?s$",
          patternErrorMessage: 'must be a duration in seconds, like "300s"',
          "x-minimum": "0s",
          "x-maximum": "600s",
          default: "60s",
        },
        scopeClaim: {
          description:
            "The claim that says the scopes, a string of words or a list, such as `scp`: rules on the claim `scope` see its values in the place of those of `scope`, which then counts for nothing. Headers are written from claims by their own names.",
          type: "string",
          minLength: 1,
          default: "scope",
          examples: ["scp"],
        },
        certificateBinding: {
          description:
            "Whether `cnf.x5t#S256` must be the SHA-256 of the certificate that the client shows (RFC 8705 §3). `IF_PRESENT`: of tokens with a `cnf`. `REQUIRED`: of all.",
          type: "string",
          enum: ["IF_PRESENT", "REQUIRED"],
        },
        algorithms: {
          description: "Algorithms that tokens may be signed with. Absent: all that the filter knows.",
          type: "array",
          items: {
            type: "string",
            enum: [
              "RS256",
              "RS384",
              "RS512",
              "PS256",
              "PS384",
              "PS512",
              "ES256",
              "ES384",
              "ES512",
              "HS256",
              "HS384",
              "HS512",
              "EdDSA",
              "Ed25519",
            ],
          },
          minItems: 1,
          maxItems: 64,
        },
        trustDomain: {
          description:
            "Its tokens are JWT-SVIDs of this SPIFFE trust domain: `sub` is a SPIFFE ID in it, `exp` is there, `alg` is one of RS, PS and ES, and `typ`, if there is one, `JWT` or `JOSE`. The JWT rule must have `audiences`.",
          type: "string",
          pattern: "^[a-z0-9._-]+$",
          patternErrorMessage: "must be the name of a trust domain, like example.org",
          examples: ["example.org"],
        },
      },
      additionalProperties: false,
      minProperties: 1,
    },
    issuerKeySources: {
      title: "Further key sets of an issuer",
      type: "object",
      properties: {
        issuer: {
          description: "The issuer as its JWT rule has it.",
          type: "string",
          minLength: 1,
          examples: ["https://idp.example.com/"],
        },
        jwksUris: {
          description:
            "Where the key sets are, each as `jwksUri` of a JWT rule: none of them twice, and none that the rule has. Each has fetches, refreshes and outages of its own.",
          type: "array",
          items: {
            type: "string",
            minLength: 1,
            maxLength: 2048,
            pattern:
              "^(?:https?://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._~-]+)(?::[0-9]{1,5})?(?:[/?#][^\\u0000-\\u0020\\u007f]*)?)?$",
            patternErrorMessage: "must be an absolute http or https URI of at most 2048 characters",
          },
          minItems: 1,
          maxItems: 4,
        },
      },
      required: ["issuer", "jwksUris"],
      additionalProperties: false,
    },
    issuerTenants: {
      title: "The tenants of an issuer",
      type: "object",
      properties: {
        issuer: {
          description:
            "The issuer as its JWT rule has it: a URL with `{tenantid}` as one segment of its path, where a token has letters, digits, `-`, `_` and `.`. The rule must have `jwksUri` or `jwks`.",
          type: "string",
          pattern: "^https?://[^/{}]+/(?:[^{}]*/)?\\{tenantid\\}(?:/[^{}]*)?$",
          patternErrorMessage: "must be a URL with {tenantid} as one segment of its path",
          examples: ["https://login.microsoftonline.com/{tenantid}/v2.0"],
        },
        allowed: {
          description: "The tenants whose tokens are taken, compared to the letter.",
          type: "array",
          items: { type: "string", pattern: "^[A-Za-z0-9._-]+$" },
          minItems: 1,
          maxItems: 4096,
        },
        anyTenant: {
          description:
            "`true` in the place of `allowed`: every tenant's tokens are taken, and the policies say who may do what.",
          type: "boolean",
          default: false,
        },
        claim: {
          description: "The claim that must say the same tenant as the issuer.",
          type: "string",
          minLength: 1,
          default: "tid",
        },
      },
      required: ["issuer"],
      additionalProperties: false,
    },
    exemptOperation: {
      title: "Requests by path, method and host",
      type: "object",
      properties: {
        paths: {
          description: "As `paths` of an operation.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        notPaths: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        methods: {
          description: "As `methods` of an operation.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        notMethods: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        hosts: {
          description: "As `hosts` of an operation.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        notHosts: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
      },
      additionalProperties: false,
      minProperties: 1,
    },
    foreignToken: {
      title: "Foreign tokens, and where they may come",
      type: "object",
      properties: {
        kinds: {
          description:
            "`UNKNOWN_ISSUER`: a JWT whose issuer no rule has. `NOT_JWT`: what has not three parts, or no JSON in the first.",
          type: "array",
          items: { type: "string", enum: ["UNKNOWN_ISSUER", "NOT_JWT"] },
          minItems: 1,
        },
        paths: {
          description: "As `paths` of an operation.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        notPaths: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        methods: {
          description: "As `methods` of an operation.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        notMethods: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        hosts: {
          description: "As `hosts` of an operation.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        notHosts: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
      },
      required: ["kinds"],
      additionalProperties: false,
    },
    extensions: {
      title: "Beyond Istio's objects",
      type: "object",
      properties: {
        protectedResources: {
          description:
            "Resources as OAuth knows them: their metadata (RFC 9728), the challenges of refusals (RFC 6750), tokens meant for them alone (RFC 8707). A request is for the one with the longest path that takes it; for none of them, everything is as it is without.",
          type: "array",
          items: { $ref: "#/definitions/protectedResource" },
          maxItems: 64,
        },
        answers: {
          description:
            "Answers of your own in the place of the filter's; the first that is for the outcome and the client counts. gRPC clients always get the filter's own, which Envoy turns into `grpc-status` and `grpc-message`.",
          type: "array",
          items: { $ref: "#/definitions/answer" },
          maxItems: 32,
        },
        tokenProfiles: {
          description:
            "What tokens must be besides signed, in time and for the audience. A JWT rule has one profile at most.",
          type: "array",
          items: { $ref: "#/definitions/tokenProfile" },
          maxItems: 64,
          examples: [[{ typ: "at+jwt", requiredClaims: ["exp", "client_id"], maxAge: "3600s" }]],
        },
        keySources: {
          description:
            "Further key sets of issuers, beside the one that their JWT rules have: a token is good if a key of any of them has signed it.",
          type: "array",
          items: {
            $ref: "#/definitions/issuerKeySources",
          },
          maxItems: 64,
          examples: [
            [
              {
                issuer: "https://idp.example.com/",
                jwksUris: ["https://old-idp.example.com/jwks.json"],
              },
            ],
          ],
        },
        tenants: {
          description:
            "Issuers that have a place for the tenant, and whose tokens are taken. Without an entry such an issuer is compared as it stands, and no token has it.",
          type: "array",
          items: { $ref: "#/definitions/issuerTenants" },
          maxItems: 64,
          examples: [
            [
              {
                issuer: "https://login.microsoftonline.com/{tenantid}/v2.0",
                allowed: ["72f988bf-86f1-41af-91ab-2d7cd011db47"],
              },
            ],
          ],
        },
        claimPolicies: {
          description:
            "Policies on claims with their types: numbers, booleans, every value of a list, names with dots. They stand in the same tables as Istio's.",
          type: "array",
          items: { $ref: "#/definitions/claimPolicy" },
          minItems: 1,
          maxItems: 64,
        },
        ignoreTokens: {
          description:
            "Requests on which no token is looked at: none makes an identity, none is refused, all are passed on, also where a rule says `presence: REQUIRED`. Policies judge such a request as one without a token. Never a path that can be read in two ways.",
          type: "array",
          items: { $ref: "#/definitions/exemptOperation" },
          minItems: 1,
          maxItems: 64,
          examples: [[{ paths: ["/metrics", "/healthz"], methods: ["GET"] }]],
        },
        claimHeaders: {
          description:
            "Claims in headers for the upstream, beside those of `outputClaimToHeaders`: lists, names with dots, numbers as they are written. Clients' copies are removed first, as of all output headers.",
          type: "array",
          items: { $ref: "#/definitions/claimHeader" },
          minItems: 1,
          maxItems: 64,
          examples: [[{ claim: ["https://idp.example.com/roles"], header: "x-roles" }]],
        },
        foreignTokens: {
          description:
            "Tokens for which a request is not refused: it goes on without identity, with the token in it. Where a rule says `presence: REQUIRED`, it is refused all the same.",
          type: "array",
          items: { $ref: "#/definitions/foreignToken" },
          minItems: 1,
          maxItems: 64,
          examples: [[{ kinds: ["UNKNOWN_ISSUER"] }]],
        },
      },
      additionalProperties: false,
    },
    answer: {
      title: "An answer of your own",
      type: "object",
      properties: {
        outcomes: {
          description:
            "[Outcomes](outcomes.md) that it is for, by text with `_` for blanks, or by their code: `401`, `403`, `500`. Absent: all. Where one names 401 or number 78, a denial that a token could change is 401 `RBAC: identity needed` on every path.",
          type: "array",
          items: { type: "string" },
        },
        browsers: {
          description: "Only for a GET whose `Accept` names `text/html`: somebody on the way to a page.",
          type: "boolean",
          default: false,
        },
        status: {
          description: "Absent: the outcome's own. With 3xx there is no challenge.",
          type: "integer",
          minimum: 200,
          maximum: 599,
        },
        headers: {
          description:
            "Header fields by name, at most 16: visible ASCII and blanks, and `${…}` as in `body`. Never `www-authenticate`, nor what HTTP and gRPC frame answers with.",
          type: "object",
          additionalProperties: { type: "string", maxLength: 16384, pattern: "^[ -~]+$" },
          propertyNames: {
            pattern:
              "^(?!(?:connection|content-length|grpc-message|grpc-status|transfer-encoding|www-authenticate)$)[a-z0-9-]{1,127}$",
          },
          maxProperties: 16,
        },
        problem: {
          description: "Problem details (RFC 9457): `application/problem+json` with `status` and `detail`.",
          type: "boolean",
          default: false,
        },
        body: {
          description:
            "A text in which `${reason}` is the outcome's text, `${status}` the status, `${path}` the path, and `${url}` path and query without tokens. The last two are escaped so that they stay in a header field, JSON, markup and a parameter. Absent: the outcome's text.",
          type: "string",
          maxLength: 16384,
        },
      },
      additionalProperties: false,
    },
    claimPolicy: {
      title: "A policy on claims with their types",
      type: "object",
      properties: {
        name: {
          description: "Its name, which logs and statistics have behind `extensions/`.",
          type: "string",
          minLength: 1,
        },
        dryRun: {
          description: "The policy counts and logs, and decides nothing.",
          type: "boolean",
          default: false,
        },
        action: {
          description:
            "As in an AuthorizationPolicy, together with all of them: DENY comes before ALLOW; with an ALLOW policy, what no rule allows is denied.",
          type: "string",
          enum: ["ALLOW", "DENY", "AUDIT"],
          default: "ALLOW",
        },
        rules: {
          description: "The policy matches when one of them does.",
          type: "array",
          items: { $ref: "#/definitions/claimRule" },
          minItems: 1,
          maxItems: 512,
        },
      },
      required: ["name", "rules"],
      additionalProperties: false,
    },
    claimRule: {
      title: "A rule on claims with their types",
      type: "object",
      properties: {
        to: {
          description: "As in a rule of Istio's.",
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            properties: { operation: { $ref: "#/definitions/operation" } },
            required: ["operation"],
            additionalProperties: false,
          },
        },
        when: {
          description: "As in a rule of Istio's.",
          type: "array",
          items: { $ref: "#/definitions/condition" },
        },
        claims: {
          description: "Conditions on claims, all of which must hold.",
          type: "array",
          items: { $ref: "#/definitions/claimCondition" },
          minItems: 1,
          maxItems: 64,
        },
      },
      required: ["claims"],
      additionalProperties: false,
    },
    claimHeader: {
      title: "A claim in a header",
      type: "object",
      properties: {
        issuers: {
          description: "Issuers of the JWT rules that write it. Absent: all rules.",
          type: "array",
          items: { type: "string", minLength: 1 },
          minItems: 1,
          maxItems: 64,
        },
        claim: {
          description:
            "Names, from the outermost: a dot or a slash in one is no level. A list of objects on the way is passed through.",
          type: "array",
          items: { type: "string", minLength: 1 },
          minItems: 1,
          maxItems: 64,
        },
        header: {
          description: "The header, which the rule does not write yet and no rule reads tokens from.",
          type: "string",
          pattern: "^[-_A-Za-z0-9]+$",
          patternErrorMessage: "must be a header name of letters, digits, - and _",
          not: { $ref: "#/definitions/messageField" },
        },
        list: {
          description: "A list is one field with commas between its values, or a field for each value.",
          type: "string",
          enum: ["JOINED", "REPEATED"],
          default: "JOINED",
        },
      },
      required: ["claim", "header"],
      additionalProperties: false,
    },
    comparedNumber: {
      type: "number",
      minimum: -9007199254740991,
      maximum: 9007199254740991,
    },
    claimCondition: {
      title: "A condition on a claim",
      type: "object",
      properties: {
        claim: {
          description:
            "Names, from the outermost: a dot or a slash in one is no level. A list of objects on the way is passed through: any of them counts.",
          type: "array",
          items: { type: "string", minLength: 1 },
          minItems: 1,
          maxItems: 64,
        },
        equals: {
          description:
            "One of these: strings to the letter, numbers, booleans. The number 5 is not the string `5`.",
          type: "array",
          items: {
            type: ["string", "number", "boolean"],
            minimum: -9007199254740991,
            maximum: 9007199254740991,
          },
          minItems: 1,
          maxItems: 64,
        },
        lessThan: {
          description: "A number less than this. What is no number never is.",
          $ref: "#/definitions/comparedNumber",
        },
        atMost: {
          description: "A number not greater than this.",
          $ref: "#/definitions/comparedNumber",
        },
        moreThan: { description: "A number greater than this.", $ref: "#/definitions/comparedNumber" },
        atLeast: { description: "A number not less than this.", $ref: "#/definitions/comparedNumber" },
        present: {
          description: "Whether it is there and not null; an empty list is there.",
          type: "boolean",
        },
        equalsHeader: {
          description:
            "What the request has in this header: a string to the letter, a whole number by its digits. A header that is there twice, empty or a list with commas equals nothing.",
          type: "string",
          pattern: "^[-_A-Za-z0-9]+$",
          errorMessage: "must be a header name of letters, digits, - and _",
        },
        equalsSegment: {
          description:
            "The same of a segment of the path, by its number: 2 is `42` in `/tenants/42/orders`. A path that can be read in two ways equals nothing.",
          type: "integer",
          minimum: 1,
          maximum: 64,
        },
        equalsPath: {
          description:
            "The same of the segment `{claim}` of a path template, which all of the path must match: `{*}` is one segment, `{**}` the rest.",
          type: "string",
          pattern: "^/(.*/)?\\{claim\\}(/|$)",
          errorMessage: "must be a path template with {claim} as one segment",
        },
        every: {
          description:
            "Of a list, every value must be such, and there must be one; else any value counts. Behind a list of objects it never holds.",
          type: "boolean",
          default: false,
        },
        not: {
          description: "Holds where the rest does not: also where the claim is not there or of another type.",
          type: "boolean",
          default: false,
        },
      },
      required: ["claim"],
      additionalProperties: false,
      allOf: [
        {
          oneOf: [
            { required: ["equals"] },
            { required: ["lessThan"] },
            { required: ["atMost"] },
            { required: ["moreThan"] },
            { required: ["atLeast"] },
            { required: ["present"] },
            { required: ["equalsHeader"] },
            { required: ["equalsSegment"] },
            { required: ["equalsPath"] },
          ],
          errorMessage:
            "must have one of lessThan, atMost, moreThan, atLeast, equals, present, equalsHeader, equalsSegment and equalsPath",
        },
        {
          not: {
            required: ["every"],
            properties: { every: { const: true } },
            anyOf: [{ required: ["present"] }, { required: ["not"], properties: { not: { const: true } } }],
          },
          errorMessage: "every excludes present and not",
        },
      ],
    },
    protectedResource: {
      title: "A protected resource",
      type: "object",
      properties: {
        resource: {
          description:
            "The URL that clients know it by, with no slash at its end: requests for its path and all below it are for it. The filter answers GET, HEAD and OPTIONS at `/.well-known/oauth-protected-resource` followed by that path.",
          type: "string",
          maxLength: 512,
          pattern: '^https?://(?!/)(?:(?![?#@"\\\\])[!-~])*(?![/?#@"\\\\])[!-~]$',
        },
        hosts: {
          description:
            "Hosts, without port, on which it is. Absent: any host that a client names. With hosts, let Envoy route no other host to it: requests for others are not held to it.",
          type: "array",
          items: {
            type: "string",
            maxLength: 512,
            pattern: '^(?:(?![:"\\\\])[!-~])+$|^(?:(?!["\\\\])[!-~])*\\]$',
          },
          maxItems: 64,
        },
        authorizationServers: {
          description:
            "Where clients get tokens, by issuer. Absent: the issuers of the JWT rules that are URLs.",
          type: "array",
          items: {
            type: "string",
            maxLength: 512,
            pattern: '^https?://(?!/)(?:(?![?#@"\\\\])[!-~])+$',
          },
          maxItems: 64,
        },
        audiences: {
          description:
            "Audiences of which a token must have one, compared as those of a JWT rule. Absent: the resource's URL, as a client that asks with RFC 8707's `resource` gets it.",
          type: "array",
          items: { $ref: "#/definitions/scopeToken" },
          maxItems: 64,
        },
        scopes: {
          description:
            "Scopes that a client may be told: in the metadata, and those that it lacks. A policy's other scopes are never told.",
          type: "array",
          items: { $ref: "#/definitions/scopeToken" },
          maxItems: 64,
        },
        firstScopes: {
          description:
            "Those of `scopes` that a client without token is told to ask for first. Absent: it is told none, and clients ask for all.",
          type: "array",
          items: { $ref: "#/definitions/scopeToken" },
          maxItems: 64,
        },
      },
      required: ["resource"],
      additionalProperties: false,
    },
    scopeToken: { type: "string", maxLength: 512, pattern: "^[!#-\\[\\]-~]+$" },
    requestAuthentication: {
      title: "A RequestAuthentication",
      type: "object",
      properties: {
        name: { description: "Name of the RequestAuthentication.", type: "string" },
        namespace: { description: "Its namespace.", type: "string" },
        jwtRules: {
          description:
            'Issuers whose tokens are taken. A request without a token goes on without identity, as in Istio: an AuthorizationPolicy with `requestPrincipals: ["*"]` demands one.',
          type: "array",
          items: { $ref: "#/definitions/jwtRule" },
        },
        selector: { $ref: "#/definitions/attachment" },
        targetRef: { $ref: "#/definitions/attachment" },
        targetRefs: { $ref: "#/definitions/attachment" },
      },
      additionalProperties: false,
    },
    attachment: {
      description:
        "Not for the plugin: it applies to the workload that loads it. `jwt-policy render` resolves attachment.",
      not: {},
      doNotSuggest: true,
      errorMessage:
        "the plugin applies to the workload that loads it; `jwt-policy render` resolves attachment",
    },
    jwtRule: {
      title: "A JWT rule",
      type: "object",
      properties: {
        issuer: {
          description:
            "The token's `iss`, exactly; may be absent only with `jwksUri`, and then any is taken.",
          type: "string",
          examples: ["https://idp.example.com/"],
        },
        audiences: {
          description:
            "One of them must be in `aud`; compared without `http(s)://` and one trailing slash. Without any, every audience is taken.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["bookstore.apps.example.com"]],
        },
        jwksUri: {
          description:
            "Where the key set is. Without it and `jwks`: what `<issuer>/.well-known/openid-configuration` names, whose `issuer` must be this one to the letter. The host is a name of letters, digits, `-`, `.`, `_` and `~`, or an IPv6 address in brackets.",
          type: "string",
          maxLength: 2048,
          pattern:
            "^(?:https?://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._~-]+)(?::[0-9]{1,5})?(?:[/?#][^\\u0000-\\u0020\\u007f]*)?)?$",
          patternErrorMessage: "must be an absolute http or https URI of at most 2048 characters",
          examples: ["https://idp.example.com/.well-known/jwks.json"],
        },
        jwks: {
          description:
            "The key set itself, as JSON text (RFC 7517), or `{kid: certificate}` (PEM, RSA keys). Not together with `jwksUri`.",
          type: "string",
          examples: ['{"keys":[{"kty":"RSA","kid":"1","n":"...","e":"AQAB"}]}'],
        },
        timeout: {
          description: "Of one call for keys.",
          type: "string",
          pattern: "^[0-9]{1,9}(?:\\.[0-9]+)?s$",
          patternErrorMessage: 'must be a duration in seconds, like "5s"',
          "x-minimum": "0.001s",
          "x-maximum": "600s",
          default: "5s",
        },
        fromHeaders: {
          description:
            "Headers that may carry the token. Giving `fromHeaders`, `fromParams` or `fromCookies` takes the defaults away: the header `Authorization: Bearer` and the query parameter `access_token`.",
          type: "array",
          items: {
            type: "object",
            properties: {
              name: { description: "Name of the header.", type: "string", minLength: 1 },
              prefix: {
                description: "What stands before the token, with the space if there is one.",
                type: "string",
                examples: ["Bearer "],
              },
            },
            required: ["name"],
            additionalProperties: false,
          },
          default: [{ name: "Authorization", prefix: "Bearer " }],
        },
        fromParams: {
          description: "Query parameters that may carry the token.",
          type: "array",
          items: { type: "string", minLength: 1 },
          default: ["access_token"],
        },
        fromCookies: {
          description: "Cookies that may carry the token.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["session"]],
        },
        outputPayloadToHeader: {
          description:
            "Header that gets the payload of a verified token, base64url. A client's own is removed.",
          type: "string",
          pattern: "^[-_A-Za-z0-9]*$",
          patternErrorMessage: "must be a header name of letters, digits, - and _",
          not: { $ref: "#/definitions/messageField" },
          examples: ["x-jwt-payload"],
        },
        outputClaimToHeaders: {
          description:
            "Claims that are copied to headers: numbers and booleans as text, lists and objects as base64 of JSON. A client's own headers of these names are removed.",
          type: "array",
          items: {
            type: "object",
            properties: {
              header: {
                description: "Name of the header.",
                type: "string",
                pattern: "^[-_A-Za-z0-9]+$",
                patternErrorMessage: "must be a header name of letters, digits, - and _",
                not: { $ref: "#/definitions/messageField" },
                examples: ["x-jwt-sub"],
              },
              claim: {
                description: "Name of the claim; `a.b` is claim b within object a.",
                type: "string",
                minLength: 1,
                examples: ["sub", "realm_access.roles"],
              },
            },
            required: ["header", "claim"],
            additionalProperties: false,
          },
          examples: [[{ header: "x-jwt-sub", claim: "sub" }]],
        },
        forwardOriginalToken: {
          description: "Whether the upstream gets the token.",
          type: "boolean",
          default: false,
        },
        spaceDelimitedClaims: {
          description:
            "Claims whose text is a list, split at spaces, for conditions. `scope` and `permission` are always among them.",
          type: "array",
          items: { type: "string", minLength: 1 },
          default: ["scope", "permission"],
        },
        presence: {
          description:
            "`REQUIRED`: a request without a token that this rule takes is 401, whatever tokens it has for other rules; every other rule must be satisfied too, or find no token.",
          enum: ["OPTIONAL", "REQUIRED"],
          default: "OPTIONAL",
        },
      },
      additionalProperties: false,
      allOf: [
        {
          $comment: "An empty text counts as absent, as in protobuf's JSON.",
          anyOf: [
            { required: ["issuer"], properties: { issuer: { minLength: 1 } } },
            { required: ["jwksUri"], properties: { jwksUri: { minLength: 1 } } },
          ],
          errorMessage: "issuer or jwksUri must be given",
        },
        {
          not: {
            required: ["jwks", "jwksUri"],
            properties: {
              jwks: { type: "string", minLength: 1 },
              jwksUri: { type: "string", minLength: 1 },
            },
          },
          errorMessage: "jwks and jwksUri exclude each other; keep one",
        },
        {
          if: {
            not: {
              anyOf: [
                {
                  required: ["jwks"],
                  properties: { jwks: { not: { type: "string", maxLength: 0 } } },
                },
                {
                  required: ["jwksUri"],
                  properties: { jwksUri: { not: { type: "string", maxLength: 0 } } },
                },
              ],
            },
          },
          then: {
            properties: {
              issuer: {
                pattern:
                  "^(?:https?://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._~-]+)(?::[0-9]{1,5})?(?:/[^?#\\u0000-\\u0020\\u007f]*)?)?$",
                patternErrorMessage: "is no http or https URI to discover keys from; give jwksUri or jwks",
              },
            },
          },
        },
      ],
    },
    messageField: {
      $comment:
        "Fields that say where a message goes and where it ends (RFC 9110 §7.2 and §7.6.1, RFC 9112 §6): no claim may write one. The filter refuses them in any case of letters.",
      enum: [
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "Connection",
        "Content-Length",
        "Host",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
      ],
    },
    authorizationPolicy: {
      title: "An AuthorizationPolicy",
      type: "object",
      properties: {
        name: {
          description: "Name of the AuthorizationPolicy: logs and statistics name it.",
          type: "string",
          minLength: 1,
        },
        namespace: {
          description: "Its namespace, in which `serviceAccounts` without one are.",
          type: "string",
          default: "default",
        },
        dryRun: {
          description: "The annotation `istio.io/dry-run`: the policy counts and logs, and decides nothing.",
          type: "boolean",
          default: false,
        },
        action: {
          description:
            "What becomes of a request that a rule matches. DENY comes before ALLOW; with an ALLOW policy, what no rule allows is denied; AUDIT only logs and counts. CUSTOM is refused: it needs an external authorizer, Envoy's ext_authz beside the filter.",
          type: "string",
          enum: ["ALLOW", "DENY", "AUDIT"],
          default: "ALLOW",
        },
        rules: {
          description:
            "The policy matches when one of them does. An ALLOW policy without rules allows nothing; an empty rule `{}` matches every request.",
          type: "array",
          items: { $ref: "#/definitions/rule" },
          maxItems: 512,
        },
        selector: { $ref: "#/definitions/attachment" },
        targetRef: { $ref: "#/definitions/attachment" },
        targetRefs: { $ref: "#/definitions/attachment" },
        provider: {
          description: "Of the action CUSTOM only, which the filter refuses.",
          not: {},
          doNotSuggest: true,
          errorMessage:
            "`provider` must not be with non CUSTOM action, and CUSTOM needs an external authorizer",
        },
      },
      required: ["name"],
      additionalProperties: false,
      if: { required: ["action"], properties: { action: { const: "DENY" } } },
      then: {
        required: ["rules"],
        properties: {
          rules: {
            minItems: 1,
            errorMessage: "a DENY policy without rules never denies; an empty rule `{}` denies every request",
          },
        },
        errorMessage: "a DENY policy without rules never denies; an empty rule `{}` denies every request",
      },
    },
    rule: {
      title: "A rule",
      description:
        "Matches when one of `from`, one of `to` and all of `when` do; a part that is absent always does.",
      type: "object",
      properties: {
        from: {
          description: "Who asks.",
          type: "array",
          minItems: 1,
          maxItems: 512,
          items: {
            type: "object",
            properties: { source: { $ref: "#/definitions/source" } },
            required: ["source"],
            additionalProperties: false,
          },
        },
        to: {
          description: "What is asked for.",
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            properties: { operation: { $ref: "#/definitions/operation" } },
            required: ["operation"],
            additionalProperties: false,
          },
        },
        when: {
          description: "Further conditions, all of which must hold.",
          type: "array",
          items: { $ref: "#/definitions/condition" },
        },
      },
      additionalProperties: false,
    },
    source: {
      title: "A source",
      description:
        "Matches when every field that is given does. Values: exact, `prefix*`, `*suffix`, or `*` for anything but nothing.",
      type: "object",
      properties: {
        principals: {
          description: "Peers by the identity in their certificate.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["cluster.local/ns/default/sa/productpage"]],
        },
        notPrincipals: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        requestPrincipals: {
          description: "`iss/sub` of the verified token. Mind the second slash where the issuer ends in one.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["https://idp.example.com//alice"], ["*"]],
        },
        notRequestPrincipals: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        namespaces: {
          description: "Peers by the namespace in their certificate.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["foo"]],
        },
        notNamespaces: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        serviceAccounts: {
          description:
            "Peers by service account: `name` or `namespace/name`. Not together with `principals` or `namespaces`.",
          type: "array",
          maxItems: 16,
          items: { $ref: "#/definitions/serviceAccount" },
          examples: [["productpage", "bar/reviews"]],
        },
        notServiceAccounts: {
          description: "None of these.",
          type: "array",
          maxItems: 16,
          items: { $ref: "#/definitions/serviceAccount" },
        },
        trustDomains: {
          description: "Peers by the trust domain in their certificate.",
          type: "array",
          items: { $ref: "#/definitions/trustDomain" },
          examples: [["cluster.local"]],
        },
        notTrustDomains: {
          description: "None of these.",
          type: "array",
          items: { $ref: "#/definitions/trustDomain" },
        },
        ipBlocks: {
          description: "The TCP peer's address or range. Needs `directRemoteAddress`.",
          type: "array",
          items: { $ref: "#/definitions/addressRange" },
          examples: [["10.0.0.0/8", "2001:db8::1"]],
        },
        notIpBlocks: {
          description: "None of these.",
          type: "array",
          items: { $ref: "#/definitions/addressRange" },
        },
        remoteIpBlocks: {
          description: "The client's address or range as Envoy sees it, X-Forwarded-For included.",
          type: "array",
          items: { $ref: "#/definitions/addressRange" },
          examples: [["203.0.113.0/24"]],
        },
        notRemoteIpBlocks: {
          description: "None of these.",
          type: "array",
          items: { $ref: "#/definitions/addressRange" },
        },
      },
      additionalProperties: false,
      minProperties: 1,
      dependencies: {
        serviceAccounts: { $ref: "#/definitions/noOtherIdentity" },
        notServiceAccounts: { $ref: "#/definitions/noOtherIdentity" },
      },
    },
    noOtherIdentity: {
      not: {
        anyOf: [
          { required: ["principals"] },
          { required: ["notPrincipals"] },
          { required: ["namespaces"] },
          { required: ["notNamespaces"] },
        ],
      },
      errorMessage: "cannot set serviceAccounts with namespaces or principals",
    },
    serviceAccount: {
      type: "string",
      maxLength: 320,
      pattern: "^[^*/]+(?:/[^*/]+)?$",
      patternErrorMessage: "must be a service account, `name` or `namespace/name`, without wildcard",
    },
    trustDomain: {
      type: "string",
      minLength: 1,
      pattern: "^(?:\\*?[^*/]*|[^*/]*\\*)$",
      patternErrorMessage: "must be a trust domain without `/`, with at most one `*`, at its start or end",
    },
    addressRange: {
      type: "string",
      pattern: "^[0-9A-Fa-f:.]+(?:%[^/]*)?(?:/[0-9]+)?$",
      patternErrorMessage: "must be an IP address or a CIDR range",
    },
    operation: {
      title: "An operation",
      description:
        "Matches when every field that is given does. Values: exact, `prefix*`, `*suffix`, or `*` for anything but nothing.",
      type: "object",
      properties: {
        hosts: {
          description: "The `Host` of the request, in any case of letters, with its port if it has one.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["api.example.com", "*.example.com:8443"]],
        },
        notHosts: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        ports: {
          description: "The port that the connection came in at, as text.",
          type: "array",
          items: { $ref: "#/definitions/port" },
          examples: [["8080"]],
        },
        notPorts: {
          description: "None of these.",
          type: "array",
          items: { $ref: "#/definitions/port" },
        },
        methods: {
          description: "The method of the request.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["GET", "HEAD"]],
        },
        notMethods: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
        paths: {
          description:
            "The path of the request without its query. Also templates: `{*}` is one segment, `{**}` the rest.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["/headers", "/static/*", "/users/{*}/orders"]],
        },
        notPaths: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
      },
      additionalProperties: false,
      minProperties: 1,
    },
    port: {
      type: "string",
      pattern: "^0*[0-9]{1,5}$",
      patternErrorMessage: "must be a decimal number from 0 to 65535, as text",
    },
    condition: {
      title: "A condition",
      type: "object",
      properties: {
        key: {
          description: "The attribute of the request that is looked at.",
          type: "string",
          minLength: 1,
          pattern:
            "^(?:source\\.(?:ip|principal|namespace|serviceAccount|trustDomain)|remote\\.ip|destination\\.(?:ip|port)|connection\\.sni|request\\.auth\\.(?:principal|audiences|presenter)|request\\.auth\\.claims\\[[\\s\\S]+\\]|request\\.headers\\[[\\s\\S]+\\]|experimental\\.envoy\\.filters\\.[\\s\\S]*\\[[\\s\\S]+\\])$",
          patternErrorMessage: "unknown attribute",
          examples: [
            "request.auth.claims[scope]",
            "request.auth.claims[realm_access][roles]",
            "request.auth.principal",
            "request.auth.audiences",
            "request.auth.presenter",
            "request.headers[x-tenant]",
            "source.ip",
            "remote.ip",
            "source.principal",
            "source.namespace",
            "source.serviceAccount",
            "source.trustDomain",
            "destination.ip",
            "destination.port",
            "connection.sni",
            "experimental.envoy.filters.network.mysql_proxy[db.table]",
          ],
        },
        values: {
          description:
            "One of these. Exact, `prefix*`, `*suffix`, or `*` for anything but nothing; addresses and ranges for addresses.",
          type: "array",
          items: { type: "string", minLength: 1 },
          examples: [["read:headers"]],
        },
        notValues: {
          description: "None of these.",
          type: "array",
          items: { type: "string", minLength: 1 },
        },
      },
      required: ["key"],
      additionalProperties: false,
      allOf: [
        {
          anyOf: [
            { required: ["values"], properties: { values: { minItems: 1 } } },
            { required: ["notValues"], properties: { notValues: { minItems: 1 } } },
          ],
          errorMessage: "at least one of `values` or `notValues` must be set",
        },
      ],
    },
  },
};

/** The schema of test files: schema/policy-test.schema.json. */
export const policyTestSchema: JsonSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "urn:envoy-jwt-policy:schema:policy-test",
  title: "Test file of jwt-policy test",
  description: "Requests, and what the policies of one workload are to make of them.",
  type: "object",
  properties: {
    name: {
      description: "Heads the results. Default: the name of the file.",
      type: "string",
      minLength: 1,
    },
    policies: {
      description: "Files and directories with Istio's YAML or JSON, seen from this file.",
      type: "array",
      items: { type: "string", minLength: 1 },
      minItems: 1,
      examples: [["."], ["../policies", "gateway.yaml"]],
    },
    for: {
      description: "The workload: its namespace and labels.",
      type: "string",
      pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(/([^=,]+=[^,]*(,[^=,]+=[^,]*)*)?)?$",
      patternErrorMessage: "must be namespace/label=value,label=value, such as foo/app=httpbin",
      examples: ["foo/app=httpbin"],
    },
    config: {
      description:
        "Instead of `policies` and `for`: the plugin configuration itself, or a file with it, seen from this file: JSON or YAML, a WasmPlugin or TrafficExtension, an Envoy configuration.",
      type: ["object", "string"],
    },
    rootNamespace: {
      description: "The mesh's root namespace.",
      type: "string",
      default: "istio-system",
    },
    namespace: {
      description: "The namespace of objects that name none.",
      type: "string",
      default: "default",
    },
    gateway: {
      description: "The workload is a gateway (known without it from labels and Gateways in the files).",
      type: "boolean",
    },
    waypoint: {
      description: "The workload is a waypoint (known without it from Gateways in the files).",
      type: "boolean",
    },
    service: {
      description: "The Service whose traffic a waypoint handles: `name` or `namespace/name`.",
      type: "string",
    },
    serviceEntry: {
      description: "The ServiceEntry whose traffic a waypoint handles: `name` or `namespace/name`.",
      type: "string",
    },
    trustDomain: {
      description: "The mesh's trust domain.",
      type: "string",
      default: "cluster.local",
    },
    trustDomainAliases: {
      description: "Further names of the trust domain.",
      type: "array",
      items: { type: "string" },
    },
    now: {
      description:
        "The moment of all requests, and of the issue of all tokens: `2026-01-31T12:00:00Z`, or seconds since 1970. Default: the present.",
      type: ["string", "integer"],
    },
    issuer: {
      description:
        "The claim `iss` of tokens that say nothing of it. Default: the issuer of the workload's rules, if there is just one.",
      type: "string",
    },
    keys: {
      description: "For `raw` tokens: issuer → file with its key set (JWKS), seen from this file.",
      type: "object",
      additionalProperties: { type: "string", minLength: 1 },
    },
    tokens: {
      description:
        "Tokens by name. They are signed by issuers that exist for this run only, whose keys the rules trust in place of those behind `jwksUri`.",
      type: "object",
      propertyNames: {
        not: { const: "none" },
        pattern: "^[A-Za-z0-9_.-]+$",
        errorMessage: "must be a name of letters, digits, _, . and -, other than none",
      },
      additionalProperties: { $ref: "#/definitions/token" },
    },
    defaults: {
      description: "Fields of every request that do not have them themselves.",
      type: "object",
      properties: {
        request: { $ref: "#/definitions/request" },
        method: { $ref: "#/definitions/texts" },
        path: { $ref: "#/definitions/paths" },
        host: { $ref: "#/definitions/texts" },
        scheme: { $ref: "#/definitions/texts" },
        token: { $ref: "#/definitions/tokenNames" },
        headers: { $ref: "#/definitions/headers" },
        peer: { $ref: "#/definitions/texts" },
        remote: { $ref: "#/definitions/texts" },
        principal: { $ref: "#/definitions/texts" },
        certificate: { $ref: "#/definitions/certificate" },
        sni: { $ref: "#/definitions/texts" },
        destination: { $ref: "#/definitions/texts" },
        port: { $ref: "#/definitions/ports" },
        metadata: { $ref: "#/definitions/metadata" },
        now: { $ref: "#/definitions/moments" },
      },
      additionalProperties: false,
    },
    tests: {
      description: "Requests, and what is expected of them.",
      type: "array",
      items: { $ref: "#/definitions/test" },
      minItems: 1,
    },
  },
  required: ["tests"],
  additionalProperties: false,
  definitions: {
    token: {
      description:
        "A token. Without any field: `iss` is the default issuer, `sub` the token's name, it is issued at `now` and lives an hour.",
      type: "object",
      properties: {
        from: {
          description:
            "Another token, whose fields this one has unless it says otherwise; claims and header members each for themselves.",
          type: "string",
        },
        claims: {
          description: "Claims, `iss`, `sub`, `aud`, `exp`, `nbf` and `iat` among them.",
          type: "object",
        },
        without: {
          description: "Claims that it does not have.",
          type: "array",
          items: { type: "string" },
        },
        expired: {
          description: "It has expired an hour ago.",
          type: "boolean",
        },
        expiresIn: {
          description: "How long it lives, seen from `now`: `1h`, `90s`, `-5m`; `never` for none.",
          type: "string",
          default: "1h",
        },
        notBefore: {
          description: "When it begins to be valid, seen from `now`: `5m`, `-1h`.",
          type: "string",
        },
        algorithm: {
          description: "How it is signed.",
          type: "string",
          enum: [
            "RS256",
            "RS384",
            "RS512",
            "PS256",
            "PS384",
            "PS512",
            "ES256",
            "ES384",
            "ES512",
            "HS256",
            "HS384",
            "HS512",
            "EdDSA",
            "Ed25519",
          ],
          default: "ES256",
        },
        forged: {
          description: "Signed with a key that nobody trusts, under the id of the one that is trusted.",
          type: "boolean",
        },
        header: {
          description:
            "Members of its header (`kid`, `alg`, `typ` …) in place of the right ones; null leaves one out.",
          type: "object",
        },
        raw: {
          description: "The text of the token, instead of all else.",
          type: "string",
        },
      },
      additionalProperties: false,
    },
    texts: { type: ["string", "array"], items: { type: "string" }, minItems: 1 },
    request: {
      description:
        "Method and path: `GET /headers`. A list, here as in the other fields of a request: one case for each.",
      type: ["string", "array"],
      pattern: "^[A-Za-z-]+ /?\\S*$",
      patternErrorMessage: "must be a method and a path, such as GET /headers",
      items: {
        type: "string",
        pattern: "^[A-Za-z-]+ /?\\S*$",
        patternErrorMessage: "must be a method and a path, such as GET /headers",
      },
      minItems: 1,
    },
    paths: {
      description:
        "Path and query as Envoy hands them to its filters, that is normalised. `${name}` stands for the token of that name.",
      type: ["string", "array"],
      items: { type: "string" },
      minItems: 1,
    },
    tokenNames: {
      description:
        "The token, by its name in `tokens`; `none` for none. It is put where the rule of its issuer looks first.",
      type: ["string", "array", "null"],
      items: { type: ["string", "null"] },
      minItems: 1,
    },
    headers: {
      description:
        "Header fields: a text, a list for a field that is repeated, null for one of the defaults that is not to be there. `${name}` stands for the token of that name.",
      type: "object",
      additionalProperties: {
        type: ["string", "array", "null"],
        items: { type: "string" },
        minItems: 1,
      },
    },
    certificate: {
      description: "The client certificate, as far as a filter is shown it.",
      type: "object",
      properties: {
        uriSan: { description: "The first URI among its names.", type: "string" },
        dnsSan: { description: "The first DNS name among its names.", type: "string" },
        subject: { description: "Its subject.", type: "string" },
        sha256: {
          description:
            "The SHA-256 of its DER, in hexadecimal or as a token's `x5t#S256`: what `certificateBinding` compares.",
          type: "string",
          pattern: "^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$|^[A-Za-z0-9_-]{43}$",
          patternErrorMessage:
            "must be 64 hexadecimal digits, with colons or without, or the 43 letters of x5t#S256",
        },
      },
      additionalProperties: false,
    },
    ports: {
      type: ["integer", "array"],
      minimum: 0,
      maximum: 65535,
      items: { type: "integer", minimum: 0, maximum: 65535 },
      minItems: 1,
    },
    metadata: {
      description: "Dynamic metadata that filters ahead have left: filter → key → value.",
      type: "object",
      additionalProperties: { type: "object" },
    },
    moments: {
      description:
        "The moment of the request: a time, seconds since 1970, or a shift of the file's `now` such as `+90m`, `-1h`.",
      type: ["string", "integer", "array"],
      items: { type: ["string", "integer"] },
      minItems: 1,
    },
    test: {
      description: "A request, or many that have something in common, and what is expected.",
      type: "object",
      properties: {
        name: { description: "Default: its requests.", type: "string", minLength: 1 },
        request: { $ref: "#/definitions/request" },
        method: { description: "Default: GET.", $ref: "#/definitions/texts" },
        path: { $ref: "#/definitions/paths" },
        host: { description: "The field Host, or :authority.", $ref: "#/definitions/texts" },
        scheme: { description: "Default: http.", $ref: "#/definitions/texts" },
        token: { $ref: "#/definitions/tokenNames" },
        headers: { $ref: "#/definitions/headers" },
        peer: { description: "Address of the TCP peer: `ipBlocks`.", $ref: "#/definitions/texts" },
        remote: {
          description: "The client's address as Envoy finds it behind X-Forwarded-For: `remoteIpBlocks`.",
          $ref: "#/definitions/texts",
        },
        principal: {
          description: "The mTLS principal: `cluster.local/ns/foo/sa/sleep`.",
          $ref: "#/definitions/texts",
        },
        certificate: { $ref: "#/definitions/certificate" },
        sni: {
          description: "The server name that the client asked for in TLS.",
          $ref: "#/definitions/texts",
        },
        destination: {
          description: "The address that the client connected to.",
          $ref: "#/definitions/texts",
        },
        port: { description: "The port that the client connected to.", $ref: "#/definitions/ports" },
        metadata: { $ref: "#/definitions/metadata" },
        now: { $ref: "#/definitions/moments" },
        expect: { $ref: "#/definitions/expect" },
        cases: {
          description: "Requests that have the test's fields unless they say otherwise.",
          type: "array",
          items: { $ref: "#/definitions/case" },
          minItems: 1,
        },
      },
      additionalProperties: false,
    },
    case: {
      type: "object",
      properties: {
        name: { description: "Default: its fields.", type: "string", minLength: 1 },
        request: { $ref: "#/definitions/request" },
        method: { $ref: "#/definitions/texts" },
        path: { $ref: "#/definitions/paths" },
        host: { $ref: "#/definitions/texts" },
        scheme: { $ref: "#/definitions/texts" },
        token: { $ref: "#/definitions/tokenNames" },
        headers: { $ref: "#/definitions/headers" },
        peer: { $ref: "#/definitions/texts" },
        remote: { $ref: "#/definitions/texts" },
        principal: { $ref: "#/definitions/texts" },
        certificate: { $ref: "#/definitions/certificate" },
        sni: { $ref: "#/definitions/texts" },
        destination: { $ref: "#/definitions/texts" },
        port: { $ref: "#/definitions/ports" },
        metadata: { $ref: "#/definitions/metadata" },
        now: { $ref: "#/definitions/moments" },
        expect: { $ref: "#/definitions/expect" },
      },
      additionalProperties: false,
    },
    expect: {
      description:
        "`allow`: the request goes on to the upstream. `deny`: it does not. A number: the status that the client gets from the filter, 200 for none.",
      if: { type: "object" },
      then: { $ref: "#/definitions/expectation" },
      else: {
        enum: ["allow", "deny", 200, 401, 403],
        errorMessage:
          "must be allow, deny, 200 (as allow), 401, 403, or an object with status, reason, policy and so on",
      },
    },
    expectation: {
      type: "object",
      properties: {
        status: {
          description:
            "The status that the client gets from the filter; 200: the request goes on to the upstream.",
          type: "integer",
          minimum: 200,
          maximum: 599,
          errorMessage:
            "must be 200 (the request goes on), or the status that the filter answers with: a test asks the filter, not the upstream",
        },
        reason: {
          description:
            "Text of the outcome (docs/outcomes.md), such as `Jwt is expired`; null: none, the request goes on.",
          type: ["string", "null"],
        },
        policy: {
          description:
            "The policy that decided: `name`, `namespace/name`, or with its rule `namespace/name[0]`; null: none did.",
          type: ["string", "null"],
        },
        principal: {
          description: "The request principal, `iss/sub`; null: the request has no identity.",
          type: ["string", "null"],
        },
        upstream: {
          description: "What the upstream gets.",
          type: "object",
          properties: {
            method: { type: "string" },
            path: { type: "string" },
            host: { type: "string" },
            headers: { $ref: "#/definitions/expectedHeaders" },
          },
          additionalProperties: false,
        },
        response: {
          description: "What the client gets when it is refused.",
          type: "object",
          properties: {
            body: { type: "string" },
            headers: { $ref: "#/definitions/expectedHeaders" },
          },
          additionalProperties: false,
        },
      },
      minProperties: 1,
      additionalProperties: false,
    },
    expectedHeaders: {
      description:
        "Header field → its value; a list for a repeated one; null: it is not there; `present`, `matches` or `payload` where the value is not known as a whole.",
      type: "object",
      additionalProperties: {
        type: ["string", "array", "null", "object"],
        items: { type: "string" },
        properties: {
          present: { description: "Whether it is there.", type: "boolean" },
          matches: { description: "A regular expression (RE2) for its value.", type: "string" },
          payload: {
            description:
              "Its value is base64 or base64url of a JSON object with these members, and maybe others.",
            type: "object",
          },
        },
        minProperties: 1,
        additionalProperties: false,
      },
    },
  },
};
