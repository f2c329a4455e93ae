// A forward proxy, as a process: CONNECT for TLS, whole addresses for plain requests. Every name leads to 127.0.0.1, as a company's own names do
// behind its proxy. Tells its parent its port, and each request. PROXY_USER: `user:password` that it wants to see.

import { createServer, request, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";

const wanted = process.env["PROXY_USER"];
const forbids = process.env["PROXY_FORBIDS"];

function isKnown({ headers }: IncomingMessage): boolean {
  if (wanted === undefined) return true;
  return headers["proxy-authorization"] === `Basic ${Buffer.from(wanted).toString("base64")}`;
}

const server = createServer((incoming, outgoing) => {
  process.send?.({ line: `${incoming.method} ${incoming.url}` });
  if (!isKnown(incoming)) {
    outgoing.writeHead(407).end();
    return;
  }
  const url = new URL(incoming.url ?? "");
  const onwards = request(
    { host: "127.0.0.1", port: url.port, path: url.pathname, headers: { host: url.host } },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  onwards.on("error", () => outgoing.writeHead(502).end());
  onwards.end();
});
server.on("connect", (incoming, socket) => {
  process.send?.({ line: `CONNECT ${incoming.url}` });
  socket.on("error", () => socket.destroy());
  if (!isKnown(incoming)) {
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    return;
  }
  const [, host = "", port = ""] = /^(.*):(\d+)$/.exec(incoming.url ?? "") ?? [];
  if (host === forbids) {
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    return;
  }
  const onwards = connect(Number(port), "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    onwards.pipe(socket).pipe(onwards);
  });
  onwards.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit());
