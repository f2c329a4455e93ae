// The target of a request line: a path, or the whole URL as a client gives it to a proxy.

export interface RequestTarget {
  /** Undefined where the target is a path. */
  readonly scheme: "http" | "https" | undefined;
  /** Without user information, which Envoy cuts off. */
  readonly authority: string | undefined;
  /** With query, without fragment: clients send none, and Envoy refuses it or cuts it off. */
  readonly path: string;
}

/** Takes a target apart (RFC 9112 §3.2). */
export function requestTarget(target: string): RequestTarget {
  const [, scheme, authority, rest = ""] = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(target) ?? [];
  if (scheme === undefined || authority === undefined) {
    return { scheme: undefined, authority: undefined, path: withoutFragment(target) };
  }
  return {
    scheme: scheme.toLowerCase() as "http" | "https",
    authority: authority.replace(/^.*@/s, ""),
    path: withoutFragment(rest).replace(/^(?!\/)/, "/"),
  };
}

const withoutFragment = (path: string) => path.replace(/#.*$/s, "");
