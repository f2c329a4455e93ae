// values beside notValues, and fields beside their not* twins, of every key and field at once; on requests that have the thing, lack it, or have it twice.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer, each } from "../requests.js";

/** Key -> lists of values and notValues. */
const conditions: Record<string, readonly (readonly [readonly string[], readonly string[]])[]> = {
  "request.headers[x-h]": [
    [["*"], ["a"]],
    [["a*"], ["*b"]],
    [["a", "b"], ["a"]],
  ],
  "request.auth.principal": [
    [["*"], ["A/alice"]],
    [["A/*"], ["*/alice"]],
    [["*/alice"], ["B/*"]],
  ],
  "request.auth.audiences": [
    [["*"], ["a"]],
    [["a", "b"], ["b*"]],
  ],
  "request.auth.presenter": [[["*"], ["a"]]],
  "request.auth.claims[sub]": [[["*"], ["alice"]]],
  "request.auth.claims[iss]": [[["A"], ["B"]]],
  "request.auth.claims[aud]": [[["a*"], ["*b"]]],
  "request.auth.claims[permission]": [
    [["*"], ["a"]],
    [["a"], ["b"]],
  ],
  "request.auth.claims[scope]": [[["a"], ["b"]]],
  "request.auth.claims[m][k][z]": [[["*"], ["a"]]],
  "request.auth.claims[jti]": [[["*"], ["a*"]]],
  "request.auth.claims[a b]": [[["*"], ["b"]]],
  "request.auth.claims[a:b/c]": [[["a"], ["b"]]],
  "request.auth.claims[a-b_c.d]": [[["a"], ["b"]]],
  "source.ip": [[["127.0.0.0/8"], ["127.0.0.1"]]],
  "remote.ip": [
    [["0.0.0.0/0"], ["10.0.0.0/8"]],
    [["10.0.0.0/8"], ["10.1.0.0/16"]],
    [["::/0"], ["2001:db8::/32"]],
  ],
  "destination.ip": [[["127.0.0.0/8"], ["127.0.0.1"]]],
  "destination.port": [[["8080", "80"], ["80"]]],
  "connection.sni": [[["*"], ["a"]]],
  "source.principal": [[["*"], ["a"]]],
  "source.namespace": [[["*"], ["foo"]]],
};

const fields: Record<string, readonly [JsonObject, string]> = {
  requestPrincipals: [{ requestPrincipals: ["*"], notRequestPrincipals: ["A/alice", "*/bob"] }, "source"],
  remoteIpBlocks: [{ remoteIpBlocks: ["10.0.0.0/8"], notRemoteIpBlocks: ["10.1.0.0/16"] }, "source"],
  ipBlocks: [{ ipBlocks: ["127.0.0.0/8"], notIpBlocks: ["127.0.0.1"] }, "source"],
  principals: [{ principals: ["*"], notPrincipals: ["a"] }, "source"],
  namespaces: [{ notNamespaces: ["foo"], notPrincipals: ["*"] }, "source"],
  hosts: [{ hosts: ["*.com"], notHosts: ["EXAMPLE.com"] }, "operation"],
  methods: [{ methods: ["*"], notMethods: ["P*"] }, "operation"],
  paths: [{ paths: ["/a*", "/{*}"], notPaths: ["/a/b", "/{*}/x"] }, "operation"],
  ports: [{ ports: ["80", "8080"], notPorts: ["80"] }, "operation"],
  "only not": [
    {
      notHosts: ["*.org"],
      notMethods: ["PUT"],
      notPaths: ["/a/*"],
      notPorts: ["81"],
    },
    "operation",
  ],
};

const start = {
  ...requestAuthentication({ issuer: "A" }, { issuer: "B" }),
  directRemoteAddress: "jwt_policy.direct_remote",
};

function policies(): Policy[] {
  const rules: (readonly [string, JsonObject])[] = [
    ...Object.entries(conditions).flatMap(([key, lists]) =>
      lists.flatMap(([values, notValues]): (readonly [string, JsonObject])[] => [
        [`${key} ${values.join(" ")} but ${notValues.join(" ")}`, { when: [{ key, values, notValues }] }],
        [
          `${key} ${values.join(" ")} and apart not ${notValues.join(" ")}`,
          {
            when: [
              { key, notValues },
              { key, values },
            ],
          },
        ],
      ]),
    ),
    ...Object.entries(fields).map(([name, [members, kind]]): readonly [string, JsonObject] => [
      name,
      kind === "source" ? { from: [{ source: members }] } : { to: [{ operation: members }] },
    ]),
  ];
  return rules.map(([name, rule]): Policy => ({
    name: `negations/${name}`,
    config: { ...start, ...authorization({ rules: [rule] }) },
  }));
}

const alice = { iss: "A", sub: "alice" };
const requests: Record<string, RequestSpec> = {
  ...each(
    [
      alice,
      { iss: "A", sub: "bob" },
      { iss: "B", sub: "alice" },
      { iss: "A", sub: "" },
      { ...alice, aud: "a", azp: "a" },
      { ...alice, aud: ["a", "b"], azp: ["a", "b"], permission: "a b", scope: "a b" },
      { ...alice, aud: ["ab"], azp: "b", permission: "a", scope: "a" },
      { ...alice, permission: ["a b"], scope: ["b"], m: { k: { z: "b" } }, jti: "b" },
      { ...alice, permission: "", scope: " ", m: { k: { z: ["a", "b"] } }, jti: "ab" },
      { ...alice, permission: 5, m: { k: "z" }, "a b": "a", "a:b/c": "a", "a-b_c.d": ["a"] },
      { ...alice, "a b": "b", "a:b/c": ["b", "a"], "a-b_c.d": "b", m: [{ k: { z: "a" } }] },
    ],
    (claims) => bearer({ claims }),
    (claims) => JSON.stringify(claims),
  ),
  ...each(
    [["a"], ["b"], ["ab"], ["a", "b"], ["c"], [""], ["c", "a"], ["ac", "cb"]],
    (values): RequestSpec => ({ headers: values.map((value) => ["x-h", value] as const) }),
    (values) => `x-h ${JSON.stringify(values)}`,
  ),
  ...each(
    ["10.0.0.1", "10.1.2.3", "192.0.2.1", "2001:db8::1", "2001:db9::1", "::1", "junk", "10.1.2.3, 10.2.0.1"],
    (address): RequestSpec => ({ headers: [["x-forwarded-for", address]] }),
    (address) => `XFF ${address}`,
  ),
  ...each(
    [80, 81, 8080],
    (destinationPort): RequestSpec => ({ connection: { source: "10.9.9.9", destinationPort } }),
    (port) => `to port ${port}`,
  ),
  ...each(
    ["example.com", "a.com", "a.org", "EXAMPLE.COM:80", "com"],
    (authority): RequestSpec => ({ authority, method: "PUT" }),
    (authority) => `PUT to ${authority}`,
  ),
  ...each(["/a", "/a/b", "/a/x", "/b", "/b/x", "/ab?x=/a/b"], (path): RequestSpec => ({ path })),
  "peer 127.0.0.9": { connection: { from: "127.0.0.9" } },
};

export const negations: Table = { name: "negations", cases: cross(policies(), requests) };
