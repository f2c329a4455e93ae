// The attributes of a request that the upstream does not receive, told by Envoy in response headers: what host/ needs to be told.
import type { Request } from "../../../policies/evaluation/request/request.js";
import type { JsonObject } from "../../../policies/resources/tree.js";
import type { Header } from "../compared/exchange.js";
import type { Policy } from "../policy.js";

/** Attribute -> what Envoy prints for it in a response header of that name. */
const formats = {
  "x-attribute-scheme": "%REQ(:SCHEME)%",
  "x-attribute-source": "%DOWNSTREAM_REMOTE_ADDRESS%",
  "x-attribute-destination": "%DOWNSTREAM_LOCAL_ADDRESS%",
  "x-attribute-destination-port": "%DOWNSTREAM_LOCAL_PORT%",
  "x-attribute-direct-remote": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%",
  "x-attribute-server-name": "%REQUESTED_SERVER_NAME%",
  "x-attribute-uri-san": "%DOWNSTREAM_PEER_URI_SAN%",
  "x-attribute-dns-san": "%DOWNSTREAM_PEER_DNS_SAN%",
  "x-attribute-subject": "%DOWNSTREAM_PEER_SUBJECT%",
} as const;

/** For a route: the response headers that tell the attributes. */
export const attributeHeaders: readonly unknown[] = Object.entries(formats).map(([key, value]) => ({
  header: { key, value },
  append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
}));

/** What the upstream does not receive of a request that a filter would be shown. */
export type Attributes = Omit<Request, "method" | "path" | "authority" | "headers">;

/** The attributes that a filter for this policy would be shown, from the headers of the response. */
export function attributesOf(policy: Policy, response: readonly Header[]): Attributes {
  const told = (name: keyof typeof formats): string | undefined => {
    const value = response.find(([header]) => header === name)?.[1];
    // Envoy prints "-" for what is not there.
    return value === undefined || value === "-" || value === "" ? undefined : value;
  };
  // A filter is shown the first name of each kind only.
  const first = (names: string | undefined) => names?.split(",", 1)[0];
  return {
    scheme: told("x-attribute-scheme") ?? "",
    peer: told("x-attribute-direct-remote"),
    remote: told("x-attribute-source"),
    destination: {
      address: told("x-attribute-destination"),
      port: Number(told("x-attribute-destination-port")),
    },
    serverName: told("x-attribute-server-name"),
    certificate: {
      uriSan: first(told("x-attribute-uri-san")),
      dnsSan: first(told("x-attribute-dns-san")),
      subject: told("x-attribute-subject"),
    },
    metadata: metadataAhead(policy),
  };
}

interface SetMetadata {
  readonly typed_config?: {
    readonly metadata?: readonly { readonly metadata_namespace: string; readonly value: JsonObject }[];
  };
}

/** What the set_metadata filters ahead of a policy's filters leave behind. */
export function metadataAhead(policy: Policy): Record<string, JsonObject> | undefined {
  const entries = (policy.ahead ?? []).flatMap(
    (filter) => (filter as unknown as SetMetadata).typed_config?.metadata ?? [],
  );
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map((one) => [one.metadata_namespace, one.value]));
}
