// Configurations that the schema and the filter are asked about.

import { inlineJwks } from "./key-set.js";

type Members = Record<string, unknown>;

/** A good configuration with one jwtRule of these members. */
export const jwtRule = (members: Members): Members => ({
  requestAuthentications: [{ name: "jwt", namespace: "foo", jwtRules: [members] }],
});

const issuer = "https://idp.example.com/";

/** A good rule with further members. */
export const withIssuer = (members: Members): Members => jwtRule({ issuer, jwks: inlineJwks, ...members });

/** A good policy with these members. */
export const policy = (members: Members): Members => ({
  authorizationPolicies: [{ name: "p", namespace: "foo", rules: [{}], ...members }],
  directRemoteAddress: "jwt_policy.direct_remote",
});

const rule = (members: unknown): Members => policy({ rules: [members] });
const source = (members: unknown): Members => rule({ from: [{ source: members }] });
const operation = (members: unknown): Members => rule({ to: [{ operation: members }] });
const when = (members: unknown): Members => rule({ when: [members] });

/** Both take them. */
export const good: Readonly<Record<string, unknown>> = {
  nothing: {},
  "everything of token exemptions": {
    extensions: {
      ignoreTokens: [
        { paths: ["/a*"], notPaths: ["/b"], methods: ["GET"], notMethods: ["PUT"] },
        { hosts: ["h"], notHosts: ["i"] },
      ],
      foreignTokens: [{ kinds: ["NOT_JWT", "UNKNOWN_ISSUER"] }, { kinds: ["NOT_JWT"], paths: ["/{*}"] }],
    },
  },
  "everything of token profiles": {
    ...withIssuer({}),
    extensions: {
      tokenProfiles: [
        {
          typ: "at+jwt",
          requiredClaims: ["exp"],
          maxAge: "1s",
          maxLifetime: "316224000s",
          clockSkew: "0s",
          algorithms: ["RS256", "Ed25519"],
          certificateBinding: "IF_PRESENT",
        },
      ],
    },
  },
  "everything of tenants and trust domains": {
    ...jwtRule({ issuer: "https://idp/{tenantid}/v2", jwks: inlineJwks, audiences: ["a"] }),
    extensions: {
      tenants: [
        { issuer: "https://idp/{tenantid}/v2", allowed: ["a.B_c-1"], anyTenant: false, claim: "tid" },
      ],
      tokenProfiles: [{ trustDomain: "example.org" }],
    },
  },
  "everything of further key sets and scopes": {
    ...jwtRule({ issuer: "https://idp", jwks: inlineJwks }),
    extensions: {
      keySources: [
        {
          issuer: "https://idp",
          jwksUris: ["https://a/b?c=d#e", "http://[::1]:8080/a", "https://a", "https://b"],
        },
      ],
      tokenProfiles: [{ scopeClaim: "scp" }],
    },
  },
  "every tenant": {
    ...jwtRule({ issuer: "http://idp/a/{tenantid}", jwks: inlineJwks }),
    extensions: { tenants: [{ issuer: "http://idp/a/{tenantid}", anyTenant: true }] },
  },
  "everything of policies on claims": {
    extensions: {
      claimPolicies: [
        {
          name: "a",
          action: "DENY",
          dryRun: true,
          rules: [
            {
              to: [{ operation: { paths: ["/a"] } }],
              when: [{ key: "request.headers[x]", values: ["y"] }],
              claims: [
                { claim: ["a", "b.c"], equals: ["x", 1, true], not: true },
                { claim: ["a"], lessThan: 1, every: true },
                { claim: ["a"], atMost: -9007199254740991 },
                { claim: ["a"], moreThan: 1.5 },
                { claim: ["a"], atLeast: 9007199254740991, every: false, not: true },
                { claim: ["a"], present: false, not: false },
                { claim: ["a"], equalsHeader: "X_a-1", every: true },
                { claim: ["a"], equalsSegment: 64, not: true },
                { claim: ["a"], equalsPath: "/a/{claim}/{*}/b/{**}" },
              ],
            },
          ],
        },
      ],
    },
  },
  "everything of claims in headers": {
    ...jwtRule({ issuer: "http://a", jwks: inlineJwks }),
    extensions: {
      claimHeaders: [
        { issuers: ["http://a"], claim: ["a.b", "c"], header: "X_c-1", list: "REPEATED" },
        { claim: ["a"], header: "x-a", list: "JOINED" },
      ],
    },
  },
  "extensions that say nothing": { extensions: {} },
  "empty lists": { requestAuthentications: [], authorizationPolicies: [] },
  "a rule of an issuer with discovery": jwtRule({ issuer }),
  "a rule of any issuer": jwtRule({ jwksUri: "https://idp.example.com:8443/keys?a=b#c" }),
  "keys in the configuration": withIssuer({}),
  "an empty text for what is not there": jwtRule({
    issuer,
    jwks: "",
    jwksUri: "",
    outputPayloadToHeader: "",
  }),
  "everything of a rule": withIssuer({
    audiences: ["a", "https://b/"],
    timeout: "0.5s",
    fromHeaders: [{ name: "X-Token" }, { name: "Authorization", prefix: "Token " }],
    fromParams: ["token"],
    fromCookies: ["session"],
    outputPayloadToHeader: "X-Payload",
    outputClaimToHeaders: [{ header: "x_sub", claim: "sub" }],
    forwardOriginalToken: true,
    spaceDelimitedClaims: ["roles"],
  }),
  "an issuer that is no URI, with keys": jwtRule({ issuer: "testing@secure.istio.io", jwks: inlineJwks }),
  "protected resources": {
    ...withIssuer({}),
    extensions: {
      protectedResources: [
        { resource: "https://a" },
        {
          resource: "http://a.example:8080/b",
          hosts: ["a.example", "[::1]"],
          authorizationServers: ["https://idp.example.com/"],
          audiences: ["a"],
          scopes: ["a", "b:c"],
          firstScopes: ["b:c"],
        },
      ],
    },
  },
  answers: {
    extensions: {
      answers: [
        { outcomes: ["401"], browsers: true, status: 302, headers: { location: "https://a/?b=${url}" } },
        { outcomes: ["Jwt_is_expired", "403"], problem: true },
        { status: 404, headers: { "content-type": "text/html" }, body: "<p>${reason} ${status} ${path}</p>" },
      ],
    },
  },
  "settings at their least": {
    jwksCache: { duration: "1s", refetchCooldown: "1.000s", maxStale: "0s" },
    tokenCache: { maxEntries: 0 },
    crypto: "wasm",
  },
  "settings at their most": {
    jwksCache: { duration: "86400s", refetchCooldown: "000086400.0s", maxStale: "604800s" },
    tokenCache: { maxEntries: 1_000_000 },
    crypto: "auto",
  },
  clusters: {
    clusters: {
      "https://idp.example.com": "idp",
      "http://127.0.0.1:9000/": "outbound|80||idp",
      "https://[::1]:8443#keys": "x",
    },
  },
  "trust domains": { trustDomain: "td", trustDomainAliases: ["old", ""] },
  "a policy with the least": { authorizationPolicies: [{ name: "p" }] },
  "every action": {
    authorizationPolicies: ["ALLOW", "DENY", "AUDIT"].map((action) => ({
      name: action,
      action,
      dryRun: true,
      rules: [{}],
    })),
  },
  "every field of a source": source({
    principals: ["*", "td/ns/a/sa/b"],
    notPrincipals: ["a*"],
    requestPrincipals: [`${issuer}/*`],
    notRequestPrincipals: ["*x"],
    namespaces: ["a", "b"],
    notNamespaces: [],
    trustDomains: ["*", "a*", "*a", "a"],
    notTrustDomains: ["b"],
    ipBlocks: ["10.0.0.0/8", "::1", "fe80::1%eth0", "::ffff:1.2.3.4/96"],
    notIpBlocks: ["1.2.3.4"],
    remoteIpBlocks: ["2001:db8::/32"],
    notRemoteIpBlocks: ["0.0.0.0/0"],
  }),
  "service accounts": source({ serviceAccounts: ["a", "a/b"], notServiceAccounts: ["c"] }),
  "every field of an operation": operation({
    hosts: ["a.example.com", "*.b"],
    notHosts: ["c"],
    ports: ["80", "0", "00065535"],
    notPorts: ["1"],
    methods: ["GET"],
    notMethods: ["P*"],
    paths: ["/a/*", "/{*}/b/{**}"],
    notPaths: ["*c"],
  }),
  "every key of a condition": rule({
    when: [
      ...["source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain"],
      ...["request.auth.principal", "request.auth.audiences", "request.auth.presenter", "connection.sni"],
      ...["request.auth.claims[a]", "request.auth.claims[a][b]", "request.auth.claims[a[b]"],
      ...["request.headers[x-a]", "request.headers[a\nb]", "experimental.envoy.filters.a.b[c]"],
    ]
      .map((key): Members => ({ key, values: ["x"] }))
      .concat(
        ["source.ip", "remote.ip", "destination.ip"].map((key) => ({ key, notValues: ["10.0.0.0/8"] })),
        { key: "destination.port", values: ["80"], notValues: [] },
      ),
  }),
};

/** The schema refuses them, with this complaint, and so does the filter. */
export const bad: readonly (readonly [configuration: unknown, complaint: string])[] = [
  [[], "must be an object, not a list"],
  ["x", "must be an object, not a string"],
  [
    { requestAuthentication: [] },
    "requestAuthentication: unknown field; did you mean requestAuthentications?",
  ],
  [
    { extensions: { tokenProfiles: [{ clockSkew: 60 }] } },
    'extensions.tokenProfiles[0].clockSkew: must be a string, not a number; quote it: "60"',
  ],
  [
    { extensions: { claimHeaders: [{ claim: ["a"], header: "x-a", list: "joined" }] } },
    'extensions.claimHeaders[0].list: must be one of "JOINED", "REPEATED", not "joined"',
  ],
  [{ extensions: { tokenProfiles: [{ typ: "" }] } }, "extensions.tokenProfiles[0].typ: must not be empty"],
  [
    { extensions: { claimPolicies: [{ name: "a", rules: [{ claims: [{ claim: ["a"] }] }] }] } },
    "extensions.claimPolicies[0].rules[0].claims[0]: must have one of lessThan, atMost, moreThan, atLeast, equals, present, equalsHeader, equalsSegment and equalsPath",
  ],
  [
    {
      extensions: {
        claimPolicies: [
          { name: "a", rules: [{ claims: [{ claim: ["a"], atMost: 1, every: true, not: true }] }] },
        ],
      },
    },
    "extensions.claimPolicies[0].rules[0].claims[0]: every excludes present and not",
  ],
  [
    { extensions: { tokenProfiles: [{ certificateBinding: "required" }] } },
    'extensions.tokenProfiles[0].certificateBinding: must be one of "IF_PRESENT", "REQUIRED", not "required"',
  ],
  [
    { extensions: { keySources: [{ issuer: "a", jwksUris: [] }] } },
    "extensions.keySources[0].jwksUris: must not be empty",
  ],
  [
    { extensions: { keySources: [{ issuer: "a", jwksUris: ["ftp://a"] }] } },
    "extensions.keySources[0].jwksUris[0]: must be an absolute http or https URI of at most 2048 characters",
  ],
  [
    { extensions: { keySources: [{ issuer: "a", jwksUris: ["https://a|b"] }] } },
    "extensions.keySources[0].jwksUris[0]: must be an absolute http or https URI of at most 2048 characters",
  ],
  [
    { extensions: { keySources: [{ issuer: "a", jwksUris: Array<string>(5).fill("https://a") }] } },
    "extensions.keySources[0].jwksUris: must have at most 4 items",
  ],
  [{ extensions: { keySources: [{ issuer: "a" }] } }, "extensions.keySources[0].jwksUris: is missing"],
  [
    { extensions: { tokenProfiles: [{ scopeClaim: "" }] } },
    "extensions.tokenProfiles[0].scopeClaim: must not be empty",
  ],
  [{ extensions: { tokenProfiles: [{}] } }, "extensions.tokenProfiles[0]: must not be empty"],
  [{ extensions: [] }, "extensions: must be an object, not a list"],
  [{ extensions: { ignoreToken: [] } }, "extensions.ignoreToken: unknown field; did you mean ignoreTokens?"],
  [{ extensions: { ignoreTokens: [] } }, "extensions.ignoreTokens: must not be empty"],
  [{ extensions: { ignoreTokens: [{}] } }, "extensions.ignoreTokens[0]: must not be empty"],
  [{ extensions: { foreignTokens: [{}] } }, "extensions.foreignTokens[0].kinds: is missing"],
  [
    { extensions: { foreignTokens: [{ kinds: ["OTHER"] }] } },
    'extensions.foreignTokens[0].kinds[0]: must be one of "UNKNOWN_ISSUER", "NOT_JWT", not "OTHER"',
  ],
  [
    { x: 1 },
    "x: unknown field; its fields are requestAuthentications, authorizationPolicies, extensions, clusters, trustDomain, trustDomainAliases, jwksCache, tokenCache, crypto, accessLog, directRemoteAddress, peerUriSans, peerDnsSans, peerCertificate",
  ],
  [
    { $schema: "x" },
    "$schema: unknown field; its fields are requestAuthentications, authorizationPolicies, extensions, clusters, trustDomain, trustDomainAliases, jwksCache, tokenCache, crypto, accessLog, directRemoteAddress, peerUriSans, peerDnsSans, peerCertificate",
  ],
  [{ authorizationPolicies: null }, "authorizationPolicies: must be a list, not null"],
  [{ requestAuthentications: {} }, "requestAuthentications: must be a list, not an object"],
  [{ requestAuthentications: [null] }, "requestAuthentications[0]: must be an object, not null"],
  [
    { clusters: { "idp.example.com": "x" } },
    "clusters.idp.example.com: must be an origin like https://idp.example.com, without a path",
  ],
  [
    { clusters: { "https://a/b": "x" } },
    "clusters.https://a/b: must be an origin like https://idp.example.com, without a path",
  ],
  [
    { clusters: { "https://u@a": "x" } },
    "clusters.https://u@a: must be an origin like https://idp.example.com, without a path",
  ],
  [{ clusters: { "https://a": "" } }, "clusters.https://a: must not be empty"],
  [{ clusters: { "https://a": null } }, "clusters.https://a: must be a string, not null"],
  [{ trustDomain: 1 }, 'trustDomain: must be a string, not a number; quote it: "1"'],
  [{ trustDomainAliases: "a" }, "trustDomainAliases: must be a list, not a string"],
  [{ jwksCache: { duration: 300 } }, 'jwksCache.duration: must be a string, not a number; quote it: "300"'],
  [{ jwksCache: { duration: "5m" } }, 'jwksCache.duration: must be a duration in seconds, like "300s"'],
  [
    { jwksCache: { ttl: "5s" } },
    "jwksCache.ttl: unknown field; its fields are duration, refetchCooldown, maxStale",
  ],
  [{ tokenCache: { maxEntries: -1 } }, "tokenCache.maxEntries: must be from 0 to 1000000, not -1"],
  [{ tokenCache: { maxEntries: 0.5 } }, "tokenCache.maxEntries: must be a whole number, not a number"],
  [{ tokenCache: { maxEntries: "10" } }, "tokenCache.maxEntries: must be a whole number, not a string"],
  [{ tokenCache: 10 }, "tokenCache: must be an object, not a number"],
  [{ crypto: "" }, 'crypto: must be one of "auto", "wasm", not ""'],
  [{ crypto: "WASM" }, 'crypto: must be one of "auto", "wasm", not "WASM"'],
  [
    { directRemoteAddress: true },
    'directRemoteAddress: must be a string, not true or false; quote it: "true"',
  ],
  [jwtRule({}), "requestAuthentications[0].jwtRules[0]: issuer or jwksUri must be given"],
  [
    jwtRule({ issuer: "", jwks: inlineJwks }),
    "requestAuthentications[0].jwtRules[0]: issuer or jwksUri must be given",
  ],
  // Of the one rule there are no keys to look at.
  [
    {
      ...jwtRule({ issuer: "https://idp/{tenantid}", jwks: inlineJwks, jwksUri: "https://a" }),
      extensions: { tenants: [{ issuer: "https://idp/{tenantid}", anyTenant: true }] },
    },
    "requestAuthentications[0].jwtRules[0]: jwks and jwksUri exclude each other; keep one",
  ],
  [
    {
      ...jwtRule({ issuer: "https://idp", jwks: inlineJwks, jwksUri: "https://a" }),
      extensions: { keySources: [{ issuer: "https://idp", jwksUris: ["https://b"] }] },
    },
    "requestAuthentications[0].jwtRules[0]: jwks and jwksUri exclude each other; keep one",
  ],
  [
    jwtRule({ issuer: "joe" }),
    "requestAuthentications[0].jwtRules[0].issuer: is no http or https URI to discover keys from; give jwksUri or jwks",
  ],
  [
    withIssuer({ jwksUri: "https://a/b" }),
    "requestAuthentications[0].jwtRules[0]: jwks and jwksUri exclude each other; keep one",
  ],
  [
    withIssuer({ jwksURI: "https://a/b" }),
    "requestAuthentications[0].jwtRules[0].jwksURI: unknown field; did you mean jwksUri?",
  ],
  [
    jwtRule({ issuer, jwksUri: "idp.example.com/keys" }),
    "requestAuthentications[0].jwtRules[0].jwksUri: must be an absolute http or https URI of at most 2048 characters",
  ],
  [
    jwtRule({ issuer, jwksUri: "https://a/ b" }),
    "requestAuthentications[0].jwtRules[0].jwksUri: must be an absolute http or https URI of at most 2048 characters",
  ],
  ...["https://", "https:///", "https://:80", "https://a?b", "https://a#b", "https://a|b", "https://u@a"].map(
    (odd): [unknown, string] => [
      jwtRule({ issuer: odd }),
      "requestAuthentications[0].jwtRules[0].issuer: is no http or https URI to discover keys from; give jwksUri or jwks",
    ],
  ),
  ...[
    "https://a|443||b/",
    "https://a\\b/",
    "https://é/",
    "https://a%2eb/",
    "https://[::1",
    "https://{a}/",
  ].map((odd): [unknown, string] => [
    jwtRule({ issuer, jwksUri: odd }),
    "requestAuthentications[0].jwtRules[0].jwksUri: must be an absolute http or https URI of at most 2048 characters",
  ]),
  [
    jwtRule({ issuer, jwksUri: `https://a/${"b".repeat(2039)}` }),
    "requestAuthentications[0].jwtRules[0].jwksUri: must have at most 2048 characters",
  ],
  [
    jwtRule({ issuer, jwks: { keys: [] } }),
    "requestAuthentications[0].jwtRules[0].jwks: must be a string, not an object",
  ],
  [
    withIssuer({ timeout: "5" }),
    'requestAuthentications[0].jwtRules[0].timeout: must be a duration in seconds, like "5s"',
  ],
  [withIssuer({ audiences: [""] }), "requestAuthentications[0].jwtRules[0].audiences[0]: must not be empty"],
  [
    withIssuer({ fromHeaders: ["x"] }),
    "requestAuthentications[0].jwtRules[0].fromHeaders[0]: must be an object, not a string",
  ],
  [
    withIssuer({ fromHeaders: [{ prefix: "x" }] }),
    "requestAuthentications[0].jwtRules[0].fromHeaders[0].name: is missing",
  ],
  [
    withIssuer({ outputPayloadToHeader: "x y" }),
    "requestAuthentications[0].jwtRules[0].outputPayloadToHeader: must be a header name of letters, digits, - and _",
  ],
  [
    withIssuer({ outputPayloadToHeader: "host" }),
    'requestAuthentications[0].jwtRules[0].outputPayloadToHeader: must not be "host"',
  ],
  [
    withIssuer({ outputClaimToHeaders: [{ header: "Host", claim: "a" }] }),
    'requestAuthentications[0].jwtRules[0].outputClaimToHeaders[0].header: must not be "Host"',
  ],
  [
    withIssuer({ forwardOriginalToken: "yes" }),
    "requestAuthentications[0].jwtRules[0].forwardOriginalToken: must be true or false, not a string",
  ],
  [
    { requestAuthentications: [{ selector: { matchLabels: {} } }] },
    "requestAuthentications[0].selector: the plugin applies to the workload that loads it; `jwt-policy render` resolves attachment",
  ],
  [{ authorizationPolicies: [{ rules: [] }] }, "authorizationPolicies[0].name: is missing"],
  [policy({ name: "" }), "authorizationPolicies[0].name: must not be empty"],
  [
    policy({ action: "CUSTOM" }),
    'authorizationPolicies[0].action: must be one of "ALLOW", "DENY", "AUDIT", not "CUSTOM"',
  ],
  [
    policy({ action: "DENY", rules: [] }),
    "authorizationPolicies[0].rules: a DENY policy without rules never denies; an empty rule `{}` denies every request",
  ],
  [
    { authorizationPolicies: [{ name: "p", action: "DENY" }] },
    "authorizationPolicies[0]: a DENY policy without rules never denies; an empty rule `{}` denies every request",
  ],
  [
    policy({ targetRefs: [] }),
    "authorizationPolicies[0].targetRefs: the plugin applies to the workload that loads it; `jwt-policy render` resolves attachment",
  ],
  [
    policy({ provider: { name: "x" } }),
    "authorizationPolicies[0].provider: `provider` must not be with non CUSTOM action, and CUSTOM needs an external authorizer",
  ],
  [policy({ dryRun: "true" }), "authorizationPolicies[0].dryRun: must be true or false, not a string"],
  [
    policy({ rules: Array.from({ length: 513 }, () => ({})) }),
    "authorizationPolicies[0].rules: must have at most 512 items",
  ],
  [rule(null), "authorizationPolicies[0].rules[0]: must be an object, not null"],
  [rule({ from: [] }), "authorizationPolicies[0].rules[0].from: must not be empty"],
  [rule({ to: [{}] }), "authorizationPolicies[0].rules[0].to[0].operation: is missing"],
  [
    rule({ from: [{ source: { namespaces: ["a"] }, x: 1 }] }),
    "authorizationPolicies[0].rules[0].from[0].x: unknown field; its fields are source",
  ],
  [source({}), "authorizationPolicies[0].rules[0].from[0].source: must not be empty"],
  [
    source({ principal: ["a"] }),
    "authorizationPolicies[0].rules[0].from[0].source.principal: unknown field; did you mean principals?",
  ],
  [
    source({ serviceAccounts: ["a"], namespaces: [] }),
    "authorizationPolicies[0].rules[0].from[0].source: cannot set serviceAccounts with namespaces or principals",
  ],
  [
    source({ serviceAccounts: ["*"] }),
    "authorizationPolicies[0].rules[0].from[0].source.serviceAccounts[0]: must be a service account, `name` or `namespace/name`, without wildcard",
  ],
  [
    source({ trustDomains: ["a*b"] }),
    "authorizationPolicies[0].rules[0].from[0].source.trustDomains[0]: must be a trust domain without `/`, with at most one `*`, at its start or end",
  ],
  [
    source({ ipBlocks: ["localhost"] }),
    "authorizationPolicies[0].rules[0].from[0].source.ipBlocks[0]: must be an IP address or a CIDR range",
  ],
  [
    operation({ path: ["/x"] }),
    "authorizationPolicies[0].rules[0].to[0].operation.path: unknown field; did you mean paths?",
  ],
  [
    operation({ ports: [80] }),
    'authorizationPolicies[0].rules[0].to[0].operation.ports[0]: must be a string, not a number; quote it: "80"',
  ],
  [
    operation({ ports: ["http"] }),
    "authorizationPolicies[0].rules[0].to[0].operation.ports[0]: must be a decimal number from 0 to 65535, as text",
  ],
  [
    operation({ methods: "GET" }),
    "authorizationPolicies[0].rules[0].to[0].operation.methods: must be a list, not a string",
  ],
  [when({ values: ["a"] }), "authorizationPolicies[0].rules[0].when[0].key: is missing"],
  [
    when({ key: "source.ip" }),
    "authorizationPolicies[0].rules[0].when[0]: at least one of `values` or `notValues` must be set",
  ],
  [
    when({ key: "request.header[a]", values: ["a"] }),
    "authorizationPolicies[0].rules[0].when[0].key: unknown attribute",
  ],
  [
    when({ key: "request.headers", values: ["a"] }),
    "authorizationPolicies[0].rules[0].when[0].key: unknown attribute",
  ],
];

/** Why the filter refuses what the schema allows: each reason with an example and what the filter says. */
export const beyondTheSchema: readonly {
  readonly reason: string;
  readonly example: unknown;
  readonly says: RegExp;
}[] = [
  {
    reason: "scopes that may be told",
    example: {
      ...withIssuer({}),
      extensions: { protectedResources: [{ resource: "https://a", firstScopes: ["a"] }] },
    },
    says: /\.firstScopes: must be among scopes$/,
  },
  {
    reason: "a server that gives tokens",
    example: { extensions: { protectedResources: [{ resource: "https://a" }] } },
    says: /\.authorizationServers: must be given: /,
  },
  {
    reason: "further key sets are some rule's",
    example: {
      ...withIssuer({}),
      extensions: { keySources: [{ issuer: "https://nobody", jwksUris: ["https://a"] }] },
    },
    says: /no JWT rule has the issuer https:\/\/nobody/,
  },
  {
    reason: "no key set is there twice",
    example: {
      ...jwtRule({ issuer: "https://idp", jwksUri: "https://idp/keys" }),
      extensions: { keySources: [{ issuer: "https://idp", jwksUris: ["https://a", "https://a"] }] },
    },
    says: /jwksUris\[\d+\]: is there twice/,
  },
  {
    reason: "nor is the rule's own",
    example: {
      ...jwtRule({ issuer: "https://idp", jwksUri: "https://idp/keys" }),
      extensions: { keySources: [{ issuer: "https://idp", jwksUris: ["https://a", "https://idp/keys"] }] },
    },
    says: /jwksUris\[\d+\]: is what the JWT rule has as jwksUri/,
  },
  {
    reason: "an issuer has its further key sets in one place",
    example: {
      ...jwtRule({ issuer: "https://idp", jwksUri: "https://idp/keys" }),
      extensions: {
        keySources: [
          { issuer: "https://idp", jwksUris: ["https://a"] },
          { issuer: "https://idp", jwksUris: ["https://b"] },
        ],
      },
    },
    says: /keySources\[\d+\]\.issuer: is there twice/,
  },
  {
    reason: "tenants are some rule's",
    example: {
      ...withIssuer({}),
      extensions: { tenants: [{ issuer: "https://idp/{tenantid}", allowed: ["a"] }] },
    },
    says: /no JWT rule has the issuer/,
  },
  {
    reason: "a claim's header is written by a JWT rule",
    example: { extensions: { claimHeaders: [{ claim: ["a"], header: "x-a" }] } },
    says: /there is no JWT rule that could write it/,
  },
  {
    reason: "a header is written for one claim, and never one that tokens are read from",
    example: {
      ...jwtRule({ issuer: "http://a", jwks: inlineJwks }),
      extensions: { claimHeaders: [{ claim: ["a"], header: "authorization" }] },
    },
    says: /tokens are looked for in this header|writes this header already/,
  },
  {
    reason: "a path template has one {claim}, and Istio's operators",
    example: {
      extensions: {
        claimPolicies: [
          { name: "a", rules: [{ claims: [{ claim: ["a"], equalsPath: "/{claim}/{claim}" }] }] },
        ],
      },
    },
    says: /equalsPath: (must have \{claim\} as one segment|invalid or unsupported path|a path template)/,
  },
  {
    reason: "tenants are named, or all of them",
    example: {
      ...jwtRule({ issuer: "https://idp/{tenantid}", jwks: inlineJwks }),
      extensions: { tenants: [{ issuer: "https://idp/{tenantid}" }] },
    },
    says: /must list tenants, or anyTenant be true, and not both/,
  },
  {
    reason: "no keys are discovered at an issuer with a place",
    example: {
      ...jwtRule({ issuer: "https://idp/{tenantid}" }),
      extensions: { tenants: [{ issuer: "https://idp/{tenantid}", allowed: ["a"] }] },
    },
    says: /its JWT rule must have jwksUri or jwks/,
  },
  {
    reason: "a JWT-SVID is for an audience",
    example: { ...withIssuer({}), extensions: { tokenProfiles: [{ trustDomain: "example.org" }] } },
    says: /trustDomain: the JWT rule must have audiences/,
  },
  {
    reason: "a profile is some rule's",
    example: { ...withIssuer({}), extensions: { tokenProfiles: [{ issuers: ["https://nobody"] }] } },
    says: /no JWT rule has the issuer/,
  },
  {
    reason: "an exempt request is named by something",
    example: { extensions: { ignoreTokens: [{ paths: [] }] } },
    says: /must name paths, methods or hosts/,
  },
  {
    reason: "outcomes that there are",
    example: { extensions: { answers: [{ outcomes: ["Jwt is expired"] }] } },
    says: /\.outcomes\[\d+\]: is no outcome of /,
  },
  {
    reason: "values of templates",
    example: { extensions: { answers: [{ body: "${token}" }] } },
    says: /\.body: \$\{…\} must be one of /,
  },
  {
    reason: "one body",
    example: { extensions: { answers: [{ problem: true, body: "a" }] } },
    says: /\.body: is that of a problem already$/,
  },
  { reason: "a key set is read", example: jwtRule({ issuer, jwks: "{" }), says: /\.jwks: / },
  {
    reason: "a duration has bounds",
    example: { jwksCache: { duration: "86401s" } },
    says: /: must be a duration like "300s", from /,
  },
  {
    reason: "a URI has a host, and a port up to 65535",
    example: jwtRule({ issuer, jwksUri: "https://a:65536/" }),
    says: /: must be an absolute http or https URI/,
  },
  {
    reason: "so has an origin",
    example: { clusters: { "https://a:0": "x" } },
    says: /: must be an origin like/,
  },
  {
    reason: "so has an issuer from which keys are discovered",
    example: jwtRule({ issuer: "https://a:65536" }),
    says: /: is no http or https URI to discover keys from/,
  },
  {
    reason: "header fields that frame a message, in odd case",
    example: withIssuer({ outputPayloadToHeader: "hOST" }),
    says: /: must not be \w[\w-]*: it frames or routes the request/,
  },
  {
    reason: "names of policies are unique",
    example: { authorizationPolicies: [{ name: "p" }, { name: "p", namespace: "default" }] },
    says: /: there is another policy /,
  },
  {
    reason: "a source with empty lists only",
    example: source({ principals: [] }),
    says: /: `from\.source` must not be empty/,
  },
  {
    reason: "an operation with empty lists only",
    example: operation({ paths: [] }),
    says: /: `to\.operation` must not be empty/,
  },
  { reason: "addresses", example: source({ ipBlocks: ["1.2.3"] }), says: /: bad IP address \(/ },
  { reason: "ranges", example: source({ remoteIpBlocks: ["::/129"] }), says: /: bad CIDR range \(/ },
  { reason: "ports", example: operation({ ports: ["65536"] }), says: /: bad port \(/ },
  {
    reason: "path templates",
    example: operation({ paths: ["/{x}"] }),
    says: /: (invalid or unsupported path|a path template )/,
  },
  {
    reason: "the TCP peer needs directRemoteAddress",
    example: {
      authorizationPolicies: [{ name: "p", rules: [{ when: [{ key: "source.ip", values: ["::"] }] }] }],
    },
    says: /means the TCP peer/,
  },
  {
    reason: "service accounts count in bytes",
    example: source({ serviceAccounts: ["é".repeat(161)] }),
    says: /: value cannot exceed 320 characters/,
  },
  {
    reason: "names in the brackets of a key",
    example: when({ key: "request.auth.claims[a][]", values: ["x"] }),
    says: /: bad key \(.*\): should have format a\[b\]|more than 100 nested names/s,
  },
  {
    reason: "values of a condition are what its key wants",
    example: when({ key: "destination.port", values: ["http"] }),
    says: /: invalid `(?:value|notValue)` for `key` /,
  },
  {
    reason: "alternatives are multiplied out",
    example: rule({
      from: Array.from({ length: 512 }, (_, i) => ({
        source: { namespaces: [`${i}`], notPrincipals: [`${i}`] },
      })),
      to: Array.from({ length: 200 }, (_, i) => ({ operation: { methods: ["GET"], notPaths: [`/${i}`] } })),
    }),
    says: /: too many combinations of `from` and `to`/,
  },
];
