// The upstream of all listeners: answers each request with what it received, as JSON.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Header, Received } from "../compared/exchange.js";

/** For HEAD, which has no body, the JSON comes in this header, base64url. */
export const echoHeader = "x-echo";

/** Starts the upstream on a free port of 127.0.0.1. */
export async function startEchoUpstream(): Promise<{ port: number; server: Server }> {
  const server = createServer({ maxHeaderSize: 1 << 20, keepAliveTimeout: 600_000 }, (request, response) => {
    const headers: Header[] = [];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      headers.push([request.rawHeaders[i]?.toLowerCase() ?? "", request.rawHeaders[i + 1] ?? ""]);
    }
    const received: Received = { method: request.method ?? "", path: request.url ?? "", headers };
    const text = JSON.stringify(received);
    if (request.method === "HEAD") response.setHeader(echoHeader, Buffer.from(text).toString("base64url"));
    response.setHeader("content-type", "application/json");
    request.resume();
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, server };
}
