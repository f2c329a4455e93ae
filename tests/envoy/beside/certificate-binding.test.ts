// Tokens that are bound to a client certificate (RFC 8705): oidc-provider binds them over mutual TLS, and a real Envoy is shown them over mutual TLS.

import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { request } from "node:https";
import { after, it } from "node:test";
import { clientCertificate, serverCertificate } from "../../differential/certificates/certificates.js";
import { setupFor, type EnvoyBootstrap } from "../stage/harness.js";
import { startCertificateBoundIssuer, type CertificateBoundIssuer } from "./certificate-bound-issuer.js";
import { answerTo, ask, type Answered } from "./native-listener.js";

let issuer: CertificateBoundIssuer;
const stops: (() => Promise<void>)[] = [];
after(async () => {
  for (const stop of stops) await stop();
});

const setup = setupFor({
  concurrency: 1,
  listeners: async () => {
    issuer = await startCertificateBoundIssuer("certificate-bound");
    stops.push(() => issuer.stop());
    const trusting = (extensions: object) => ({
      requestAuthentications: [
        {
          name: "test",
          namespace: "foo",
          jwtRules: [{ issuer: issuer.issuer, jwks: issuer.jwks, forwardOriginalToken: true }],
        },
      ],
      authorizationPolicies: [
        {
          name: "test",
          namespace: "foo",
          action: "ALLOW",
          rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }],
        },
      ],
      ...extensions,
    });
    const bound = (certificateBinding: string) =>
      trusting({ extensions: { tokenProfiles: [{ certificateBinding }] } });
    return {
      required: bound("REQUIRED"),
      "if-present": bound("IF_PRESENT"),
      without: trusting({}),
      plain: bound("IF_PRESENT"),
    };
  },
  edit: (config) => {
    for (const listener of config.static_resources.listeners)
      if (listener.name !== "plain") withTls(listener);
  },
});

/** Clients may show a certificate of the tests' authority, and need not. */
function withTls(listener: EnvoyBootstrap["static_resources"]["listeners"][number]): void {
  const { certificate, privateKey, authority } = serverCertificate();
  Object.assign(listener.filter_chains[0], {
    transport_socket: {
      name: "tls",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
        common_tls_context: {
          tls_certificates: [
            { certificate_chain: { inline_string: certificate }, private_key: { inline_string: privateKey } },
          ],
          validation_context: { trusted_ca: { inline_string: authority } },
        },
      },
    },
  });
}

/** @param client name of its certificate; undefined: it shows none */
function askOverTls(port: number, client: string | undefined, token: string): Promise<Answered> {
  return answerTo((answered) =>
    request(
      {
        port,
        host: "127.0.0.1",
        path: "/headers",
        headers: { authorization: `Bearer ${token}` },
        agent: false,
        ca: serverCertificate().authority,
        servername: "example.com",
        ...(client === undefined ? {} : clientCertificate(client)),
      },
      answered,
    ),
  );
}

const notBound = "401 Jwt is not bound to the client certificate";
const missing = "401 Client certificate is missing";
const clients = ["httpbin", "sleep", undefined] as const;

/** Listener, what token -> what becomes of it with the certificate that it was given to, with another one, and with none. */
const rows: readonly (readonly [
  listener: string,
  token: "bound" | "unbound",
  outcomes: readonly [string, string, string],
])[] = [
  ["required", "bound", ["200", notBound, missing]],
  ["required", "unbound", [notBound, notBound, missing]],
  ["if-present", "bound", ["200", notBound, missing]],
  ["if-present", "unbound", ["200", "200", "200"]],
  ["without", "bound", ["200", "200", "200"]],
];

it("a token is good over the certificate that it was given to, and over no other, however often it came", async () => {
  const { envoy } = await setup();
  const tokens = {
    bound: await issuer.token("httpbin", "bound"),
    unbound: await issuer.token("httpbin", "unbound"),
  };
  const { cnf } = JSON.parse(Buffer.from(tokens.bound.split(".")[1]!, "base64url").toString()) as {
    cnf: object;
  };
  const { raw } = new X509Certificate(clientCertificate("httpbin").cert);
  assert.deepEqual(cnf, { "x5t#S256": createHash("sha256").update(raw).digest("base64url") });
  for (const [listener, kind, outcomes] of rows) {
    // One worker: the second time the token is remembered, whoever has shown it.
    for (let i = 0; i < 2; i++) {
      for (const [j, client] of clients.entries()) {
        const { status, body } = await askOverTls(envoy.port(listener), client, tokens[kind]);
        const outcome = status === 200 ? "200" : `${status} ${body}`;
        assert.equal(outcome, outcomes[j], `${listener}, ${kind} token, ${client ?? "no certificate"}`);
      }
    }
  }
});

it("a listener without TLS knows no certificate", async () => {
  const { envoy } = await setup();
  const told = async (kind: "bound" | "unbound") => {
    const token = await issuer.token("httpbin", kind);
    const headers = {
      authorization: `Bearer ${token}`,
      // Whoever sends this is believed by nobody.
      "x-forwarded-client-cert": `Hash=${createHash("sha256")
        .update(new X509Certificate(clientCertificate("httpbin").cert).raw)
        .digest("hex")}`,
    };
    const { status, body } = await ask(envoy.port("plain"), { path: "/headers", headers });
    return status === 200 ? "200" : `${status} ${body}`;
  };
  assert.equal(await told("bound"), missing);
  assert.equal(await told("unbound"), "200");
});
