// An HTTP/1.1 client that sends what it is told, byte for byte: repeated headers, odd values and odd paths included.
import { connect, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";
import { clientCertificate } from "../certificates/certificates.js";
import type { ConnectionSpec, Header } from "../compared/exchange.js";

/** A response as it came; strings are byte strings. */
export interface WireResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
}

const deadline = 90_000;

/** Sends requests to one port; keeps plain connections open between them. */
export class WireClient {
  readonly #idle: Socket[] = [];

  constructor(readonly port: number) {}

  /** Sends a request and waits for the whole response. Rejects if the connection breaks or 10 s pass. */
  async send(
    method: string,
    path: string,
    headers: readonly Header[],
    connection: ConnectionSpec,
  ): Promise<WireResponse> {
    const ordinary = Object.keys(connection).length === 0;
    const reused = ordinary ? this.#takeIdle() : undefined;
    const socket = reused ?? (await open(this.port, connection));
    const head = [
      `${method} ${path} HTTP/1.1`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      "",
      "",
    ];
    const pending = readResponse(socket, method);
    socket.write(Buffer.from(head.join("\r\n"), "latin1"));
    const { response, reusable } = await pending;
    if (ordinary && reusable) this.#idle.push(socket);
    else socket.destroy();
    return response;
  }

  close(): void {
    for (const socket of this.#idle) socket.destroy();
  }

  #takeIdle(): Socket | undefined {
    for (;;) {
      const socket = this.#idle.pop();
      if (socket === undefined || (!socket.destroyed && socket.readyState === "open")) return socket;
    }
  }
}

async function open(port: number, spec: ConnectionSpec): Promise<Socket> {
  const socket = connect({
    host: "127.0.0.1",
    port,
    ...(spec.from === undefined ? {} : { localAddress: spec.from }),
  });
  socket.setNoDelay(true);
  // An idle connection may end in an error, which nobody is waiting for.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  if (spec.source !== undefined || spec.destination !== undefined || spec.destinationPort !== undefined) {
    const source = spec.source ?? "192.0.2.1";
    const destination = spec.destination ?? (source.includes(":") ? "2001:db8::9" : "192.0.2.9");
    const family = source.includes(":") ? "TCP6" : "TCP4";
    socket.write(`PROXY ${family} ${source} ${destination} 40000 ${spec.destinationPort ?? 8080}\r\n`);
  }
  if (spec.certificate === undefined && spec.serverName === undefined) return socket;
  const secure = connectTls({
    socket,
    rejectUnauthorized: false,
    ...(spec.serverName === undefined ? {} : { servername: spec.serverName }),
    secureContext: secureContextOf(spec.certificate),
  });
  await once(secure, "secureConnect");
  return secure;
}

/** One for each certificate: measured, making them anew took a tenth of the time that the cases took here. */
const secureContexts = new Map<string | undefined, SecureContext>();

function secureContextOf(certificate: string | undefined): SecureContext {
  let context = secureContexts.get(certificate);
  if (context === undefined) {
    context = createSecureContext(certificate === undefined ? {} : clientCertificate(certificate));
    secureContexts.set(certificate, context);
  }
  return context;
}

function once(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => {
      socket.off("error", reject);
      resolve();
    });
    socket.once("error", reject);
  });
}

function readResponse(
  socket: Socket,
  method: string,
): Promise<{ response: WireResponse; reusable: boolean }> {
  return new Promise((resolve, reject) => {
    let text = "";
    const finish = (result: { response: WireResponse; reusable: boolean } | Error) => {
      clearTimeout(timer);
      socket.off("data", onData).off("error", onError).off("close", onClose);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const timer = setTimeout(
      () => finish(new Error(`no complete response in ${deadline} ms: ${text}`)),
      deadline,
    );
    const onError = (error: Error) => finish(error);
    const onClose = () => finish(new Error(`connection closed after: ${JSON.stringify(text)}`));
    const onData = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const response = parseResponse(text, method);
      if (response === undefined) return;
      const close = response.headers.some(([name, value]) => name === "connection" && value === "close");
      finish({ response, reusable: !close });
    };
    socket.on("data", onData).on("error", onError).on("close", onClose);
  });
}

/** The response that the text holds, undefined while it is incomplete. */
function parseResponse(text: string, method: string): WireResponse | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = lines.map((line): Header => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const status = Number(statusLine.split(" ")[1]);
  const value = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  const rest = text.slice(end + 4);
  if (method === "HEAD" || status === 204 || status === 304) return { status, headers, body: "" };
  if (value("transfer-encoding") === "chunked") {
    const body = dechunked(rest);
    return body === undefined ? undefined : { status, headers, body };
  }
  const length = Number(value("content-length") ?? "0");
  return rest.length < length ? undefined : { status, headers, body: rest.slice(0, length) };
}

function dechunked(text: string): string | undefined {
  let body = "";
  let at = 0;
  for (;;) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = parseInt(text.slice(at, lineEnd), 16);
    const start = lineEnd + 2;
    if (text.length < start + size + 2) return undefined;
    if (size === 0) return body;
    body += text.slice(start, start + size);
    at = start + size + 2;
  }
}
