// Requests that a rule may be about, made of the values that it names. Whether they are is for the filter to say.

import { isObject, objectsIn, textsIn } from "../../resources/json.js";
import type { Json, JsonObject } from "../../resources/tree.js";

/** A case of a test file, without what is expected. */
export interface Candidate {
  readonly request: string;
  readonly host?: string;
  readonly headers?: JsonObject;
  readonly principal?: string;
  readonly peer?: string;
  readonly remote?: string;
  readonly port?: number;
  readonly sni?: string;
  /** Of its token; undefined: it has none. */
  readonly claims?: JsonObject | undefined;
}

/** A request that fits the first source and the first operation of a rule, and all of its conditions. */
export function candidateOf(rule: JsonObject, issuer: string): Candidate {
  const source = objectsIn(rule["from"])[0]?.["source"];
  const operation = objectsIn(rule["to"])[0]?.["operation"];
  const built = new Built(issuer);
  if (isObject(source))
    for (const [field, values] of Object.entries(source)) built.take(field, first(values));
  if (isObject(operation))
    for (const [field, values] of Object.entries(operation)) built.take(field, first(values));
  for (const { key, values } of objectsIn(rule["when"]))
    if (typeof key === "string") built.take(key, first(values));
  return built.candidate;
}

/** Requests beside it that the rule may not be about, the plainest first. */
export function besides(candidate: Candidate): Candidate[] {
  const [method = "GET", path = "/"] = candidate.request.split(" ");
  const { claims, headers, principal, ...rest } = candidate;
  const others: Candidate[] = [];
  if (claims !== undefined) {
    others.push({ ...candidate, claims: undefined });
    const own = Object.keys(claims).filter((name) => name !== "iss" && name !== "sub");
    others.push(...own.map((name) => ({ ...candidate, claims: without(claims, name) })));
    others.push({ ...candidate, claims: { ...claims, sub: "somebody-else" } });
  }
  others.push({ ...candidate, request: `${method} /nothing-of-the-policies` });
  for (const one of ["DELETE", "GET"])
    if (one !== method) others.push({ ...candidate, request: `${one} ${path}` });
  if (headers !== undefined)
    others.push({ ...rest, claims, ...(principal === undefined ? {} : { principal }) });
  if (principal !== undefined)
    others.push({ ...candidate, principal: "cluster.local/ns/elsewhere/sa/somebody-else" });
  if (candidate.peer !== undefined) others.push({ ...candidate, peer: "192.0.2.1" });
  if (candidate.remote !== undefined) others.push({ ...candidate, remote: "192.0.2.1" });
  if (candidate.port !== undefined) others.push({ ...candidate, port: 1 });
  others.push({ ...candidate, host: "elsewhere.example" });
  return others;
}

const without = (claims: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(claims).filter(([one]) => one !== name));

const first = (values: Json | undefined): string | undefined => textsIn(values)[0];

/** A text that a pattern of Istio's, or a path template, matches. */
const filled = (pattern: string): string => pattern.replaceAll(/\{\*\*?\}|\*/g, "a");

class Built {
  private method = "GET";
  private path = "/";
  private claims: JsonObject | undefined;
  private readonly headers: JsonObject = {};
  private others: Partial<Candidate> = {};

  constructor(private readonly issuer: string) {}

  get candidate(): Candidate {
    return {
      request: `${this.method} ${this.path}`,
      ...this.others,
      ...(Object.keys(this.headers).length === 0 ? {} : { headers: this.headers }),
      ...(this.claims === undefined ? {} : { claims: this.claims }),
    };
  }

  take(attribute: string, value: string | undefined): void {
    if (value === undefined) return;
    const text = filled(value);
    const claim = /^request\.auth\.claims((?:\[[^\]]*\])+)$/.exec(attribute)?.[1];
    if (claim !== undefined) {
      this.put(
        [...claim.matchAll(/\[([^\]]*)\]/g)].map(([, name]) => name!),
        text,
      );
      return;
    }
    const header = /^request\.headers\[(.+)\]$/.exec(attribute)?.[1];
    if (header !== undefined) {
      this.headers[header] = text;
      return;
    }
    switch (attribute) {
      case "methods":
        this.method = value === "*" ? "GET" : text;
        return;
      case "paths":
        this.path = text.startsWith("/") ? text : `/${text}`;
        return;
      case "hosts":
        this.others = { ...this.others, host: text };
        return;
      case "requestPrincipals":
      case "request.auth.principal":
        this.identify(value);
        return;
      case "request.auth.audiences":
        this.put(["aud"], text);
        return;
      case "principals":
      case "source.principal":
        this.others = { ...this.others, principal: text };
        return;
      case "namespaces":
      case "source.namespace":
        this.others = { ...this.others, principal: `cluster.local/ns/${text}/sa/default` };
        return;
      case "ipBlocks":
      case "source.ip":
        this.others = { ...this.others, peer: value.replace(/\/.*$/, "") };
        return;
      case "remoteIpBlocks":
      case "remote.ip":
        this.others = { ...this.others, remote: value.replace(/\/.*$/, "") };
        return;
      case "ports":
      case "destination.port":
        this.others = { ...this.others, port: Number(value) };
        return;
      case "connection.sni":
        this.others = { ...this.others, sni: text };
    }
  }

  /** A principal is split at its last slash. */
  private identify(pattern: string): void {
    const slash = pattern.lastIndexOf("/");
    const [issuer, subject] = slash < 0 ? ["", pattern] : [pattern.slice(0, slash), pattern.slice(slash + 1)];
    const iss = issuer === "" || issuer.includes("*") ? this.issuer : issuer;
    const sub = subject === "*" || subject === "" ? "alice" : filled(subject);
    this.claims = { ...(this.claims ?? {}), iss, sub };
  }

  private put(path: readonly string[], value: string): void {
    this.claims ??= { iss: this.issuer, sub: "alice" };
    let at = this.claims;
    for (const name of path.slice(0, -1)) {
      const inner = at[name];
      const object: JsonObject = isObject(inner) ? inner : {};
      at[name] = object;
      at = object;
    }
    at[path.at(-1)!] = value;
  }
}
