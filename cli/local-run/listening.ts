// Who listens where, before Envoy does.

import { connect, createServer } from "node:net";
import type { Address } from "../../policies/resources/address.js";

/** How long a connection may take, in milliseconds. */
const TIMEOUT = 2_000;

/** Why this process could not listen there, as Node names it (`EADDRINUSE`, `EACCES`); undefined if it could. */
export function listenFault({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Whether somebody accepts connections there. */
export function isListening({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.setTimeout(TIMEOUT, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
