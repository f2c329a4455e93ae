// `--upstream echo`: a service behind the filter that needs nothing else, and answers with what reached it.

import { createServer, type IncomingMessage } from "node:http";
import type { Address } from "../../policies/resources/address.js";
import { jsonText } from "../../policies/text/printable.js";
import { withoutTokens } from "../../policies/text/redaction.js";
import { listenOnLoopback } from "./loopback-server.js";

export interface EchoUpstream {
  readonly address: Address;
  stop(): Promise<void>;
}

/** A large token may come twice, in its own header and as payload; Node's own limit is 16 KiB. */
const MAX_HEADERS = 128 * 1024;

/** Starts it, on this machine alone. */
export async function startEcho(): Promise<EchoUpstream> {
  const server = createServer({ maxHeaderSize: MAX_HEADERS }, (request, response) => {
    request.resume();
    request.once("end", () => {
      response.writeHead(200, { "content-type": "application/json" }).end(jsonText(told(request)));
    });
  });
  // Envoy keeps its connections; Node would end one just as the next request comes over it.
  server.keepAliveTimeout = 600_000;
  const { port, stop } = await listenOnLoopback(server);
  return { address: { host: "127.0.0.1", port }, stop };
}

/** The request as it came through the filter; tokens are not repeated. */
function told({ method = "", url = "", rawHeaders }: IncomingMessage): object {
  const headers: { name: string; value: string }[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    headers.push({ name: rawHeaders[i]!.toLowerCase(), value: rawHeaders[i + 1]! });
  return withoutTokens({ upstream: "echo, of jwt-policy run", method, path: url, headers }, []);
}
