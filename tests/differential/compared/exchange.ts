// A request as data, and all that can be seen of its answer.
import { mint, type TokenSpec } from "../token.js";

export type Header = readonly [name: string, value: string];

/** A request. `<<name>>` in the path, the authority and header values stands for the token of that name. */
export interface RequestSpec {
  readonly method?: string;
  /** Path with query, as sent; default `/`. */
  readonly path?: string;
  /** The Host header; default example.com. */
  readonly authority?: string;
  readonly headers?: readonly Header[];
  readonly tokens?: Readonly<Record<string, TokenSpec>>;
  readonly connection?: ConnectionSpec;
}

/** How the client reaches the listener, where that matters. */
export interface ConnectionSpec {
  /** Address and port that a PROXY protocol header claims: the client's, and the one that it connected to. */
  readonly source?: string;
  readonly destination?: string;
  readonly destinationPort?: number;
  /** The loopback address from which the client really connects, e.g. 127.0.0.7. */
  readonly from?: string;
  /** Client certificate (see certificates.ts), for a listener with TLS; absent: none is sent. */
  readonly certificate?: string;
  readonly serverName?: string;
}

/** What the upstream got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly Header[];
}

/** What the client and the upstream saw. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Response headers, lower-case names, sorted; without date. */
  readonly headers: readonly Header[];
  /** Response-code details of a local reply; empty when the upstream answered. */
  readonly details: string;
  /** null when the upstream never saw the request, or could not read what Envoy made of it (a blank in the path). */
  readonly received: Received | null;
}

/** Where our filter's refusal begins to say what is wrong with inline keys. */
const inlineKeys = "requestAuthentications[0].jwtRules[0].jwks: ";

/** What the filter adds to native's texts: the key at fault, or what was there instead. */
const furtherWords = / \((?:key \d+(?:, kid ".*")?|this is .*)\)$/s;

/** What is wrong with the inline keys, of the lines that the filter says of a configuration; undefined if none is about them. */
export function inlineKeysFault(lines: readonly string[]): string | undefined {
  const line = lines.findLast((one) => one.includes(inlineKeys));
  return line
    ?.slice(line.indexOf(inlineKeys) + inlineKeys.length)
    .trim()
    .replace(furtherWords, "");
}

/** Stands for the answers of a policy that was refused because of its inline keys: status 0, and what is wrong with them. */
export function refusedKeys(fault: string): Answer {
  return { status: 0, body: fault, headers: [], details: "", received: null };
}

/** The request with its tokens in place. Header values are byte strings (one char a byte). */
export function withTokens(spec: RequestSpec): Required<Omit<RequestSpec, "tokens">> {
  const fill = (text: string) =>
    text.replace(/<<(\w+)>>/g, (whole, name: string) => {
      const token = spec.tokens?.[name];
      return token === undefined ? whole : mint(token);
    });
  return {
    method: spec.method ?? "GET",
    path: fill(spec.path ?? "/"),
    authority: fill(spec.authority ?? "example.com"),
    headers: (spec.headers ?? []).map(([name, value]) => [name, fill(value)] as const),
    connection: spec.connection ?? {},
  };
}

/** One line for each thing in which two answers differ; empty when they are equal. */
export function differences(native: Answer, ours: Answer): string[] {
  const lines: string[] = [];
  const compare = (what: string, a: unknown, b: unknown) => {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
    if (left !== right) lines.push(`${what}: native ${left}, ours ${right}`);
  };
  compare("status", native.status, ours.status);
  compare("body", native.received === null ? native.body : "", ours.received === null ? ours.body : "");
  compare("details", native.details, ours.details);
  compareHeaders("response header", native.headers, ours.headers, compare);
  compare("reached upstream", native.received !== null, ours.received !== null);
  if (native.received !== null && ours.received !== null) {
    compare("upstream method", native.received.method, ours.received.method);
    compare("upstream path", native.received.path, ours.received.path);
    compareHeaders("upstream header", native.received.headers, ours.received.headers, compare);
  }
  return lines;
}

function compareHeaders(
  what: string,
  native: readonly Header[],
  ours: readonly Header[],
  compare: (what: string, a: unknown, b: unknown) => void,
): void {
  const names = new Set([...native, ...ours].map(([name]) => name));
  const values = (list: readonly Header[], wanted: string) =>
    list.filter(([name]) => name === wanted).map(([, value]) => inMemberOrder(value));
  for (const name of [...names].sort()) compare(`${what} ${name}`, values(native, name), values(ours, name));
}

/**
 * Native writes the members of an object claim in the order of a hash table whose seed differs from map to map, so two
 * requests with one token differ: an object or list in base64 is compared with its members sorted.
 */
function inMemberOrder(value: string): string {
  if (!/^[A-Za-z0-9+/]+=*$/.test(value) || value.length % 4 !== 0) return value;
  const text = Buffer.from(value, "base64").toString("utf8");
  if (!/^[[{]/.test(text)) return value;
  try {
    JSON.parse(text);
  } catch {
    return value;
  }
  return `base64 of ${withSortedMembers(text)}`;
}

/** The JSON text with the members of each object sorted by their text; everything else byte for byte as it was. */
function withSortedMembers(text: string): string {
  let at = 0;
  const value = (): string => {
    const open = text.charAt(at);
    if (open !== "{" && open !== "[") {
      const token = /^("(?:[^"\\]|\\.)*"|[^,\]}:]+)/.exec(text.slice(at))?.[0] ?? "";
      at += token.length;
      return token;
    }
    const parts: string[] = [];
    at++;
    while (at < text.length && !"]}".includes(text.charAt(at))) {
      let part = value();
      if (text.charAt(at) === ":") {
        at++;
        part += ":" + value();
      }
      parts.push(part);
      if (text.charAt(at) === ",") at++;
    }
    at++;
    return open === "{" ? `{${parts.sort().join(",")}}` : `[${parts.join(",")}]`;
  };
  return value() + text.slice(at);
}
