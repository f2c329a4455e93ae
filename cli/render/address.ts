// Addresses in arguments.

import { UsageError } from "../exit-code.js";
import type { Address } from "./envoy-bootstrap.js";

/**
 * Reads `host:port`, `[::1]:port`.
 * @param option named in the message
 * @throws UsageError if it is neither
 */
export function parseAddress(option: string, text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) {
    throw new UsageError(`${option} ${text}: expected host:port, such as 127.0.0.1:8000 or [::1]:8000`);
  }
  return { host: match[1] ?? match[2]!, port };
}
