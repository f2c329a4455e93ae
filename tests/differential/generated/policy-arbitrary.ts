// Policies drawn at random, all of them valid to Istio.
import fc from "fast-check";
import { keySetPlaceholder, type KeySetName } from "../keys/key-sets.js";
import { namespace, type Json, type JsonObject, type PluginConfig } from "../policy.js";
import { defaultIssuer } from "../token.js";

const some = <T>(values: readonly T[], maxLength = 2) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });

/** An object with each member there or not. */
function optional(members: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<JsonObject> {
  return fc.record(members, { requiredKeys: [] }) as unknown as fc.Arbitrary<JsonObject>;
}

/** The same, with at least one member. */
function nonEmpty(members: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<JsonObject> {
  return optional(members).filter((value) => Object.keys(value).length > 0);
}

const keySets: readonly KeySetName[] = [
  "main",
  "main",
  "every",
  "anonymous",
  "bound",
  "odd",
  "second",
  "secret",
];

const jwtRule: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.record({
      issuer: fc.constantFrom("A", "B", defaultIssuer),
      jwks: fc.constantFrom(...keySets).map(keySetPlaceholder),
    }),
    optional({
      audiences: some(["svc", "https://svc/", "other"]),
      fromHeaders: fc.constantFrom<Json[]>(
        [{ name: "x-token" }],
        [{ name: "X-Token", prefix: "Tok " }],
        [{ name: "authorization", prefix: "Bearer " }],
        [{ name: "x-token", prefix: "A " }, { name: "x-token", prefix: "B " }, { name: "x-two" }],
      ),
      outputPayloadToHeader: fc.constantFrom("x-payload", "x-payload-2"),
      outputClaimToHeaders: fc.constantFrom<Json[]>(
        [{ header: "x-sub", claim: "sub" }],
        [
          { header: "x-c", claim: "c" },
          { header: "x-deep", claim: "m.k" },
        ],
        [
          { header: "x-sub", claim: "c" },
          { header: "X-Sub", claim: "sub" },
        ],
      ),
      forwardOriginalToken: fc.boolean(),
      spaceDelimitedClaims: some(["c", "roles"]),
    }),
    fc.constantFrom<JsonObject>(
      {},
      {},
      {},
      { fromParams: ["tok"] },
      { fromParams: ["access_token", "tok"] },
      { fromCookies: ["tok"] },
    ),
  )
  .map((parts) => Object.assign({}, ...parts) as JsonObject);

const principals = [
  "*",
  "A/alice",
  "A/*",
  "*/alice",
  "B/*",
  "*alice",
  "A*",
  "A/al*",
  `${defaultIssuer}/*`,
  `${defaultIssuer}/alice`,
  "A/a",
  "x",
];
const paths = ["/a", "/a*", "*/b", "*", "/a/b", "/A", "/a/{*}", "/{**}/b", "/{*}/{*}", "/a?x=1", "/"];
const hosts = ["example.com", "EXAMPLE.com", "*.com", "example*", "*", "example.com:8080", "other"];
const methods = ["GET", "POST", "P*", "*", "*T", "OPTIONS"];
const remotes = [
  "10.0.0.0/8",
  "10.1.2.3",
  "192.0.2.128/25",
  "127.0.0.1",
  "2001:db8::/32",
  "0.0.0.0/0",
  "::/0",
];
const identities = ["*", "cluster.local/ns/foo/sa/httpbin", "cluster.local/*"];

const source = nonEmpty({
  requestPrincipals: some(principals),
  notRequestPrincipals: some(principals),
  remoteIpBlocks: some(remotes),
  notRemoteIpBlocks: some(remotes),
  notPrincipals: some(identities, 1),
});
const rareSource = nonEmpty({
  principals: some(identities),
  namespaces: some(["foo", "*"]),
  notNamespaces: some(["foo", "b*"]),
  ipBlocks: some(["127.0.0.0/8", "10.0.0.0/8"]),
  notIpBlocks: some(["127.0.0.1", "10.0.0.0/8"]),
});
const operation = nonEmpty({
  hosts: some(hosts),
  notHosts: some(hosts),
  methods: some(methods),
  notMethods: some(methods),
  paths: some(paths, 3),
  notPaths: some(paths),
  notPorts: some(["1", "2"]),
});

const values = ["a", "b", "a*", "*b", "*", "ab", "5", "svc", "alice"];
const keys = [
  "request.headers[x-h]",
  "request.headers[X-Sub]",
  "request.headers[x-payload]",
  "request.headers[authorization]",
  "request.headers[:path]",
  "request.auth.claims[c]",
  "request.auth.claims[m][k]",
  "request.auth.claims[scope]",
  "request.auth.claims[roles]",
  "request.auth.audiences",
  "request.auth.presenter",
  "request.auth.principal",
];
const condition: fc.Arbitrary<JsonObject> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom(...keys), nonEmpty({ values: some(values), notValues: some(values) }))
      .map(([key, lists]): JsonObject => ({ key, ...lists })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("remote.ip", "source.ip"),
        nonEmpty({ values: some(remotes), notValues: some(remotes) }),
      )
      .map(([key, lists]): JsonObject => ({ key, ...lists })),
  },
);

const list = (item: fc.Arbitrary<JsonObject>) => fc.array(item, { minLength: 1, maxLength: 2 });
const rule = optional({
  from: list(
    fc
      .oneof({ weight: 4, arbitrary: source }, { weight: 1, arbitrary: rareSource })
      .map((one) => ({ source: one })),
  ),
  to: list(operation.map((one) => ({ operation: one }))),
  when: list(condition),
});

const authorizationPolicy = fc
  .record({
    action: fc.constantFrom("ALLOW", "ALLOW", "ALLOW", "DENY", "DENY", "AUDIT"),
    name: fc.constantFrom("p", "q", "a-b", "z"),
    namespace: fc.constantFrom(namespace, "istio-system"),
    dryRun: fc.constantFrom(false, false, false, false, true),
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  })
  .map((policy) => policy satisfies JsonObject);

/** pluginConfigs with up to three JWT rules and up to four authorization policies. */
export const policyArbitrary: fc.Arbitrary<PluginConfig> = fc
  .record({
    rules: fc.array(jwtRule, { maxLength: 3 }),
    policies: fc.uniqueArray(authorizationPolicy, {
      maxLength: 4,
      selector: (policy) => `${policy.namespace}/${policy.name}`,
    }),
  })
  .map(({ rules, policies }) => ({
    ...(rules.length === 0 ? {} : { requestAuthentications: [{ name: "jwt", namespace, jwtRules: rules }] }),
    ...(policies.length === 0 ? {} : { authorizationPolicies: policies }),
    directRemoteAddress: "jwt_policy.direct_remote",
  }));
