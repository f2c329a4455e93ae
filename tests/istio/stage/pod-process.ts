// The application of a pod: what runs in its network namespace beside the proxy. Serves, and sends requests on demand.

import { createServer } from "node:http";
import { startUpstream } from "../../../scripts/upstream.js";
import { offer } from "./calls.js";
import { sendRequest, type StageRequest } from "./request.js";

const functions = {
  /** Serves httpbin's endpoints (scripts/upstream.ts) on a port of every address. */
  serve: async (port: number) => {
    await startUpstream(port, "0.0.0.0");
  },
  serveJwks: async (port: number, jwks: string) => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(jwks);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "0.0.0.0", resolve);
    });
  },
  request: (request: StageRequest) => sendRequest(request),
};

export type PodFunctions = typeof functions;

if (process.send !== undefined) offer(functions);
