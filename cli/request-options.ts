// The options that describe one request.

import { isIP } from "node:net";
import type { Command } from "commander";
import { asReceived } from "./evaluation/received-request.js";
import { normalizedPath, PathRefusedError } from "./evaluation/normalized-path.js";
import { requestTarget } from "./evaluation/request-target.js";
import { unsendable, type Request } from "./evaluation/request.js";
import { UsageError } from "./exit-code.js";
import { isObject } from "./plugin-configuration.js";
import { parseAddress } from "./render/address.js";
import { collect } from "./repeated-option.js";
import type { Json, JsonObject } from "./resources/tree.js";

export interface RequestFlags {
  request: string;
  header?: string[];
  host?: string;
  peer: string;
  remote?: string;
  destination: string;
  sni?: string;
  principal?: string;
  metadata?: string;
}

/** Where a header or a query says that the token goes there. */
export const tokenPlaceholder = "{token}";

/** A request whose values are texts. */
export interface DescribedRequest extends Request {
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Adds the options to a verb. */
export function addRequestOptions(command: Command): Command {
  return command
    .optionsGroup("The request:")
    .option("--request <METHOD path>", 'such as "GET /headers" or "POST https://httpbin.foo/post"', "GET /")
    .option(
      "-H, --header <name: value>",
      `a header field; ${tokenPlaceholder} in it is the token; may be repeated`,
      collect,
    )
    .option(
      "--host <name>",
      "the authority, with the port if the client names it (default: the URL's, else example.com)",
    )
    .option("--peer <address>", "the TCP peer: ipBlocks, source.ip", "127.0.0.1")
    .option(
      "--remote <address>",
      "the client behind X-Forwarded-For, as Envoy sees it: remoteIpBlocks (default: the peer)",
    )
    .option(
      "--destination <address:port>",
      "where it arrives: ports, destination.ip, destination.port",
      "127.0.0.1:80",
    )
    .option("--sni <name>", "the server name that the client asked for in TLS: connection.sni")
    .option("--principal <name>", "whom the client's certificate names, as cluster.local/ns/foo/sa/sleep")
    .option("--metadata <JSON>", 'dynamic metadata, as {"envoy.filters.x": {"key": "value"}}');
}

/**
 * The request as Envoy hands it to its filters.
 * @throws UsageError if an option has another form, or Envoy would refuse the request
 */
export function readRequestOptions(flags: RequestFlags): DescribedRequest {
  const { method, scheme, authority, path } = readTarget(flags.request);
  const headers = (flags.header ?? []).map(readHeader);
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  const { host: address, port } = parseAddress("--destination", flags.destination);
  return asReceived({
    method,
    scheme,
    path,
    authority: flags.host ?? host ?? authority ?? "example.com",
    headers: headers.filter(([name]) => name.toLowerCase() !== "host"),
    peer: addressOf("--peer", flags.peer),
    remote: flags.remote === undefined ? undefined : addressOf("--remote", flags.remote),
    destination: { address: addressOf("--destination", address), port },
    serverName: flags.sni,
    certificate:
      flags.principal === undefined
        ? undefined
        : { uriSan: `spiffe://${flags.principal.replace(/^spiffe:\/\//, "")}` },
    metadata: flags.metadata === undefined ? undefined : readMetadata(flags.metadata),
  });
}

interface Target {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string | undefined;
  readonly path: string;
}

const form = `--request: expected a method and a path or URL, as "GET /headers" or "POST https://httpbin.foo/post"`;

function readTarget(text: string): Target {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+)( HTTP\/[0-9.]+)?$/.exec(text.trim());
  if (match === null) throw new UsageError(form);
  const [, method = "", target = ""] = match;
  const { scheme = "http", authority, path } = requestTarget(target);
  return { method, scheme, authority, path: pathOf(method, path) };
}

function pathOf(method: string, path: string): string {
  if (method === "OPTIONS" && path === "*") return path;
  // The token's place holder would be escaped.
  const [front, ...query] = path.split("?");
  try {
    return [normalizedPath(front!), ...query].join("?");
  } catch (error) {
    if (!(error instanceof PathRefusedError)) throw error;
    throw new UsageError(`--request: Envoy answers 400 to this itself, no policy is asked: ${error.message}`);
  }
}

function readHeader(text: string): readonly [string, string] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/s.exec(text);
  const [, name, value] = match ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError('--header: expected "name: value", as "x-user: alice"');
  }
  if (unsendable.test(value)) {
    throw new UsageError(`--header ${name}: Envoy refuses a value with line ends or control characters`);
  }
  return [name, value];
}

function addressOf(option: string, text: string): string {
  if (isIP(text) !== 0) return text;
  throw new UsageError(`${option} ${text}: expected an IP address`);
}

function readMetadata(text: string): Record<string, JsonObject> {
  const message = `--metadata: expected JSON such as {"envoy.filters.x": {"key": "value"}}`;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new UsageError(message);
  }
  if (!isObject(value) || !Object.values(value).every(isObject)) throw new UsageError(message);
  return value as Record<string, JsonObject>;
}
