// A host and a port as people write them.

import { isAddress, isIPv6 } from "../golang/ip.js";
import { InputError } from "./input-error.js";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port`, `[::1]:port`.
 * @param place named in the message
 * @throws InputError if it is neither
 */
export function parseAddress(place: string, text: string): Address {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) {
    throw new InputError(`${place} ${text}: expected host:port, such as 127.0.0.1:8000 or [::1]:8000`);
  }
  return { host: match[1] ?? match[2]!, port };
}

/**
 * Reads the address of a listener: Envoy listens on addresses, not on names, `localhost` but for.
 * @throws InputError if it is another name, or no address and port
 */
export function parseListenAddress(place: string, text: string): Address {
  const { host, port } = parseAddress(place, text);
  if (host === "localhost") return { host: "127.0.0.1", port };
  if (isAddress(host)) return { host, port };
  throw new InputError(`${place} ${text}: expected an IP address and a port, such as 127.0.0.1:10000`);
}

/** `host:port`, an IPv6 address in brackets. */
export function addressText({ host, port }: Address): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
