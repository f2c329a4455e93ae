/** The parts of a `jwksUri` that a dispatched call needs. */

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

function splitAuthority(parts: JwksUri): bool {
  const authority = parts.authority;
  // User information has no place in a request to an issuer's keys.
  if (authority.includes("@")) return false;
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
  return parts.host.length > 0;
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
