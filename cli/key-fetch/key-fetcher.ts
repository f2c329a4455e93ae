// Fetching keys by node:http and node:https: through the proxy that the environment names, with the authorities that the user names.

import { Agent, type RequestOptions } from "node:https";
import { NodeHttpFetcher } from "../../host/node/http-fetcher.js";
import type { FetchKeys } from "../../policies/evaluation/key-calls.js";
import { envoyFailureResponse } from "../../host/calls/http-calls.js";
import { fetchFault } from "./fetch-fault.js";
import { proxyAuthorization, proxyFor, ProxyTextError, socketAddress, type Proxy } from "./proxy.js";
import { TunnelAgent } from "./tunnel.js";

export interface KeyFetcherOptions {
  /** In place of Node's own, each as PEM. */
  readonly authorities?: readonly string[] | undefined;
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What fetches keys, and says why it could not. */
export function keyFetcher({ authorities, environment = {} }: KeyFetcherOptions = {}): FetchKeys {
  return (originText, request, answer) => {
    const origin = new URL(originText);
    let proxy: Proxy | undefined;
    try {
      proxy = proxyFor(origin, environment);
    } catch (error) {
      if (!(error instanceof ProxyTextError)) throw error;
      answer(envoyFailureResponse(503, ""), fetchFault(origin, error, undefined));
      return () => undefined;
    }
    let failure: Error | undefined;
    const fetcher = new NodeHttpFetcher(new Map([[request.cluster, originText]]), {
      onFailure: (error) => (failure = error),
      prepare: (_, options) => connected(origin, options, proxy, authorities),
    });
    return fetcher.send(request, (result) => {
      answer(result, failure === undefined ? undefined : fetchFault(origin, failure, proxy));
    });
  };
}

/** The options of a request, with the way to the origin in them. */
function connected(
  origin: URL,
  options: RequestOptions,
  proxy: Proxy | undefined,
  authorities: readonly string[] | undefined,
): RequestOptions {
  if (proxy === undefined) return authorities === undefined ? options : { ...options, ca: [...authorities] };
  if (origin.protocol === "https:") return { ...options, agent: new TunnelAgent(proxy, authorities) };
  // RFC 9112 §3.2.2: a plain request to a proxy names the whole address.
  const authorization = proxyAuthorization(proxy);
  const headers = options.headers as readonly string[];
  const isSecure = proxy.url.protocol === "https:";
  const agent = new Agent(authorities === undefined ? {} : { ca: [...authorities] });
  return {
    ...options,
    ...(isSecure ? { protocol: "https:", agent } : {}),
    ...socketAddress(proxy.url),
    path: `${origin.origin}${options.path ?? "/"}`,
    headers: authorization === undefined ? headers : [...headers, "proxy-authorization", authorization],
  };
}
