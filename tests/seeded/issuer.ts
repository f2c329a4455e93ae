// The issuer of the tests: that of `npm start`, with a key that is derived from the seed of the run.

import { startIssuer as start, type Issuer, type IssuerOptions } from "../../scripts/issuer/issuer.js";
import { rsaKeys } from "./keys.js";

let count = 0;

/** Starts an issuer whose key no other issuer of this process has. */
export function startIssuer(options: Omit<IssuerOptions, "key"> = {}): Promise<Issuer> {
  const kid = `issuer-${++count}`;
  return start({ ...options, key: { kid, ...rsaKeys(2048, kid) } });
}
