// A real OpenID Connect issuer (oidc-provider) on this machine: client-credentials grant, RS256 JWT access tokens.

import { generateKeyPair, randomBytes, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { exportJWK, SignJWT, type JWK, type JWTPayload } from "jose";
import { errors, Provider, type Configuration } from "./provider.js";
import { demoRegistrations, GROUPS_CLAIM, TOKEN_LIFETIME, type Registrations } from "./registrations.js";

/** Where the issuer serves its keys: Auth0's path, as in the post. */
export const JWKS_PATH = "/.well-known/jwks.json";
const DISCOVERY_PATH = "/.well-known/openid-configuration";

export interface Issuer {
  /** The claim `iss`, which ends in a slash as Auth0's does. */
  issuer: string;
  port: number;
  /** `http://127.0.0.1:<port>`, without a slash. */
  origin: string;
  jwksUri: string;
  /** The public keys, as served at `jwksUri`. */
  jwks: { keys: JWK[] };
  /** How often the keys have been asked for. */
  jwksFetches(): number;
  /** How often the provider configuration has been asked for. */
  discoveries(): number;
  /** Puts an answer in the place of the keys, or (undefined) puts them back. The answer may be late. */
  answerJwksWith(answer: JwksAnswer | undefined): void;
  /** Lets the provider configuration wait. */
  holdDiscovery(until: Promise<void>): void;
  /** Signs any claims with the issuer's own key, for tokens that no honest client would get. */
  sign(claims: JWTPayload, header?: { kid?: string }): Promise<string>;
  /** Stops listening and drops all connections, until `comeBack` listens on the same port again. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

export type JwksAnswer = () => Promise<IssuerAnswer>;

export interface IssuerAnswer {
  status: number;
  body: string;
  /** Beside the content type, or in its place. */
  headers?: Readonly<Record<string, string>>;
  /** Breaks off the connection in the middle of the body, or before there is any answer. */
  cut?: boolean | "before headers";
}

export interface IssuerOptions {
  /** 0, the default, picks a free port. */
  port?: number;
  /** The claim `iss`, when it is not to be the issuer's own address: an impostor. */
  issuer?: string;
  /** An RSA key and its name; default: made for this run. */
  key?: IssuerKey;
  /** Default: those of registrations.ts. */
  registrations?: Registrations;
}

export interface IssuerKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

async function newKey(): Promise<IssuerKey> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return { ...pair, kid: randomBytes(12).toString("base64url") };
}

/** Starts an issuer on 127.0.0.1. */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const { privateKey, publicKey, kid } = options.key ?? (await newKey());
  const named = { kid, use: "sig", alg: "RS256" };
  const publicJwk = { ...(await exportJWK(publicKey)), ...named };
  const privateJwk = { ...(await exportJWK(privateKey)), ...named };

  let fetches = 0;
  let discoveries = 0;
  let discoveryHeld = Promise.resolve();
  let jwksAnswer: JwksAnswer | undefined;
  const server = createServer();
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await listen(options.port ?? 0);
  const port = (server.address() as AddressInfo).port;
  const origin = `http://127.0.0.1:${port}`;
  const issuer = options.issuer ?? `${origin}/`;
  const serveProvider = withoutWarnings(
    () => new Provider(issuer, providerConfiguration(privateJwk, options.registrations ?? demoRegistrations)),
  ).callback();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === JWKS_PATH) {
      fetches++;
      if (jwksAnswer !== undefined) return void sendAnswer(jwksAnswer, response);
    }
    if (request.url === DISCOVERY_PATH) {
      discoveries++;
      void discoveryHeld.then(() => serveProvider(request, response));
      return;
    }
    void serveProvider(request, response);
  });

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    issuer,
    port,
    origin,
    jwksUri: origin + JWKS_PATH,
    jwks: { keys: [publicJwk] },
    jwksFetches: () => fetches,
    discoveries: () => discoveries,
    answerJwksWith: (answer) => void (jwksAnswer = answer),
    holdDiscovery: (until) => void (discoveryHeld = until),
    sign: (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid, ...header })
        .sign(privateKey),
    goAway: close,
    comeBack: () => listen(port),
    stop: close,
  };
}

/** oidc-provider warns that its store in memory is for development, which is what this issuer is for. */
function withoutWarnings<T>(make: () => T): T {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return make();
  } finally {
    console.warn = warn;
  }
}

function providerConfiguration(signingKey: JWK, registrations: Registrations): Configuration {
  const { clients, resources, scopes } = registrations;
  return {
    jwks: { keys: [signingKey] },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    routes: { jwks: JWKS_PATH },
    scopes: scopes.split(" "),
    responseTypes: [],
    clients: clients.map((client) => ({
      client_id: client.id,
      client_secret: client.secret,
      scope: client.scope,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: "client_secret_basic",
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, indicator) => {
          const resource = resources.find((known) => known.indicator === indicator);
          if (resource === undefined) throw new errors.InvalidTarget();
          return {
            scope: scopes,
            audience: resource.audience,
            accessTokenTTL: TOKEN_LIFETIME,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: "RS256" } },
          };
        },
      },
    },
    ttl: { ClientCredentials: TOKEN_LIFETIME },
    extraTokenClaims: (_context, token) => {
      const client = clients.find((known) => known.id === token.clientId);
      return { [GROUPS_CLAIM]: client?.groups, azp: client?.id, gty: "client-credentials" };
    },
    formats: {
      customizers: {
        jwt: (_context, token, jwt) => {
          // Auth0's subject of a client that acts for itself.
          const payload = jwt.payload as { sub: string; iat: number; exp: number };
          payload.sub = `${token.clientId ?? ""}@clients`;
          const indicator = (
            token as { resourceServer?: { identifier(): string } }
          ).resourceServer?.identifier();
          const backdated = resources.find((known) => known.indicator === indicator)?.backdated ?? 0;
          payload.iat -= backdated;
          payload.exp -= backdated;
        },
      },
    },
  };
}

async function sendAnswer(answer: JwksAnswer, response: ServerResponse): Promise<void> {
  const { status, body, headers, cut = false } = await answer();
  if (cut === "before headers") {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  if (!cut) response.end(body);
  else response.write(body.slice(0, body.length / 2), () => response.destroy());
}
