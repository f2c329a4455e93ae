// A listener with native filters of our own writing beside that of the filter under test: the referee for what Istio's two objects cannot say.

import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { connectionManager, type EnvoyBootstrap } from "../stage/harness.js";

export interface Asked {
  readonly path: string;
  readonly method?: string;
  /** Of a list each is a line. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** Puts native filters in the place of the filter, in the listener of this name. */
export function withNative(config: EnvoyBootstrap, listener: string, filters: readonly object[]): void {
  const one = config.static_resources.listeners.find(({ name }) => name === listener);
  if (one === undefined) throw new Error(`there is no listener ${listener}`);
  const manager = connectionManager(one);
  const [, ...rest] = manager.http_filters;
  manager.http_filters = [...filters, ...rest] as typeof manager.http_filters;
}

/** Sends a request as it is written: no client cleans its path. */
export function ask(port: number, { path, method = "GET", headers = {} }: Asked): Promise<Answered> {
  return answerTo((answered) =>
    request({ port, host: "127.0.0.1", path, method, headers, agent: false }, answered),
  );
}

/** Sends a request without body, and reads its answer. @param made the request, whose answer goes to what it is given */
export function answerTo(
  made: (answered: (answer: IncomingMessage) => void) => ClientRequest,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = made((answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Envoy's jwt_authn with one provider, which leaves the claims in dynamic metadata under `payload`. */
export function jwtAuthn(provider: object, rules: readonly object[]): object {
  return jwtAuthnOf({ issuer: { forward: true, payload_in_metadata: "payload", ...provider } }, rules);
}

/** The same with several providers, a token of any of which is good, as none is. */
export function anyProvider(providers: Readonly<Record<string, object>>): object {
  const requirements = [
    ...Object.keys(providers).map((name) => ({ provider_name: name })),
    { allow_missing: {} },
  ];
  return jwtAuthnOf(providers, [{ match: { prefix: "/" }, requires: { requires_any: { requirements } } }]);
}

function jwtAuthnOf(providers: object, rules: readonly object[]): object {
  return {
    name: "envoy.filters.http.jwt_authn",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
      providers,
      rules,
    },
  };
}

/** Envoy's rbac with these policies, which allow. */
export function rbac(policies: object): object {
  return {
    name: "envoy.filters.http.rbac",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
      rules: { action: "ALLOW", policies },
    },
  };
}

/** As requirement of jwt_authn: a token that is there must be good. */
export const goodOrMissing = {
  requires_any: { requirements: [{ provider_name: "issuer" }, { allow_missing: {} }] },
};
