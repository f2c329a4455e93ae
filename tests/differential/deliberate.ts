// What the deliberate differences (docs/differences.md) change in an answer, so that everything else about it is still compared.
// cases/deliberate-differences.ts shows both answers to each.
import type { Answer, Header } from "./exchange.js";
import { withTokens, type RequestSpec } from "./exchange.js";
import { signingKey } from "./keys.js";
import type { JsonObject, Policy } from "./policy.js";
import type { TokenSpec } from "./token.js";

/** Native's answer as this filter means to give it. */
export function nativeAsMeant(policy: Policy, request: RequestSpec, native: Answer): Answer {
  const names = tokenParameters(policy);
  const headers = native.headers.map(([name, value]): Header =>
    name === "www-authenticate" ? [name, withoutTokens(value, request, names)] : [name, value],
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
  const rules = (policy.config.requestAuthentications ?? []).flatMap(
    (one) => (one["jwtRules"] ?? []) as readonly JsonObject[],
  );
  return new Set(
    rules.flatMap((rule) => {
      const named = ["fromHeaders", "fromParams", "fromCookies"].some((field) => {
        const list = rule[field];
        return Array.isArray(list) && list.length > 0;
      });
      return named ? ((rule["fromParams"] as string[] | undefined) ?? []) : ["access_token"];
    }),
  );
}

/** A challenge whose realm has lost the token parameters of the query; the rest of the query is as the client sent it. */
function withoutTokens(challenge: string, request: RequestSpec, names: ReadonlySet<string>): string {
  const filled = withTokens(request);
  const original = filled.headers.find(([name]) => name.toLowerCase() === "x-envoy-original-path")?.[1];
  const path = original ?? filled.path.replace(/#.*/s, "");
  const mark = path.indexOf("?");
  const parts = /^(Bearer realm="[a-z]+:\/\/[^/]*)([^?]*).*(", error="invalid_token")$/s.exec(challenge);
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
 * Tells whether this filter refused a token that native accepts only because native lets the type of the key decide how a
 * signature is verified, whatever the token's `alg` (RFC 8725 §3.1).
 */
export function algorithmDoesNotFitKey(request: RequestSpec, native: Answer, ours: Answer): boolean {
  const accepted = native.status !== 401;
  const refused =
    ours.status === 401 && /^Jwt (verification fails|ED25519 signature is wrong length)$/.test(ours.body);
  return accepted && refused && Object.values(request.tokens ?? {}).some(misfit);
}

function misfit(token: TokenSpec): boolean {
  const key = signingKey(token.key ?? "rsa");
  const alg = token.header?.["alg"];
  if (typeof alg !== "string") return false;
  const family = (name: string) => name.slice(0, 2).replace("PS", "RS");
  return family(alg) !== family(key.defaultAlg);
}
