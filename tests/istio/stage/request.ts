// A request as the stage sends it: each on a connection of its own, its path byte for byte as given.

import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";

export interface StageRequest {
  /** Where it goes: an address, and a port (80 if undefined). */
  readonly address: string;
  readonly port?: number;
  /** `GET` if undefined. */
  readonly method?: string;
  /** `/headers` if undefined. */
  readonly path?: string;
  /** `Host`; `httpbin` if undefined. */
  readonly host?: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface StageAnswer {
  /** 0: there was none; `body` is the error's code. */
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** How long an answer may take, in milliseconds. */
const DEADLINE = 20_000;

export function sendRequest(request: StageRequest): Promise<StageAnswer> {
  const headers: OutgoingHttpHeaders = { host: request.host ?? "httpbin" };
  if (request.token !== undefined) headers["authorization"] = `Bearer ${request.token}`;
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    headers[name] = typeof value === "string" ? value : [...value];
  }
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) =>
      resolve({ status: 0, body: error.code ?? error.message, headers: {} });
    const sent = httpRequest(
      {
        host: request.address,
        port: request.port ?? 80,
        method: request.method ?? "GET",
        path: request.path ?? "/headers",
        headers,
        agent: false,
        timeout: DEADLINE,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
        );
        response.on("error", fail);
      },
    );
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", fail);
    sent.end();
  });
}

/** The header fields that the upstream saw, by their names in lower case; undefined if the answer is not the upstream's. */
export function upstreamHeaders(answer: StageAnswer): Readonly<Record<string, string>> | undefined {
  if (answer.status !== 200) return undefined;
  try {
    const { headers } = JSON.parse(answer.body) as { headers?: Record<string, string> };
    return (
      headers &&
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    );
  } catch {
    return undefined;
  }
}
