// Go's net/url.Parse and ParseRequestURI, as far as they refuse a text: Istio's idea of a jwksUri.

export interface GoUrl {
  /** In lower case; empty if there is none. */
  readonly scheme: string;
  /** Why Go refuses the text; undefined if it does not. */
  readonly error: string | undefined;
}

/** url.Parse. */
export function parseGoUrl(text: string): GoUrl {
  const hash = text.indexOf("#");
  const url = parse(hash < 0 ? text : text.slice(0, hash), false);
  if (url.error !== undefined || hash < 0) return url;
  return { scheme: url.scheme, error: badEscape(text.slice(hash + 1)) };
}

/** url.ParseRequestURI: an absolute URI or a path, and no fragment (`#` is a character like others). */
export function parseGoRequestUri(text: string): GoUrl {
  return parse(text, true);
}

function parse(text: string, viaRequest: boolean): GoUrl {
  const fail = (error: string, scheme = ""): GoUrl => ({ scheme, error });
  if (/[\u0000-\u001f\u007f]/.test(text)) return fail("invalid control character in URL");
  if (text === "") return viaRequest ? fail("empty url") : { scheme: "", error: undefined };
  if (text.startsWith(":")) return fail("missing protocol scheme");
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text);
  const scheme = match?.[1]?.toLowerCase() ?? "";
  let rest = match === null ? text : text.slice(match[0].length);
  const query = rest.indexOf("?");
  if (query >= 0) rest = rest.slice(0, query);
  if (!rest.startsWith("/")) {
    // `https:a` is opaque, and taken.
    if (scheme !== "") return { scheme, error: undefined };
    if (viaRequest) return fail("invalid URI for request");
    if (rest.split("/")[0]!.includes(":")) return fail("first path segment in URL cannot contain colon");
  }
  if ((scheme !== "" || (!viaRequest && !rest.startsWith("///"))) && rest.startsWith("//")) {
    const slash = rest.indexOf("/", 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? "" : rest.slice(slash);
    const error = authorityFault(authority);
    if (error !== undefined) return fail(error, scheme);
  }
  return { scheme, error: badEscape(rest) };
}

function authorityFault(authority: string): string | undefined {
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return "net/url: invalid userinfo";
    const error = badEscape(user);
    if (error !== undefined) return error;
  }
  return hostFault(authority.slice(at + 1));
}

function hostFault(host: string): string | undefined {
  const port = /^(:[0-9]*)?$/;
  if (host.startsWith("[")) {
    const close = host.lastIndexOf("]");
    if (close < 0) return "missing ']' in host";
    const after = host.slice(close + 1);
    if (!port.test(after)) return `invalid port "${after}" after host`;
    const zone = host.indexOf("%25");
    // A zone may hold any escape; what is before it only those of a host.
    if (zone >= 0 && zone < close) return badHost(host.slice(0, zone)) ?? badEscape(host.slice(zone, close));
  } else if (host.includes("[")) return `invalid character "[" in host name`;
  else {
    const colon = host.indexOf(":");
    if (colon >= 0 && !port.test(host.slice(colon))) return `invalid port "${host.slice(colon)}" after host`;
  }
  return badHost(host);
}

function badHost(host: string): string | undefined {
  const escape = /%(?!25|[89a-fA-F][0-9a-fA-F]).{0,2}/.exec(host);
  if (escape !== null) return `invalid URL escape "${escape[0]}"`;
  const character = /[ "#/<>?@\\^`{|}]/.exec(host.replaceAll(/["<>]/g, ""));
  return character === null ? undefined : `invalid character "${character[0]}" in host name`;
}

function badEscape(text: string): string | undefined {
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text);
  return escape === null ? undefined : `invalid URL escape "${escape[0]}"`;
}
