// Whether a port of this machine can be had.

import { createServer } from "node:net";

/** Whether somebody could listen on 127.0.0.1 at this port, now. */
export function portIsFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
