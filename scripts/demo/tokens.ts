// The tokens of the walk: who asks which issuer for what, and the shell line that does the same.

import type { IssuerAddress, IssuerProcess } from "../issuer/issuer-process.js";
import { clients } from "../issuer/registrations.js";

/** What a token is for, which is also the name of its shell variable. */
export type TokenName = "TOKEN" | "READER" | "OTHER_AUDIENCE" | "EXPIRED" | "FORGED" | "STRANGER";

export interface TokenRequest {
  name: TokenName;
  from: "trusted" | "impostor" | "stranger";
  client: string;
  /** The resource indicator (RFC 8707). */
  resource: string;
  scope: string;
}

const both = "read:database write:database";

export const tokenRequests: readonly TokenRequest[] = [
  { name: "TOKEN", from: "trusted", client: "billing", resource: "urn:istio-jwt-test", scope: both },
  {
    name: "EXPIRED",
    from: "trusted",
    client: "billing",
    resource: "urn:istio-jwt-test:expired",
    scope: both,
  },
  { name: "FORGED", from: "impostor", client: "billing", resource: "urn:istio-jwt-test", scope: both },
  { name: "STRANGER", from: "stranger", client: "billing", resource: "urn:istio-jwt-test", scope: both },
  {
    name: "READER",
    from: "trusted",
    client: "reporting",
    resource: "urn:istio-jwt-test",
    scope: "read:database",
  },
  { name: "OTHER_AUDIENCE", from: "trusted", client: "billing", resource: "urn:other-api", scope: both },
];

/** Gets every token of the walk from its issuer, as a client would: POST /token with the client-credentials grant. */
export async function fetchTokens(issuers: IssuerProcess): Promise<Map<TokenName, string>> {
  const tokens = tokenRequests.map(async (request) => {
    return [request.name, await fetchToken(issuers[request.from], request)] as const;
  });
  return new Map(await Promise.all(tokens));
}

/** RFC 6749 §4.4, with the client's secret in HTTP Basic (§2.3.1). Rejects with the issuer's own error. */
export async function fetchToken(
  issuer: Pick<IssuerAddress, "origin">,
  request: Pick<TokenRequest, "client" | "resource" | "scope">,
): Promise<string> {
  const { client, resource, scope } = request;
  const response = await fetch(`${issuer.origin}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${client}:${secretOf(client)}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials", resource, scope }),
  });
  const answer = (await response.json()) as { access_token?: string; error_description?: string };
  if (answer.access_token === undefined) {
    throw new Error(
      `${issuer.origin}/token refused ${client} (${response.status}): ${answer.error_description ?? ""}`,
    );
  }
  return answer.access_token;
}

/** The shell function that the lines of tokenLine call: issuer, client, resource, scope in; the token out. */
export const TOKEN_FUNCTION =
  `token() { curl -s -u $2:$2-secret -d grant_type=client_credentials -d resource=$3 -d "scope=$4" $1/token |` +
  ` sed -E 's/.*"access_token":"([^"]+)".*/\\1/'; }`;

/** The shell line that gets this token. */
export function tokenLine(request: TokenRequest, issuers: IssuerProcess): string {
  const { origin } = issuers[request.from];
  return `${request.name}=$(token ${origin} ${request.client} ${request.resource} "${request.scope}")`;
}

/** The claims of a token, unverified: for showing what the upstream should have got. */
export function payloadOf(token: string): string {
  return token.split(".")[1] ?? "";
}

function secretOf(id: string): string {
  const client = clients.find((known) => known.id === id);
  if (client === undefined) throw new Error(`No client ${id} is registered`);
  return client.secret;
}
