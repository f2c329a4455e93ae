// A case of the differential suite as a case of a test file: what a filter was shown of its request, and what native answered.

import type { Case } from "../../differential/case.js";
import { namesOf } from "../../differential/certificates/certificates.js";
import type { Answer, Header, Received } from "../../differential/compared/exchange.js";
import type { Attributes } from "../../differential/harness/attributes.js";
import { jwtRulesOf, outputHeadersOf, type Policy } from "../../differential/policy.js";
import { atMintingTime, defaultIssuer, mint, type TokenSpec } from "../../differential/token.js";

type Fields = Record<string, unknown>;

/** What is known of a case. */
export interface Told {
  readonly one: Case;
  /** The request as it reaches a filter. */
  readonly seen: Received;
  readonly attributes: Attributes;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** Native's answer; for a deliberate difference, ours. */
  readonly answer: Pick<Answer, "status"> & Partial<Answer>;
}

/**
 * The case for a test file; undefined if one cannot say it: bytes that are no text, `${`, which stands for a token, and certificates with
 * several names of a kind.
 */
export function testCase(told: Told): Fields | undefined {
  const { certificate } = told.one.request.connection ?? {};
  if (certificate !== undefined) {
    const { uris, dns } = namesOf(certificate);
    if ((uris ?? []).length > 1 || (dns ?? []).length > 1) return undefined;
  }
  const fields = requestFields(told);
  const test = { name: told.one.label, ...fields, expect: expectation(told) };
  const text = JSON.stringify(test);
  return text.includes("\ufffd") || text.includes("${") ? undefined : test;
}

function requestFields({ seen, attributes, at }: Told): Fields {
  const { peer, remote, destination, certificate, serverName, scheme, metadata } = attributes;
  const headers: Record<string, string[]> = {};
  for (const [name, value] of seen.headers) {
    if (name !== "host") (headers[name] ??= []).push(text(value));
  }
  const given = Object.entries(certificate ?? {}).filter(([, value]) => value !== undefined);
  return {
    now: new Date(at).toISOString(),
    method: seen.method,
    path: text(seen.path),
    host: text(seen.headers.find(([name]) => name === "host")?.[1] ?? ""),
    scheme,
    headers,
    ...(peer === undefined ? {} : { peer }),
    ...(remote === undefined ? {} : { remote }),
    ...(destination?.address === undefined ? {} : { destination: destination.address }),
    ...(destination?.port === undefined ? {} : { port: destination.port }),
    ...(given.length === 0 ? {} : { certificate: Object.fromEntries(given) }),
    ...(serverName === undefined ? {} : { sni: serverName }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function expectation({ one, seen, answer }: Told): unknown {
  const { received = null, body, headers = [] } = answer;
  if (received !== null) {
    return {
      status: 200,
      upstream: {
        method: received.method,
        path: text(received.path),
        headers: expectedHeaders(one.policy, seen.headers, received.headers),
      },
    };
  }
  // A deliberate difference tells the status alone, and of an answer that goes on.
  if (answer.status === 200 && !isGrpc(seen)) return "allow";
  // gRPC clients are refused with 200 and a trailer.
  if (isGrpc(seen)) return "deny";
  const challenge = headers.find(([name]) => name === "www-authenticate")?.[1];
  return {
    status: answer.status,
    ...(body === undefined || seen.method === "HEAD" ? {} : { reason: body }),
    ...(answer.headers === undefined
      ? {}
      : { response: { headers: { "www-authenticate": challenge === undefined ? null : text(challenge) } } }),
  };
}

/** Every field that the client sent or the upstream got, in its wanted form. */
function expectedHeaders(policy: Policy, sent: readonly Header[], received: readonly Header[]): Fields {
  const written = outputHeadersOf(policy);
  const names = new Set([...sent, ...received].map(([name]) => name).filter((name) => name !== "host"));
  return Object.fromEntries(
    [...names].map((name): readonly [string, unknown] => {
      const values = received.filter(([one]) => one === name).map(([, value]) => text(value));
      if (values.length === 0) return [name, null];
      if (values.length > 1 || !written.includes(name)) return [name, values];
      // Native writes the members of an object claim in any order, and blanks around a value do not survive HTTP/1.1.
      if (/^[[{]/.test(Buffer.from(values[0]!, "base64").toString())) return [name, { present: true }];
      return [name, { matches: `^[ \\t]*${escaped(values[0]!)}[ \\t]*$` }];
    }),
  );
}

const escaped = (value: string) => value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** What Envoy takes for gRPC (source/common/grpc/common.cc, hasGrpcContentType). */
function isGrpc({ headers }: Received): boolean {
  return headers.some(([name, value]) => name === "content-type" && /^application\/grpc($|[+;])/.test(value));
}

/** Text of a byte string (one char a byte); U+FFFD where it is none. */
const text = (bytes: string) => Buffer.from(bytes, "latin1").toString("utf8");

/**
 * The same case with its tokens given as claims, for throw-away issuers to sign; undefined where a token is not just claims. What
 * depends on the text of a token is no longer expected.
 */
export function claimsCase(told: Told, test: Fields): { tokens: Fields; test: Fields } | undefined {
  const { one, answer } = told;
  const specs = Object.values(one.request.tokens ?? {});
  const keys = JSON.stringify(jwtRulesOf(one.policy).map(({ jwks }) => jwks));
  if (specs.length === 0 || !specs.every(isClaims) || one.deliberate !== undefined) return undefined;
  if (keys.replaceAll(JSON.stringify('{"keys":[],"set":"main"}'), "").includes("set")) return undefined;
  const tokens: Fields = {};
  let request = JSON.stringify(requestFields(told));
  for (const [i, spec] of specs.entries()) {
    const name = `t${i}`;
    tokens[name] = tokenFields(spec);
    request = request.replaceAll(mint(spec), `\${${name}}`);
  }
  const fields = JSON.parse(request) as Fields;
  // A test file has no placeholders there.
  if (String(fields["host"]).includes("${")) return undefined;
  const granted = answer.received != null;
  const expect = granted ? "allow" : typeof test["expect"] === "string" ? test["expect"] : answer.status;
  return { tokens, test: { name: test["name"], ...fields, expect } };
}

const isClaims = (spec: TokenSpec) =>
  Object.keys(spec).every((field) => ["claims", "without"].includes(field)) &&
  !(spec.without ?? []).some((name) => ["alg", "kid", "typ"].includes(name));

function tokenFields({ claims = {}, without = [] }: TokenSpec): Fields {
  const dated = JSON.stringify({ iss: defaultIssuer, sub: "alice", exp: "@now+3600", ...claims });
  const given = JSON.parse(atMintingTime(dated)) as Fields;
  const left = Object.fromEntries(Object.entries(given).filter(([name]) => !without.includes(name)));
  // The suite's tokens have no iat unless a case says so.
  return { claims: left, without: ["iat", "iss", "sub", "exp"].filter((name) => !(name in left)) };
}
