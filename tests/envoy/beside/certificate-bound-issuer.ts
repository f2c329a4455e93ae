// An issuer over mutual TLS (oidc-provider): its access tokens are bound to the certificate that a client shows it (RFC 8705 §3).

import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { Provider } from "../../../scripts/issuer/provider.js";
import { clientCertificate, serverCertificate } from "../../differential/certificates/certificates.js";
import { rsaKeys } from "../../seeded/keys.js";

export interface CertificateBoundIssuer {
  readonly issuer: string;
  /** The public key set, JSON. */
  readonly jwks: string;
  /**
   * A JWT access token.
   * @param certificate name of the client certificate (differential/certificates) that is shown to the issuer
   * @param registered whether the client is one whose tokens are bound
   */
  token(certificate: string, registered: "bound" | "unbound"): Promise<string>;
  stop(): Promise<void>;
}

const resource = "https://api.example.com/";

/** @param name of its key */
export async function startCertificateBoundIssuer(name: string): Promise<CertificateBoundIssuer> {
  const pair = rsaKeys(2048, name);
  const named = { kid: name, use: "sig", alg: "RS256" };
  const { certificate, privateKey, authority } = serverCertificate();
  const server = createServer({
    cert: certificate,
    key: privateKey,
    requestCert: true,
    // What matters to RFC 8705 is that the client has the certificate's key, which TLS has shown.
    rejectUnauthorized: false,
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const issuer = `https://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...pair.privateKey.export({ format: "jwk" }), ...named }] },
    cookies: { keys: [name] },
    scopes: ["api"],
    responseTypes: [],
    clients: (["bound", "unbound"] as const).map((id) => ({
      client_id: id,
      client_secret: `${id}-secret`,
      scope: "api",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: "client_secret_basic",
      tls_client_certificate_bound_access_tokens: id === "bound",
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: (context: { socket: unknown }) =>
          (context.socket as TLSSocket).getPeerX509Certificate(),
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: "api",
          audience: resource,
          accessTokenTTL: 3600,
          accessTokenFormat: "jwt" as const,
          jwt: { sign: { alg: "RS256" as const } },
        }),
      },
    },
  });
  const serve = provider.callback();
  server.on("request", (asked, answer) => void serve(asked, answer));

  const token = (client: string, registered: "bound" | "unbound") =>
    new Promise<string>((resolve, reject) => {
      const sent = request(
        `${issuer}/token`,
        {
          method: "POST",
          auth: `${registered}:${registered}-secret`,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          ca: authority,
          servername: "example.com",
          agent: false,
          ...clientCertificate(client),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => {
            const body = Buffer.concat(chunks).toString("utf8");
            const told = (JSON.parse(body) as { access_token?: string }).access_token;
            if (told === undefined) reject(new Error(body));
            else resolve(told);
          });
        },
      );
      sent.on("error", reject);
      sent.end(new URLSearchParams({ grant_type: "client_credentials", resource, scope: "api" }).toString());
    });

  return {
    issuer,
    jwks: JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: "jwk" }), ...named }] }),
    token,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
