// Which proxy leads to an origin, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Their form differs between programs; this is that of Go's
// golang.org/x/net/http/httpproxy, by which kubectl and istioctl go.

import { BlockList, isIP } from "node:net";

export interface Proxy {
  readonly url: URL;
  /** The variable that names it: `HTTPS_PROXY`. */
  readonly variable: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an origin; undefined if it is asked directly.
 * @throws ProxyTextError if the variable names none that can be used
 */
export function proxyFor(origin: URL, environment: Environment): Proxy | undefined {
  const names = origin.protocol === "https:" ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"];
  const variable = names.find((name) => (environment[name] ?? "") !== "");
  if (variable === undefined) return undefined;
  const except = environment["NO_PROXY"] ?? environment["no_proxy"] ?? "";
  if (isExcepted(origin, except)) return undefined;
  const text = environment[variable]!;
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(written)) throw new ProxyTextError(`${variable} is no address of a proxy`);
  const url = new URL(written);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ProxyTextError(
      `${variable} names a proxy of ${url.protocol.slice(0, -1)}; http and https are known here`,
    );
  }
  return { url, variable };
}

/** A variable holds something else than a proxy. Its value, which may hold a password, is not in the message. */
export class ProxyTextError extends Error {}

/** The proxy without its credentials. */
export const proxyName = ({ url, variable }: Proxy): string => `${url.protocol}//${url.host} (${variable})`;

/** What a proxy with credentials wants to see of them (RFC 7617); undefined without. */
export function proxyAuthorization({ url }: Proxy): string | undefined {
  if (url.username === "" && url.password === "") return undefined;
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

/** Where to connect to for a URL: an IPv6 address has brackets in a URL alone, and the usual port is not written. */
export function socketAddress({ hostname, port, protocol }: URL): { hostname: string; port: number } {
  const usual = protocol === "https:" ? 443 : 80;
  return { hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? usual : Number(port) };
}

function isExcepted(origin: URL, except: string): boolean {
  const { hostname, port } = socketAddress(origin);
  const host = hostname.toLowerCase();
  if (host === "localhost" || (isIP(host) > 0 && loopback.check(host, familyOf(host)))) return true;
  return except.split(",").some((entry) => fits(entry.trim().toLowerCase(), host, String(port)));
}

const familyOf = (address: string) => (isIP(address) === 6 ? "ipv6" : "ipv4");

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function fits(entry: string, host: string, port: string): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  const [, network, prefix] = /^(.*)\/(\d+)$/.exec(entry) ?? [];
  if (network !== undefined && prefix !== undefined) return isIn(network, Number(prefix), host);
  const [, bracketed, bracketedPort] = /^\[(.*)\](?::(\d+))?$/.exec(entry) ?? [];
  const [, plain, plainPort] = isIP(entry) === 6 ? [] : (/^(.*):(\d+)$/.exec(entry) ?? []);
  const name = bracketed ?? plain ?? entry;
  const wanted = bracketedPort ?? plainPort;
  if (wanted !== undefined && wanted !== port) return false;
  if (isIP(name) > 0) return isIP(host) > 0 && isIn(name, isIP(name) === 6 ? 128 : 32, host);
  if (name.startsWith("*.") || name.startsWith(".")) return host.endsWith(name.replace(/^\*/, ""));
  return host === name || host.endsWith(`.${name}`);
}

function isIn(network: string, prefix: number, host: string): boolean {
  if (isIP(network) === 0 || isIP(network) !== isIP(host) || prefix > (isIP(network) === 6 ? 128 : 32))
    return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, familyOf(network));
  return list.check(host, familyOf(host));
}
