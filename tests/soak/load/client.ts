// Requests of the soak: over keep-alive connections, each with a deadline, its answer as one text.

import { Agent, request as httpRequest } from "node:http";

export interface SoakRequest {
  path: string;
  token?: string;
}

export interface SoakAnswer {
  /** `200`, `401 Jwt is expired`, `error ECONNRESET`, `hangs`, `200 with another's payload`. */
  text: string;
  start: number;
  end: number;
  /** Whether it went over a connection that had served others before. */
  reused: boolean;
}

/** Longer than any request may wait: two fetches of keys, each until its timeout, and the end of a lease. */
const DEADLINE = 20_000;

export class SoakClient {
  private readonly agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  inFlight = 0;

  constructor(private readonly port: number) {}

  send({ path, token }: SoakRequest): Promise<SoakAnswer> {
    const start = Date.now();
    this.inFlight++;
    return new Promise((resolve) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const request = httpRequest({ port: this.port, host: "127.0.0.1", path, agent: this.agent, headers });
      const late = setTimeout(() => request.destroy(new Error("hangs")), DEADLINE);
      const settle = (text: string) => {
        clearTimeout(late);
        this.inFlight--;
        resolve({ text, start, end: Date.now(), reused: request.reusedSocket });
      };
      request.on("error", (error: NodeJS.ErrnoException) => {
        settle(error.message === "hangs" ? "hangs" : `error ${error.code ?? error.message}`);
      });
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (error: NodeJS.ErrnoException) =>
          settle(`error ${error.code ?? error.message}`),
        );
        response.on("end", () => {
          const body = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          settle(status < 300 ? passed(status, body, token) : `${status} ${body}`);
        });
      });
      request.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** A request that went on must have reached the upstream with the payload of its own token, or none. */
function passed(status: number, body: string, token: string | undefined): string {
  if (body === "") return String(status);
  const { headers } = JSON.parse(body) as { headers: Record<string, string> };
  const payload = token?.split(".")[1];
  return headers["X-Jwt-Payload"] === payload ? String(status) : `${status} with another's payload`;
}
