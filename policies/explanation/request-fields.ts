// A request as people describe it: in options of the command, in calls of the library.

import { tokenCharacters } from "../policy-model/header-name.js";
import { normalizedPath, PathRefusedError } from "../evaluation/request/normalized-path.js";
import { asReceived } from "../evaluation/request/received-request.js";
import { requestTarget } from "../evaluation/request/request-target.js";
import { unsendable } from "../evaluation/request/request.js";
import { isAddress } from "../golang/ip.js";
import { InputError } from "../resources/input-error.js";
import { parseAddress } from "../resources/address.js";
import { isObject } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";
import { certificateDigest, certificateDigestForms } from "../tokens/certificate-digest.js";
import type { DescribedRequest } from "./question.js";

export interface RequestFields {
  /** `GET /headers`, or `POST https://httpbin.foo/post`. */
  readonly request: string;
  /** `x-user: alice`; `{token}` in it is the token. */
  readonly header?: readonly string[] | undefined;
  /** The authority, with the port if the client names it. Default: the URL's, else example.com. */
  readonly host?: string | undefined;
  /** Address of the TCP peer: ipBlocks, source.ip. Default: 127.0.0.1. */
  readonly peer?: string | undefined;
  /** Address of the client behind X-Forwarded-For, as Envoy sees it: remoteIpBlocks. Default: the peer. */
  readonly remote?: string | undefined;
  /** `address:port`, where it arrives: ports, destination.ip. Default: 127.0.0.1:80. */
  readonly destination?: string | undefined;
  /** The server name that the client asked for in TLS: connection.sni. */
  readonly sni?: string | undefined;
  /** Whom the client's certificate names: `cluster.local/ns/foo/sa/sleep`. */
  readonly principal?: string | undefined;
  /** SHA-256 of the client's certificate, in hexadecimal or as `x5t#S256`: what tokens are bound to (certificateBinding). */
  readonly certificate?: string | undefined;
  /** Dynamic metadata in JSON: `{"envoy.filters.x": {"key": "value"}}`. */
  readonly metadata?: string | undefined;
}

/** What messages call a field. */
type Named = (field: keyof RequestFields) => string;

/**
 * The request as Envoy hands it to its filters.
 * @param named default: the field's own name
 * @throws InputError if a field has another form, or Envoy would refuse the request
 */
export function readRequestFields(fields: RequestFields, named: Named = (field) => field): DescribedRequest {
  const { method, scheme, authority, path } = readTarget(fields.request, named);
  const headers = (fields.header ?? []).map((text) => readHeader(text, named));
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  const { destination = "127.0.0.1:80", peer = "127.0.0.1", remote, metadata } = fields;
  const { host: address, port } = parseAddress(named("destination"), destination);
  return asReceived({
    method,
    scheme,
    path,
    authority: fields.host ?? host ?? authority ?? "example.com",
    headers: headers.filter(([name]) => name.toLowerCase() !== "host"),
    peer: addressOf(named("peer"), peer),
    remote: remote === undefined ? undefined : addressOf(named("remote"), remote),
    destination: { address: addressOf(named("destination"), address), port },
    serverName: fields.sni,
    certificate: certificateOf(fields, named),
    metadata: metadata === undefined ? undefined : readMetadata(named("metadata"), metadata),
  });
}

const requestLine = new RegExp(String.raw`^([${tokenCharacters}]+) (\S+)( HTTP/[0-9.]+)?$`);
const headerLine = new RegExp(String.raw`^([${tokenCharacters}]+):[ \t]*(.*?)[ \t]*$`, "s");

interface Target {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string | undefined;
  readonly path: string;
}

function readTarget(text: string, named: Named): Target {
  const place = named("request");
  const match = requestLine.exec(text.trim());
  if (match === null) {
    throw new InputError(
      `${place}: expected a method and a path or URL, as "GET /headers" or "POST https://httpbin.foo/post"`,
    );
  }
  const [, method = "", target = ""] = match;
  const { scheme = "http", authority, path } = requestTarget(target);
  return { method, scheme, authority, path: pathOf(place, method, path) };
}

function pathOf(place: string, method: string, path: string): string {
  if (method === "OPTIONS" && path === "*") return path;
  // The token's place holder would be escaped.
  const [front, ...query] = path.split("?");
  try {
    return [normalizedPath(front!), ...query].join("?");
  } catch (error) {
    if (!(error instanceof PathRefusedError)) throw error;
    throw new InputError(`${place}: Envoy answers 400 to this itself, no policy is asked: ${error.message}`);
  }
}

function readHeader(text: string, named: Named): readonly [string, string] {
  const place = named("header");
  const match = headerLine.exec(text);
  const [, name, value] = match ?? [];
  if (name === undefined || value === undefined) {
    throw new InputError(`${place}: expected "name: value", as "x-user: alice"`);
  }
  if (unsendable.test(value)) {
    throw new InputError(`${place} ${name}: Envoy refuses a value with line ends or control characters`);
  }
  return [name, value];
}

function certificateOf(
  { principal, certificate }: RequestFields,
  named: Named,
): DescribedRequest["certificate"] {
  if (principal === undefined && certificate === undefined) return undefined;
  const sha256 = certificate === undefined ? undefined : certificateDigest(certificate);
  if (certificate !== undefined && sha256 === undefined)
    throw new InputError(`${named("certificate")}: expected ${certificateDigestForms}`);
  return {
    ...(principal === undefined ? {} : { uriSan: `spiffe://${principal.replace(/^spiffe:\/\//, "")}` }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function addressOf(place: string, text: string): string {
  if (isAddress(text)) return text;
  throw new InputError(`${place} ${text}: expected an IP address`);
}

function readMetadata(place: string, text: string): Record<string, JsonObject> {
  const message = `${place}: expected JSON such as {"envoy.filters.x": {"key": "value"}}`;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new InputError(message);
  }
  if (!isObject(value) || !Object.values(value).every(isObject)) throw new InputError(message);
  return value as Record<string, JsonObject>;
}
