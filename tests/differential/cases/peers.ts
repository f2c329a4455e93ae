// mTLS: principals, namespaces, service accounts, trust domains and their aliases, and the server name.
import { cross, type Table } from "../case.js";
import { clientNames } from "../certificates/certificates.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, type JsonObject, type PluginConfig, type Policy } from "../policy.js";

function policy(name: string, rule: JsonObject, more: PluginConfig = {}, tls = true): Policy {
  return { name: `peers/${name}`, tls, config: { ...more, ...authorization({ rules: [rule] }) } };
}

function source(
  field: string,
  lists: readonly (readonly string[])[],
  more: PluginConfig = {},
  suffix = "",
): Policy[] {
  const negated = `not${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return lists.flatMap((list) => [
    policy(`${field} ${JSON.stringify(list)}${suffix}`, { from: [{ source: { [field]: list } }] }, more),
    policy(`${negated} ${JSON.stringify(list)}${suffix}`, { from: [{ source: { [negated]: list } }] }, more),
  ]);
}

function when(key: string, lists: readonly (readonly string[])[]): Policy[] {
  return lists.flatMap((list) => [
    policy(`${key} ${JSON.stringify(list)}`, { when: [{ key, values: list }] }),
    policy(`${key} not ${JSON.stringify(list)}`, { when: [{ key, notValues: list }] }),
  ]);
}

const httpbin = "cluster.local/ns/foo/sa/httpbin";
const aliases = { trustDomain: "td1", trustDomainAliases: ["old-td", "*-td"] };

/** A service account without a namespace is one of the policy's namespace. */
const otherNamespace: Policy[] = ["bar", "istio-system"].flatMap((namespace) =>
  [{ serviceAccounts: ["sleep"] }, { notServiceAccounts: ["sleep", "foo/httpbin"] }].map(
    (members): Policy => ({
      name: `peers/policy in ${namespace}, ${Object.keys(members)[0]}`,
      tls: true,
      config: authorization({ namespace, rules: [{ from: [{ source: members }] }] }),
    }),
  ),
);

const policies: Policy[] = [
  ...source("principals", [
    ["*"],
    [httpbin],
    ["cluster.local/ns/foo/*"],
    ["cluster.local/*"],
    ["*/sa/httpbin"],
    ["*httpbin"],
    ["*/ns/foo/*"],
    ["cluster.local/ns/*/sa/httpbin"],
    [`spiffe://${httpbin}`],
    ["CLUSTER.local/ns/foo/sa/httpbin"],
    ["client.example.com"],
    ["cluster.local"],
    ["cluster.local/ns/bar/sa/sleep", "td1/ns/foo/sa/httpbin"],
    ["*cluster.local/ns/foo/sa/httpbin"],
    ["**"],
    ["cn"],
  ]),
  ...source(
    "principals",
    [
      [httpbin],
      ["td1/ns/foo/sa/httpbin"],
      ["old-td/ns/foo/sa/httpbin"],
      ["other/ns/foo/sa/httpbin"],
      ["*/ns/foo/sa/httpbin"],
      ["*-td/ns/foo/sa/httpbin"],
      ["td1/*"],
    ],
    aliases,
    " with aliases",
  ),
  ...source("namespaces", [
    ["foo"],
    ["bar"],
    ["foo*"],
    ["*oo"],
    ["*"],
    ["f*o"],
    ["FOO"],
    ["foo", "bar"],
    ["fo."],
    ["foo/sa/httpbin"],
  ]),
  ...source("serviceAccounts", [
    ["httpbin"],
    ["foo/httpbin"],
    ["bar/sleep"],
    ["foo/sleep", "bar/sleep"],
    ["HttpBin"],
    ["http.in"],
  ]),
  ...source("trustDomains", [["cluster.local"], ["td1"], ["*"], ["cluster*"], ["*local"], ["old-td", "td1"]]),
  ...source("trustDomains", [["td1"], ["old-td"], ["other"]], aliases, " with aliases"),
  ...when("source.trustDomain", [["cluster.local"], ["*"], ["td*"]]),
  ...source("principals", [
    ["*/sa/http.in"],
    ["*(httpbin)"],
    ["cluster.local/ns/f.o/*"],
    ["*\\w+"],
    ["*[a-z]"],
  ]),
  ...source("namespaces", [["f[o]o"], ["foo|bar"], ["fo+"], ["foo.*"], ["(foo)"], ["\\w+"]]),
  ...otherNamespace,
  ...when("source.principal", [[httpbin], ["*"], ["*/sa/sleep"]]),
  ...when("source.namespace", [["foo"], ["*"], ["b*"]]),
  ...when("source.serviceAccount", [["foo/httpbin"], ["sleep"]]),
  ...when("connection.sni", [
    ["example.com"],
    ["*.example.com"],
    ["example*"],
    ["*"],
    ["EXAMPLE.com"],
    ["a.example.com", "b"],
  ]),
  policy("two sources", {
    from: [{ source: { namespaces: ["bar"] } }, { source: { principals: [httpbin] } }],
  }),
  policy("namespace and principal", {
    from: [{ source: { namespaces: ["foo"], principals: ["*httpbin"] } }],
  }),
  policy("anyone but foo", { from: [{ source: { principals: ["*"], notNamespaces: ["foo"] } }] }),
  policy("plain text, principals", { from: [{ source: { principals: ["*"] } }] }, {}, false),
  policy("plain text, no namespace", { from: [{ source: { notNamespaces: ["*"] } }] }, {}, false),
  policy("plain text, sni", { when: [{ key: "connection.sni", values: ["*"] }] }, {}, false),
  policy("plain text, no sni", { when: [{ key: "connection.sni", notValues: ["*"] }] }, {}, false),
];

const encrypted: Record<string, RequestSpec> = {
  ...Object.fromEntries(
    // SPIFFE allows one URI (X509-SVID §2); what happens with two is in deliberate-differences.ts.
    clientNames
      .filter((name) => name !== "two uris")
      .map((certificate): [string, RequestSpec] => [
        certificate,
        { connection: { certificate, serverName: "example.com" } },
      ]),
  ),
  "no certificate": { connection: { serverName: "example.com" } },
  "no certificate, other server name": { connection: { serverName: "a.example.com" } },
  "no server name": { connection: { certificate: "sleep" } },
};

export const peers: Table = {
  name: "peers",
  cases: [
    ...cross(
      policies.filter((one) => one.tls === true),
      encrypted,
    ),
    ...cross(
      policies.filter((one) => one.tls === false),
      {
        "plain text": {},
        "forged XFCC": { headers: [["x-forwarded-client-cert", `URI=spiffe://${httpbin}`]] },
      },
    ),
  ],
};
