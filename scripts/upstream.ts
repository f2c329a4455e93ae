// The service behind the filter: the few endpoints of httpbin that the post uses, which tell what reached them.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Upstream {
  port: number;
  /** How many requests reached it since it started. */
  requests(): number;
  stop(): Promise<void>;
}

/** A large token may come twice, in its own header and as payload; Node's own limit is 16 KiB. */
const MAX_HEADERS = 128 * 1024;

/** Starts it, on this machine alone unless another address is named; port 0 picks a free one. */
export async function startUpstream(port = 0, address = "127.0.0.1"): Promise<Upstream> {
  let requests = 0;
  const server = createServer({ maxHeaderSize: MAX_HEADERS }, (request, response) => {
    requests++;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answer(request, Buffer.concat(chunks), response));
  });
  // Node's 5 s end a connection just as Envoy sends the next request over it, where hundreds are idle.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://upstream");
  const method = request.method ?? "";
  const path = url.pathname;
  if (path === "/headers") {
    sendJson(response, 200, { headers: titledHeaders(request) });
    return;
  }
  if (path === "/get" || path === "/post") {
    const allowed = path === "/get" ? "GET" : "POST";
    if (method !== allowed && !(allowed === "GET" && method === "HEAD")) {
      sendJson(response, 405, {});
      return;
    }
    sendJson(response, 200, echo(request, url, body));
    return;
  }
  if (path === "/anything" || path.startsWith("/anything/")) {
    sendJson(response, 200, echo(request, url, body));
    return;
  }
  const status = Number(/^\/status\/(\d{3})$/.exec(path)?.[1] ?? 404);
  response.writeHead(status >= 200 && status <= 599 ? status : 400).end();
}

function echo(request: IncomingMessage, url: URL, body: Buffer): object {
  const args: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    args[name] = values.length === 1 ? values[0]! : values;
  }
  return {
    args,
    data: body.toString("utf8"),
    headers: titledHeaders(request),
    method: request.method,
    // As received: what the filter did to the query shows here byte for byte.
    url: request.url,
  };
}

/** httpbin writes header names as Titled-Words, sorted, repeated ones joined by commas. */
function titledHeaders(request: IncomingMessage): Record<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
    const value = request.rawHeaders[i + 1]!;
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries([...headers].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify(value, null, 2) + "\n");
}
