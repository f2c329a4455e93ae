// Addresses in arguments.

import { isIP } from "node:net";
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

/**
 * Reads the address of a listener: Envoy listens on addresses, not on names, `localhost` but for.
 * @throws UsageError if it is another name, or no address and port
 */
export function parseListenAddress(option: string, text: string): Address {
  const { host, port } = parseAddress(option, text);
  if (host === "localhost") return { host: "127.0.0.1", port };
  if (isIP(host) !== 0) return { host, port };
  throw new UsageError(`${option} ${text}: expected an IP address and a port, such as 127.0.0.1:10000`);
}

/** `host:port`, an IPv6 address in brackets. */
export function addressText({ host, port }: Address): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
