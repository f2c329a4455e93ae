// A connection through an HTTP proxy by CONNECT (RFC 9110 §9.3.6). Node does this by itself from 22.21 on (`proxyEnv` of an Agent); until that
// is the oldest one, this does.

import { request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect, type ConnectionOptions } from "node:tls";
import { proxyAuthorization, socketAddress, type Proxy } from "./proxy.js";

/** The proxy did not open the tunnel. */
export class ProxyRefusedError extends Error {
  /** @param status of its answer; undefined if it gave none, for `reason` */
  constructor(
    readonly status: number | undefined,
    readonly reason: Error | undefined,
  ) {
    super(`the proxy answered ${status ?? "nothing"}`);
  }
}

/** How long a proxy may take to open a tunnel, in milliseconds. */
const TIMEOUT = 30_000;

/** TLS to whatever a request names, inside a tunnel of this proxy. */
export class TunnelAgent extends Agent {
  constructor(
    private readonly proxy: Proxy,
    private readonly authorities: readonly string[] | undefined,
  ) {
    super({ keepAlive: false });
  }

  override createConnection(
    { host, port, servername }: ConnectionOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const end = callback as (error: Error | null, stream?: Duplex) => void;
    const { authorities: ca } = this;
    openTunnel(this.proxy, this.authorities, `${bracketed(host ?? "")}:${port ?? 443}`).then(
      (socket) => {
        // A name in TLS is no address (RFC 6066 §3).
        const named = isIP(host ?? "") > 0 ? {} : { servername: servername ?? host ?? "" };
        end(
          null,
          connect({ socket, host: host ?? "", ...named, ...(ca === undefined ? {} : { ca: [...ca] }) }),
        );
      },
      (error: unknown) => end(error as Error),
    );
    return undefined;
  }
}

const bracketed = (host: string) => (isIP(host) === 6 ? `[${host}]` : host);

function openTunnel(
  proxy: Proxy,
  authorities: readonly string[] | undefined,
  target: string,
): Promise<Duplex> {
  const { url } = proxy;
  const authorization = proxyAuthorization(proxy);
  return new Promise((resolve, reject) => {
    const connecting = (url.protocol === "https:" ? httpsRequest : httpRequest)({
      ...socketAddress(url),
      method: "CONNECT",
      path: target,
      headers: {
        host: target,
        ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
      },
      agent: false,
      timeout: TIMEOUT,
      ...(authorities === undefined ? {} : { ca: [...authorities] }),
    });
    connecting.once("connect", ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode < 300) resolve(socket);
      else {
        socket.destroy();
        reject(new ProxyRefusedError(statusCode, undefined));
      }
    });
    connecting.once("response", (response) => {
      response.destroy();
      reject(new ProxyRefusedError(response.statusCode, undefined));
    });
    connecting.once("timeout", () => connecting.destroy(new Error("it does not answer in time")));
    connecting.once("error", (error) => reject(new ProxyRefusedError(undefined, error)));
    connecting.end();
  });
}
