// What is outside the mesh, in the world's namespace: the issuer behind https://idp.example.com/, the registry behind
// https://registry.example.com, the pods' logs as kubelet serves them, and a client.

import { readFile } from "node:fs/promises";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { fetchTokens, type TokenName } from "../../../scripts/demo/tokens.js";
import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { startUpstream } from "../../../scripts/upstream.js";
import { startIssuer } from "../../seeded/issuer.js";
import { offer } from "./calls.js";
import { KUBELET_PORT } from "./node.js";
import { STAGE_PREFIX } from "./namespace.js";
import { sendRequest, type StageRequest } from "./request.js";

/** The claim `iss` of the issuer that everybody trusts. */
export const ISSUER = "https://idp.example.com/";

/** null takes a usual claim away. */
export type Claims = Readonly<Record<string, unknown>>;

interface Issuers {
  /** The one that is trusted; `impostor` and `next` sign in its name, with keys of their own. */
  readonly trusted: Issuer;
  readonly impostor: Issuer;
  readonly stranger: Issuer;
  readonly next: Issuer;
}

type Signer = keyof Issuers;

export interface URLParts {
  /** The world's address. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let issuers: Issuers | undefined;
let registryAnswers = true;
/** Who answers, by `host:port`. */
const answers = new Map<string, Answer>();
/** The certificates of names besides those of the first one. */
const contexts = new Map<string, SecureContext>();
/** The ports of the world's address that are served. */
const listening = new Map<number, Promise<void>>();
let defaultCertificate: { readonly key: string; readonly cert: string } | undefined;

/** Serves a port, with TLS or without, for all that have been given an answer there. */
function listen(address: string, port: number, tls: boolean): Promise<void> {
  const existing = listening.get(port);
  if (existing !== undefined) return existing;
  const answer: Answer = (request, response) => {
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    const found = answers.get(`${host}:${port}`);
    if (found === undefined) response.writeHead(404).end();
    else found(request, response);
  };
  const server = tls
    ? createTlsServer(
        { ...defaultCertificate, SNICallback: (name, done) => done(null, contexts.get(name)) },
        answer,
      )
    : createServer(answer);
  const ready = new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, address, resolve);
  });
  listening.set(port, ready);
  return ready;
}

function issuer(name: Signer): Issuer {
  if (issuers === undefined) throw new Error("not started");
  return issuers[name];
}

/** What kubelet serves of its node: `/containerLogs/<namespace>/<pod>/istio-proxy` (kubelet's server.go), the file that the stage keeps it in. */
function logsOf(directory: string): Answer {
  return ({ url = "" }, response) => {
    const [, namespace, pod] =
      /^\/containerLogs\/([a-z0-9-]+)\/([a-z0-9-]+)\/istio-proxy(\?|$)/.exec(url) ?? [];
    if (namespace === undefined || pod === undefined) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(directory, `${STAGE_PREFIX}${namespace}-${pod}`, "agent.log")).then(
      (text) => response.writeHead(200, { "content-type": "text/plain" }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  };
}

/** Hands a request on to a port of this namespace's loopback. */
function handOn(port: number, edit?: (body: string) => string) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const onward = httpRequest(
      { host: "127.0.0.1", port, path: request.url, method: request.method, headers: request.headers },
      (answer) => {
        if (edit === undefined) {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
          return;
        }
        let body = "";
        answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
        answer.on("end", () => {
          response.writeHead(answer.statusCode ?? 502, { "content-type": answer.headers["content-type"] });
          response.end(edit(body));
        });
      },
    );
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  };
}

const functions = {
  /**
   * Starts the issuers, and what stands in front of them and of the registry.
   * @param key the key of the certificate for both names, PEM
   * @param pods where the pods keep their logs
   */
  start: async (key: string, certificate: string, registryPort: number, address: string, pods: string) => {
    issuers = {
      trusted: await startIssuer({ issuer: ISSUER }),
      impostor: await startIssuer({ issuer: ISSUER }),
      stranger: await startIssuer({ issuer: "https://jwt.io/" }),
      next: await startIssuer({ issuer: ISSUER }),
    };
    const { port } = issuers.trusted;
    const service = handOn(port);
    // The issuer does not know of the TLS in front of it.
    const behindTls = handOn(port, (body) => body.replaceAll("http://", "https://"));
    answers.set("idp.example.com:443", (request, response) =>
      (request.url === "/.well-known/openid-configuration" ? behindTls : service)(request, response),
    );
    const registry = handOn(registryPort);
    answers.set("registry.example.com:443", (request, response) =>
      registryAnswers ? registry(request, response) : void response.socket?.destroy(),
    );
    defaultCertificate = { key, cert: certificate };
    await listen(address, 443, true);
    answers.set(`${address}:${KUBELET_PORT}`, logsOf(pods));
    await listen(address, KUBELET_PORT, true);
  },
  /**
   * Serves the trusted issuer's keys at every path of a host and port of the world, and at the path of OIDC discovery a provider
   * configuration for an issuer.
   */
  answerAt: async (origin: URLParts, issuedBy: string | undefined, key: string, certificate: string) => {
    const { address, host, port, tls } = origin;
    if (tls) contexts.set(host, createSecureContext({ key, cert: certificate }));
    answers.set(`${host}:${port}`, (request, response) => {
      const jwks = { keys: issuer("trusted").jwks.keys };
      const at = `${tls ? "https" : "http"}://${request.headers.host ?? host}/.well-known/jwks.json`;
      const isDiscovery = request.url?.endsWith("/.well-known/openid-configuration") === true;
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(isDiscovery ? { issuer: issuedBy, jwks_uri: at } : jwks));
    });
    await listen(address, port, tls);
  },
  /** The tokens of the seed's requests (scripts/demo/tokens.ts), from the issuers' token endpoints. */
  demoTokens: async (): Promise<Record<TokenName, string>> => {
    const tokens = await fetchTokens(issuers as never);
    return Object.fromEntries(tokens) as Record<TokenName, string>;
  },
  /** A token of any claims; those of an hour's good token unless they are given (null: without it). */
  sign: (claims: Claims = {}, signer: Signer = "trusted", expiresIn = 3600): Promise<string> => {
    const iat = Math.floor(Date.now() / 1000) + Math.min(expiresIn, 0);
    const exp = iat - Math.min(expiresIn, 0) + expiresIn;
    const usual = { iss: ISSUER, sub: "billing@clients", aud: "istio-jwt-test", iat, exp };
    const given = Object.entries<unknown>({ ...usual, ...claims }).filter(([, value]) => value !== null);
    return issuer(signer).sign(Object.fromEntries(given));
  },
  /** Which keys the trusted issuer publishes from now on. */
  publish: (signers: readonly Signer[]) => {
    const keys = signers.flatMap((name) => issuer(name).jwks.keys);
    const answer = { status: 200, body: JSON.stringify({ keys }) };
    issuer("trusted").answerJwksWith(() => Promise.resolve(answer));
  },
  /** The trusted issuer's key set. */
  jwks: () => JSON.stringify(issuer("trusted").jwks),
  /** How often the trusted issuer's keys have been asked for. */
  jwksFetches: () => issuer("trusted").jwksFetches(),
  /** Whether the registry answers. */
  setRegistry: (answers: boolean) => void (registryAnswers = answers),
  /** An upstream outside the mesh. */
  serve: async (port: number, address: string) => {
    await startUpstream(port, address);
  },
  request: (request: StageRequest) => sendRequest(request),
};

export type WorldFunctions = typeof functions;

if (process.send !== undefined) offer(functions);
