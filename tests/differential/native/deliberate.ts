// What the deliberate differences (docs/differences.md) change in an answer, so that everything else about it is still compared.
// cases/deliberate-differences.ts shows both answers to each.
import type { Answer, Header } from "../compared/exchange.js";
import { withTokens, type RequestSpec } from "../compared/exchange.js";
import { signingKey } from "../keys/keys.js";
import { jwtRulesOf, outputHeadersOf, type Policy } from "../policy.js";
import { mint, type TokenSpec } from "../token.js";

/** Native's answer as this filter means to give it. */
export function nativeAsMeant(policy: Policy, request: RequestSpec, native: Answer): Answer {
  const names = tokenParameters(policy);
  const headers = native.headers.map(([name, value]): Header =>
    name === "www-authenticate" ? [name, withoutTokens(value, policy, request, names)] : [name, value],
  );
  const { received } = native;
  if (received === null) return { ...native, headers };
  return { ...native, headers, received: { ...received, path: pathAsSent(received.path, request, names) } };
}

/** Where native has written a query anew after it took a token out, the query as the client wrote it, without the token. */
function pathAsSent(path: string, request: RequestSpec, names: ReadonlySet<string>): string {
  const sent = withTokens(request).path.replace(/#.*/s, "");
  const mark = sent.indexOf("?");
  if (mark < 0) return path;
  const parameters = sent.slice(mark + 1).split("&");
  const [start = ""] = path.split("?", 1);
  // Native reads no parameter behind a last "&", but an empty one between two.
  const read = parameters.at(-1) === "" ? parameters.slice(0, -1) : parameters;
  const removals = [
    (name: string) => names.has(name),
    ...[...names].map((one) => (name: string) => name === one),
  ];
  for (const isRemoved of removals) {
    const rewritten = read.filter((one) => !isRemoved(nameOf(one))).map(rewrittenParameter);
    rewritten.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const query = rewritten.map(([key, value]) => `${key}=${value}`).join("&");
    const kept = parameters.filter((one) => !isRemoved(nameOf(one)));
    if (kept.length < parameters.length && path === start + (query === "" ? "" : `?${query}`)) {
      return start + (kept.length === 0 ? "" : `?${kept.join("&")}`);
    }
  }
  return path;
}

function rewrittenParameter(parameter: string): readonly [name: string, value: string] {
  const [name = "", ...rest] = parameter.split("=");
  return [percentDecoded(name), percentDecoded(rest.join("="))];
}

const nameOf = (parameter: string) => percentDecoded(parameter.split("=", 1)[0] ?? "");

/** Names of the query parameters in which a policy looks for tokens. */
function tokenParameters(policy: Policy): Set<string> {
  return new Set(
    jwtRulesOf(policy).flatMap((rule) => {
      const named = ["fromHeaders", "fromParams", "fromCookies"].some((field) => {
        const list = rule[field];
        return Array.isArray(list) && list.length > 0;
      });
      return named ? ((rule["fromParams"] as string[] | undefined) ?? []) : ["access_token"];
    }),
  );
}

/** A challenge whose realm has lost the token parameters of the query; the rest of the query is as the client sent it. */
function withoutTokens(
  challenge: string,
  policy: Policy,
  request: RequestSpec,
  names: ReadonlySet<string>,
): string {
  const filled = withTokens(request);
  const originalPath = "x-envoy-original-path";
  // What a rule writes is removed before the realm is built.
  const original = outputHeadersOf(policy).includes(originalPath)
    ? undefined
    : filled.headers.find(([name]) => name.toLowerCase() === originalPath)?.[1];
  const path = original ?? filled.path.replace(/#.*/s, "");
  const mark = path.indexOf("?");
  const parts = /^(Bearer realm="[a-z]+:\/\/[^/]*)([^?]*).*?(", error="invalid_token"|")$/s.exec(challenge);
  if (mark < 0 || parts === null) return challenge;
  const parameters = path.slice(mark + 1).split("&");
  const kept = parameters.filter((one) => !names.has(nameOf(one)));
  if (kept.length === parameters.length) return challenge;
  const shown = (parts[2] ?? "") + (kept.length === 0 ? "" : `?${kept.join("&")}`);
  return `${parts[1] ?? ""}${shown.slice(0, realmPathLength)}${parts[3] ?? ""}`;
}

/** Envoy's jwt_authn filter.cc cuts the path at this length. */
const realmPathLength = 256;

function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/**
 * The request that native is asked instead, where a token's `alg` does not fit the key that signed it: native lets the type of
 * the key decide how a signature is verified, this filter refuses such a token (RFC 8725 §3.1) as it refuses a bad signature.
 */
export function withMisfitsBroken(request: RequestSpec): RequestSpec {
  const misfits = misfitsIn(request);
  if (misfits.length === 0) return request;
  const fill = (text: string) =>
    misfits.reduce((filled, [name, token]) => filled.replaceAll(`<<${name}>>`, broken(mint(token))), text);
  return {
    ...request,
    path: fill(request.path ?? "/"),
    headers: (request.headers ?? []).map(([name, value]) => [name, fill(value)] as const),
  };
}

/** The answer to such a request, with the tokens in it as the client really sent them. */
export function withTokensAsSent(answer: Answer, request: RequestSpec): Answer {
  const misfits = misfitsIn(request);
  if (misfits.length === 0) return answer;
  let text = JSON.stringify(answer);
  for (const [, token] of misfits) {
    const sent = mint(token);
    // The realm may hold only the start of a token.
    const end = brokenAt(sent) + 1;
    text = text.replaceAll(broken(sent).slice(0, end), sent.slice(0, end));
  }
  return JSON.parse(text) as Answer;
}

/** A token with one character of its signature changed. */
function broken(token: string): string {
  const at = brokenAt(token);
  if (at >= token.length) return token;
  return token.slice(0, at) + (token.charAt(at) === "A" ? "B" : "A") + token.slice(at + 1);
}

/** A place in the signature. */
function brokenAt(token: string): number {
  return token.indexOf(".", token.indexOf(".") + 1) + 7;
}

function misfitsIn(request: RequestSpec): (readonly [name: string, token: TokenSpec])[] {
  return Object.entries(request.tokens ?? {}).filter(([, token]) => isMisfit(token));
}

function isMisfit(token: TokenSpec): boolean {
  const key = signingKey(token.key ?? "rsa");
  const alg = token.header?.["alg"];
  if (typeof alg !== "string") return false;
  const family = (name: string) => name.slice(0, 2).replace("PS", "RS");
  return family(alg) !== family(key.defaultAlg);
}
