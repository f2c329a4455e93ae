// Crowds of clients for tests: thousands of requests at once, over HTTP/1.1 or HTTP/2, some of whom leave before they are answered.

import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { connect, type AddressInfo } from "node:net";

/** Streams of one HTTP/2 connection. Envoy's own limit is 1,024 (http2_protocol_options.max_concurrent_streams). */
const STREAMS = 1_000;
/** Connections that are opened at once, below Envoy's backlog. */
const OPENED_AT_ONCE = 100;

export interface CrowdRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly path?: string;
}

/** One client of a crowd. */
export interface Member {
  /** The status, or "left" if the connection or stream ended before there was one. */
  readonly answer: Promise<string>;
  leave(): void;
}

export interface Crowd {
  readonly members: readonly Member[];
  /** What all of them got: how often which answer came. */
  answers(): Promise<Record<string, number>>;
  /** Ends all connections. */
  stop(): void;
}

export type Protocol = "HTTP/1.1" | "HTTP/2";

/** Sends these requests, each on a connection or stream of its own; settles when all are under way. */
export async function crowd(
  port: number,
  protocol: Protocol,
  requests: readonly CrowdRequest[],
): Promise<Crowd> {
  const { members, stop } =
    protocol === "HTTP/2" ? await streams(port, requests) : await connections(port, requests);
  return {
    members,
    stop,
    answers: async () => {
      const counts: Record<string, number> = {};
      for (const answer of await Promise.all(members.map((member) => member.answer)))
        counts[answer] = (counts[answer] ?? 0) + 1;
      return counts;
    },
  };
}

type Sent = Pick<Crowd, "members" | "stop">;

async function streams(port: number, requests: readonly CrowdRequest[]): Promise<Sent> {
  const sessions = Array.from({ length: Math.ceil(requests.length / STREAMS) }, () =>
    connectHttp2(`http://127.0.0.1:${port}`),
  );
  for (const session of sessions) session.setMaxListeners(0).on("error", () => undefined);
  await Promise.all(sessions.map((session) => once(session, "remoteSettings")));
  const members = requests.map(({ headers, path = "/" }, i): Member => {
    const stream = sessions[i % sessions.length]!.request({ ":path": path, ...headers });
    const answer = new Promise<string>((resolve) => {
      stream.once("response", (headers) => resolve(String(headers[":status"])));
      stream.once("error", () => undefined);
      stream.once("close", () => resolve("left"));
    });
    stream.resume();
    return { answer, leave: () => stream.close(constants.NGHTTP2_CANCEL) };
  });
  return { members, stop: () => sessions.forEach((session) => session.destroy()) };
}

async function connections(port: number, requests: readonly CrowdRequest[]): Promise<Sent> {
  const members: Member[] = [];
  for (let i = 0; i < requests.length; i += OPENED_AT_ONCE)
    members.push(
      ...(await Promise.all(requests.slice(i, i + OPENED_AT_ONCE).map((one) => connection(port, one)))),
    );
  return { members, stop: () => members.forEach((member) => member.leave()) };
}

async function connection(port: number, { headers, path = "/" }: CrowdRequest): Promise<Member> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const answer = new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      if (status !== undefined) resolve(status);
    });
    socket.once("error", () => undefined);
    socket.once("close", () => resolve("left"));
  });
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n${fields.join("")}\r\n`);
  return { answer, leave: () => socket.resetAndDestroy() };
}

/** A key server whose answers wait: `hold` makes the next ones for a path wait, `open` gives the answer. */
export interface KeyServer {
  readonly origin: string;
  readonly port: number;
  /** From now on requests for this path wait. */
  hold(path: string): void;
  /** How many requests for this path wait. */
  waiting(path: string): number;
  /** Answers those that wait, and all later ones, with this status. */
  open(path: string, status?: number): void;
  stop(): Promise<void>;
}

/** Serves, under any path, the one key of `keyName`: an `oct` key whose secret is its name. */
export async function startKeyServer(keyName: string): Promise<KeyServer> {
  const k = Buffer.from(keyName).toString("base64url");
  const keySet = JSON.stringify({ keys: [{ kty: "oct", kid: keyName, alg: "HS256", k }] });
  const held = new Map<string, ServerResponse[]>();
  const statuses = new Map<string, number>();
  const answer = (response: ServerResponse, status: number) =>
    response.writeHead(status, { "content-type": "application/json" }).end(status === 200 ? keySet : "");
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "";
    const waiting = held.get(path);
    if (waiting === undefined) answer(response, statuses.get(path) ?? 200);
    else waiting.push(response);
  });
  // Node's 5 s end a connection just as Envoy sends the next fetch over it: the fetch fails, and nobody waits.
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    hold: (path) => void held.set(path, []),
    waiting: (path) => held.get(path)?.length ?? 0,
    open: (path, status = 200) => {
      statuses.set(path, status);
      const waiting = held.get(path) ?? [];
      held.delete(path);
      for (const response of waiting) answer(response, status);
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** A token of `issuer` that this key has signed; without a key, one of a `kid` that nobody knows, with two letters for a signature. */
export function crowdToken(issuer: string, keyName?: string, claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = keyName === undefined ? { alg: "HS256", kid: "nobody" } : { alg: "HS256", kid: keyName };
  const text = `${part(header)}.${part({ iss: issuer, ...claims })}`;
  if (keyName === undefined) return `${text}.AA`;
  return `${text}.${createHmac("sha256", keyName).update(text).digest("base64url")}`;
}

/** The header fields of a request with this token. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
