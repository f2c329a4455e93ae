// mTLS with several names in a certificate: with the keys for them this filter sees what Envoy's rbac sees.
import { cross, type Case, type Table } from "../case.js";
import { severalNames } from "../certificates/certificates.js";
import { peerNameKeys } from "../../../policies/render/envoy/peer-names-filter.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, type JsonObject, type Policy } from "../policy.js";

const { peerUriSans, peerDnsSans } = peerNameKeys;

function policy(name: string, spec: JsonObject, keys: JsonObject = peerNameKeys): Policy {
  const forReferee = authorization(spec);
  return { name: `certificate-names/${name}`, tls: true, config: { ...forReferee, ...keys }, forReferee };
}

const first = "cluster.local/ns/foo/sa/first";
const second = "cluster.local/ns/foo/sa/second";

const sources: readonly (readonly [field: string, values: readonly string[]])[] = [
  ["principals", ["*"]],
  ["principals", [first]],
  ["principals", [second]],
  ["principals", ["*/sa/third"]],
  ["principals", ["cluster.local/ns/bar/*"]],
  ["namespaces", ["foo"]],
  ["namespaces", ["bar"]],
  ["serviceAccounts", ["second"]],
  ["serviceAccounts", ["bar/third"]],
  ["trustDomains", ["cluster.local"]],
  ["trustDomains", ["other.example"]],
];

const negated = (field: string) => `not${field.charAt(0).toUpperCase()}${field.slice(1)}`;

/** Every way to say it: as a source, as its negation, and a DENY of both. */
const policies: Policy[] = sources.flatMap(([field, values]) => [
  policy(`${field} ${values.join()}`, { rules: [{ from: [{ source: { [field]: values } }] }] }),
  policy(`not ${field} ${values.join()}`, { rules: [{ from: [{ source: { [negated(field)]: values } }] }] }),
  policy(`DENY ${field} ${values.join()}`, {
    action: "DENY",
    rules: [{ from: [{ source: { [field]: values } }] }],
  }),
]);

const conditions: Policy[] = (
  [
    ["source.principal", second],
    ["source.namespace", "bar"],
    ["source.serviceAccount", "foo/second"],
    ["source.trustDomain", "other.example"],
  ] as const
).flatMap(([key, value]) => [
  policy(`${key} ${value}`, { rules: [{ when: [{ key, values: [value] }] }] }),
  policy(`${key} not ${value}`, { rules: [{ when: [{ key, notValues: [value] }] }] }),
]);

const requests: Record<string, RequestSpec> = {
  ...Object.fromEntries(
    ["httpbin", "uri and dns", "dns", "subject only", "no names", ...Object.keys(severalNames)].map(
      (certificate): [string, RequestSpec] => [
        certificate,
        { connection: { certificate, serverName: "example.com" } },
      ],
    ),
  ),
  "no certificate": { connection: { serverName: "example.com" } },
};

/** Without the certificate itself, a text with more than two parts can be read in several ways. */
const withoutCertificate: Case[] = [
  policy(
    "second, without the certificate",
    { rules: [{ from: [{ source: { principals: [second] } }] }] },
    {
      peerUriSans,
      peerDnsSans,
    },
  ),
  policy(
    "not second, without the certificate",
    { rules: [{ from: [{ source: { notPrincipals: [second] } }] }] },
    { peerUriSans, peerDnsSans },
  ),
].flatMap((one, isNegated) =>
  Object.entries(requests).map(([label, request]): Case => {
    const names = severalNames[label];
    const isAmbiguous = [names?.uris, names?.dns].some(
      (list = []) => list.slice(1).join().includes(",") || list.length > 2,
    );
    if (!isAmbiguous) return { policy: one, label, request };
    const matches = [...(names?.uris ?? []), ...(names?.dns ?? [])].includes(`spiffe://${second}`);
    return {
      policy: one,
      label,
      request,
      deliberate: {
        difference: "names of a certificate that the text does not tell",
        native: { status: matches === (isNegated === 0) ? 200 : 403 },
        ours: { status: 500, body: "Jwt policy filter failed" },
      },
    };
  }),
);

export const certificateNames: Table = {
  name: "certificate-names",
  cases: [...cross([...policies, ...conditions], requests), ...withoutCertificate],
};
