// An MCP server of the protocol's own SDK, on the loopback address.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

export interface RunningMcpServer {
  readonly port: number;
  /** What has been called, as the server understood it. */
  readonly calls: readonly string[];
  stop(): Promise<void>;
}

/** @param legacy whether it also serves clients of revisions before 2026-07-28, as the SDK does unless it is told not to */
export async function startMcpServer(legacy: "stateless" | "reject"): Promise<RunningMcpServer> {
  const calls: string[] = [];
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: "notes", version: "1.0.0" });
      for (const name of ["read_note", "delete_note"]) {
        server.registerTool(name, { inputSchema: z.object({ id: z.string() }) }, ({ id }) => {
          calls.push(`${name} ${id}`);
          return { content: [{ type: "text", text: `${name} ${id}` }] };
        });
      }
      return server;
    },
    { legacy },
  );
  const server = createServer((request, response) => void serve(handler, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  handler: { fetch(request: Request): Promise<Response> },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "GET", headers, url = "/" } = request;
  const answer = await handler.fetch(
    new Request(`http://${headers.host ?? "localhost"}${url}`, {
      method,
      headers: Object.entries(headers).flatMap(([name, value]) =>
        name.startsWith(":") || typeof value !== "string" ? [] : [[name, value] as [string, string]],
      ),
      ...(method === "GET" || method === "HEAD" ? {} : { body: Buffer.concat(chunks) }),
    }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}
