/** The parts of a `jwksUri` that a dispatched call needs. */
import { Span, spanAddress, spanEnd } from "../../memory/span";

export class JwksUri {
  /** `https://idp.example.com` or, with a port of its own, `https://idp.example.com:8443`: the key in `clusters`. */
  origin: string = "";
  scheme: string = "";
  /** Host and port as written: `:authority` of the call. */
  authority: string = "";
  host: string = "";
  port: i32 = 0;
  /** Path and query, at least "/". */
  path: string = "";

  /** The cluster that Istio's sidecars have for this host (ServiceEntry or Service). */
  get istioCluster(): string {
    return "outbound|" + this.port.toString() + "||" + this.host;
  }
}

/** Longest URI, as in Istio's API. */
const MAX_URI_LENGTH = 2048;

/** Parses an absolute http or https URI; null if it is none. */
export function parseJwksUri(uri: string): JwksUri | null {
  if (uri.length > MAX_URI_LENGTH) return null;
  const parts = new JwksUri();
  if (uri.startsWith("https://")) parts.scheme = "https";
  else if (uri.startsWith("http://")) parts.scheme = "http";
  else return null;
  const start = parts.scheme.length + 3;
  let end = start;
  while (end < uri.length && !"/?#".includes(uri.charAt(end))) end++;
  parts.authority = uri.substring(start, end);
  const fragment = uri.indexOf("#", end);
  const rest = uri.substring(end, fragment < 0 ? uri.length : fragment);
  parts.path = rest.startsWith("/") ? rest : "/" + rest;
  for (let i = 0; i < uri.length; i++) {
    if (uri.charCodeAt(i) <= 0x20 || uri.charCodeAt(i) == 0x7f) return null;
  }
  return splitAuthority(parts) ? parts : null;
}

/**
 * Whether a URI that a server sent has no other bytes than URIs have (RFC 3986 §2), and no fragment: what an administrator writes is taken as it
 * is, but nobody else puts anything into a request of ours that a hop behind could read in another way.
 */
export function hasUriCharacters(uri: Span): bool {
  for (let at = spanAddress(uri); at < spanEnd(uri); at++) {
    const byte = load<u8>(at);
    if (isLetterOrDigit(byte)) continue;
    if (byte < 0x21 || byte > 0x7e) return false;
    // " # < > \ ^ ` { | }
    if (byte == 0x22 || byte == 0x23 || byte == 0x3c || byte == 0x3e || byte == 0x5c) return false;
    if (byte == 0x5e || byte == 0x60 || (byte >= 0x7b && byte <= 0x7d)) return false;
  }
  return true;
}

function isLetterOrDigit(character: i32): bool {
  return <u32>(character | 0x20) - 0x61 < 26 || <u32>character - 0x30 < 10;
}

function splitAuthority(parts: JwksUri): bool {
  const authority = parts.authority;
  const bracket = authority.lastIndexOf("]");
  const colon = authority.indexOf(":", max(bracket, 0));
  parts.host = colon < 0 ? authority : authority.substring(0, colon);
  const standard = parts.scheme == "https" ? 443 : 80;
  parts.port = standard;
  if (colon >= 0) {
    parts.port = portNumber(authority.substring(colon + 1));
    if (parts.port == 0) return false;
  }
  parts.origin =
    parts.scheme + "://" + parts.host + (parts.port == standard ? "" : ":" + parts.port.toString());
  return isHost(parts.host);
}

/**
 * A name of letters, digits, `-`, `.`, `_` and `~`, or an IPv6 address in brackets. Nothing else: user information has no place in a request to an
 * issuer's keys, and a `|` would name a cluster of another port, subset and host (`outbound|443||idp`).
 */
function isHost(host: string): bool {
  const isAddress = host.startsWith("[") && host.endsWith("]");
  const from = isAddress ? 1 : 0;
  const to = host.length - from;
  if (to <= from) return false;
  for (let i = from; i < to; i++) {
    const code = host.charCodeAt(i);
    // . and : for an address, - . _ ~ for a name.
    if (isAddress) {
      if (!isHexDigit(code) && code != 0x2e && code != 0x3a) return false;
    } else if (!isLetterOrDigit(code) && code != 0x2d && code != 0x2e && code != 0x5f && code != 0x7e)
      return false;
  }
  return true;
}

function isHexDigit(character: i32): bool {
  return <u32>(character | 0x20) - 0x61 < 6 || <u32>character - 0x30 < 10;
}

/** 1 to 65535, or 0 if it is none. */
function portNumber(text: string): i32 {
  if (text.length == 0 || text.length > 5) return 0;
  let port = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    port = port * 10 + digit;
  }
  return port <= 65535 ? port : 0;
}
