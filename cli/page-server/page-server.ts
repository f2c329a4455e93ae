// Serves the page to browsers on this machine, and tells it of files.

import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listenOnLoopback } from "../local-run/loopback-server.js";
import { FILES_PATH, type PageFile } from "./page-files.js";

export interface PageServer {
  /** With a part that nobody can guess: other users of the machine can connect, too. */
  readonly url: string;
  /** What the page is shown from now on: a JSON text, in one line. */
  tell(files: string): void;
  close(): Promise<void>;
}

const headers = {
  "cache-control": "no-store",
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Listens on the loopback address alone. @param port 0 for a free one */
export async function startPageServer(
  pages: ReadonlyMap<string, PageFile>,
  port: number,
): Promise<PageServer> {
  const prefix = `/${randomBytes(16).toString("hex")}/`;
  const listening = new Set<ServerResponse>();
  let told: string | undefined;
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    const path = pathOf(request, prefix, own);
    const page = path === undefined ? undefined : pages.get(path);
    if (request.method !== "GET") response.writeHead(405, headers).end();
    else if (path === FILES_PATH) {
      response.writeHead(200, { ...headers, "content-type": "text/event-stream" });
      response.write(told === undefined ? ":\n\n" : `data: ${told}\n\n`);
      listening.add(response);
      response.on("close", () => listening.delete(response));
    } else if (page === undefined) response.writeHead(404, headers).end("There is nothing here.\n");
    else response.writeHead(200, { ...headers, "content-type": page.type }).end(page.body);
  });
  const { port: own, stop } = await listenOnLoopback(server, port);
  return {
    url: `http://127.0.0.1:${own}${prefix}`,
    tell(files) {
      told = files;
      for (const response of listening) response.write(`data: ${files}\n\n`);
    },
    close: stop,
  };
}

/** The path below the page's address; undefined for whoever does not know it, or comes by another name (DNS rebinding). */
function pathOf(
  { headers: { host }, url = "" }: IncomingMessage,
  prefix: string,
  port: number,
): string | undefined {
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return undefined;
  const path = url.replace(/[?#].*$/s, "");
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}
