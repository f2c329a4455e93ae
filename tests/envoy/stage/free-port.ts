// A port that nobody has, for what must know its port before it listens, goes away and comes back to it, or is not to be there at all. Whatever can
// listen on port 0 and say which one it got does that; a port that it had is another's as soon as it is closed.

import { portIsFree } from "../../../scripts/demo/port-is-free.js";

/** Below the ports that kernels choose by themselves (Linux: from 32768 on): none of the parts beside this one gets it meanwhile. */
const FIRST = 20_000;
const COUNT = 12_000;

/** How many this process has looked at. */
let looked = 0;

/** Another one at each call, and for each process that runs, as far as the numbers go. */
export async function freePort(): Promise<number> {
  for (let i = 0; i < 1_000; i++) {
    const port = FIRST + ((process.pid * 7 + looked++) % COUNT);
    if (await portIsFree(port)) return port;
  }
  throw new Error("No port is free.");
}
