// The filter that hands all names of a client's certificate to ours: a proxy-wasm property gives the first one of each kind.

import { itemsOf, stringAt, valueAt } from "../../resources/tree.js";
import type { Policy } from "../../istio/policy.js";

/** The configuration's fields for them, and the keys of filter state that they name. */
export const peerNameKeys = {
  peerUriSans: "jwt_policy.peer_uri_sans",
  peerDnsSans: "jwt_policy.peer_dns_sans",
  peerCertificate: "jwt_policy.peer_certificate",
} as const;

export type PeerNameKeys = Partial<Record<keyof typeof peerNameKeys, string>>;

const formats: Record<keyof typeof peerNameKeys, string> = {
  peerUriSans: "%DOWNSTREAM_PEER_URI_SAN%",
  peerDnsSans: "%DOWNSTREAM_PEER_DNS_SAN%",
  peerCertificate: "%DOWNSTREAM_PEER_CERT%",
};

/** The HTTP filters, to stand ahead of ours: one, or none where no key is configured. */
export function peerNamesFilters(keys: PeerNameKeys): object[] {
  const fields = (Object.keys(formats) as (keyof typeof formats)[]).filter((one) => keys[one] !== undefined);
  if (fields.length === 0) return [];
  return [
    {
      name: "jwt-policy.peer-names",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config",
        on_request_headers: fields.map((field) => ({
          object_key: keys[field],
          factory_key: "envoy.string",
          format_string: { text_format_source: { inline_string: formats[field] } },
        })),
      },
    },
  ];
}

const sourceFields = [
  "principals",
  "notPrincipals",
  "namespaces",
  "notNamespaces",
  "serviceAccounts",
  "notServiceAccounts",
  "trustDomains",
  "notTrustDomains",
];
const conditionKeys: ReadonlySet<string | undefined> = new Set([
  "source.principal",
  "source.namespace",
  "source.serviceAccount",
  "source.trustDomain",
]);

/** Whether a policy asks for a name of the client's certificate. */
export function needsPeerNames(policies: readonly Policy[]): boolean {
  return policies.some((policy) =>
    itemsOf(valueAt(policy.spec, "rules")).some(
      (rule) =>
        itemsOf(valueAt(rule, "from")).some((from) =>
          sourceFields.some((field) => itemsOf(valueAt(from, "source", field)).length > 0),
        ) ||
        itemsOf(valueAt(rule, "when")).some((condition) => conditionKeys.has(stringAt(condition, "key"))),
    ),
  );
}
