// Load at a rate that an HTTP client library does not reach: requests written as bytes on keep-alive connections, each answer checked. Not
// pipelined: Envoy 1.40 closes a connection on which further requests wait behind one that it answers itself.

import { createServer, connect, type AddressInfo, type Socket } from "node:net";

export interface RawRequest {
  bytes: string;
  /** Status and, for a local response, its body: `200`, `401 Jwt is expired`. */
  expected: string;
}

const END_OF_HEADERS = Buffer.from("\r\n\r\n");

/** Sends `count` requests over `connections` connections; rejects at the first answer that is not the expected one. */
export async function sendRaw(
  port: number,
  count: number,
  connections: number,
  next: () => RawRequest,
): Promise<void> {
  let left = count;
  const take = () => (left-- > 0 ? next() : undefined);
  await Promise.all(Array.from({ length: connections }, () => drive(port, take)));
}

function drive(port: number, take: () => RawRequest | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let request: RawRequest | undefined;
    let received: Buffer = Buffer.alloc(0);
    const ask = () => {
      request = take();
      if (request === undefined) socket.end();
      else socket.write(request.bytes);
    };
    socket.on("connect", ask);
    socket.on("error", reject);
    socket.on("close", () => {
      if (request === undefined) resolve();
      else reject(new Error(`Envoy closed a connection in place of ${request.expected}`));
    });
    socket.on("data", (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const answer = readAnswer(received);
      if (answer === undefined) return;
      received = received.subarray(answer.length);
      const expected = request?.expected ?? "nothing, for nothing was asked";
      if (answer.text === expected) {
        ask();
        return;
      }
      reject(new Error(`Expected ${expected}, got ${answer.text}`));
      socket.destroy();
    });
  });
}

/** The first whole answer in `bytes`, and how many of them it takes. */
function readAnswer(bytes: Buffer): { text: string; length: number } | undefined {
  const headersEnd = bytes.indexOf(END_OF_HEADERS);
  if (headersEnd < 0) return undefined;
  const head = bytes.toString("latin1", 0, headersEnd);
  const bodyLength = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const length = headersEnd + END_OF_HEADERS.length + bodyLength;
  if (bytes.length < length) return undefined;
  const status = head.slice(9, 12);
  const body = bytes.toString("utf8", headersEnd + END_OF_HEADERS.length, length);
  return { text: status === "200" ? status : `${status} ${body}`, length };
}

export interface FixedUpstream {
  port: number;
  stop(): Promise<void>;
}

const FIXED_ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/** An upstream that answers every request without a body with 200, and looks at none. */
export async function startFixedUpstream(): Promise<FixedUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let tail = "";
    socket.on("data", (chunk: Buffer) => {
      const text = tail + chunk.toString("latin1");
      const parts = text.split("\r\n\r\n");
      tail = parts.at(-1)!;
      if (parts.length > 1) socket.write(FIXED_ANSWER.repeat(parts.length - 1));
    });
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
