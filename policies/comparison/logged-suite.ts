// The requests of a debug log of the filter, as requests that can be asked again: what the log tells of them.

import { LogReader, type LoggedRequest } from "../envoy-log/log-reader.js";
import { stepsNamed, type TokenStep } from "../evaluation/step.js";
import { parseRuleName } from "../policy-model/rule-name.js";
import { InputError } from "../resources/input-error.js";
import { isObject, objectsIn } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";
import type { RequestFields, Subject, Suite, TestCase, TokenSpec } from "../testing/suite/suite.js";

export interface LoggedSuite {
  readonly suite: Suite;
  /** What was decided of each case, as the log has it. */
  readonly decided: readonly ("allowed" | "denied")[];
}

/**
 * A suite of the requests of a log. Its tokens have the claims that the log tells: issuer, subject, audiences, times, and those that a rule
 * was seen to look at.
 * @param file the log's name
 * @param configuration the old policies, which tell what the conditions in the log are about
 * @throws InputError if there is no request in it
 */
export function loggedSuite(
  log: string,
  file: string,
  subject: Subject,
  configuration: JsonObject,
): LoggedSuite {
  const reader = new LogReader();
  const ended = log.split(/\r?\n/).flatMap((line) => reader.take(line) ?? []);
  const requests = ended.sort((a, b) => a.number - b.number);
  if (requests.length === 0)
    throw new InputError(
      `${file} has no request that the jwt-policy filter decided: its lines are at level debug, or better trace`,
    );
  const at = { file, line: 1, column: 1, offset: 0, end: 0 };
  const tokens = new Map<string, TokenSpec>();
  const cases = requests.map((request, i): TestCase => {
    const seen = seenBy(request, configuration);
    const name = `request-${i + 1}`;
    const token = tokenOf(request, seen);
    if (token !== undefined) tokens.set(name, { ...token, at });
    const fields = fieldsOf(request, seen, token === undefined ? undefined : name);
    return { name: `stream ${request.stream}`, at, request: fields, expect: { decision: undefined } };
  });
  const suite: Suite = {
    ...{ file: "", at, name: file, subject, issuer: undefined, tokens, cases },
    now: cases[0]!.request.now,
    keys: new Map(),
  };
  const decided = requests.map(({ steps }) => stepsNamed(steps, "decision").at(-1)!.result);
  return { suite, decided };
}

/** Attribute as policies call it, `principals`, `request.auth.claims[groups]` -> the values that rules saw. */
type Seen = ReadonlyMap<string, readonly string[]>;

function seenBy({ steps }: LoggedRequest, configuration: JsonObject): Seen {
  const seen = new Map<string, readonly string[]>();
  const conditions = [
    ...stepsNamed(steps, "condition"),
    ...stepsNamed(steps, "policy").flatMap(({ rule, failed }) =>
      failed === undefined ? [] : [{ rule, place: failed.place, sees: failed.sees }],
    ),
  ];
  for (const { rule, place, sees } of conditions) {
    const attribute = attributeOf(rule, place, configuration);
    if (attribute !== undefined && sees.length > 0) seen.set(attribute, sees);
  }
  return seen;
}

/** Of `from[0].source.notPrincipals` `principals`; of `when[1].values` the condition's key. */
function attributeOf(rule: string, place: string, configuration: JsonObject): string | undefined {
  const when = /^when\[(\d+)\]/.exec(place)?.[1];
  if (when !== undefined) {
    const named = parseRuleName(rule);
    const policy = objectsIn(configuration["authorizationPolicies"]).find(
      ({ name, namespace }) => name === named?.policy && namespace === named?.namespace,
    );
    const written = objectsIn(policy?.["rules"])[named?.rule ?? 0];
    const key = objectsIn(written?.["when"])[Number(when)]?.["key"];
    return typeof key === "string" ? key : undefined;
  }
  const field = /\.(?:not)?([A-Za-z]+)$/.exec(place)?.[1];
  return field === undefined ? undefined : field[0]!.toLowerCase() + field.slice(1);
}

function tokenOf({ steps }: LoggedRequest, seen: Seen): Omit<TokenSpec, "at"> | undefined {
  const read = stepsNamed(steps, "token").filter(({ now }) => now !== undefined);
  const step = read.findLast(({ status }) => status === "OK") ?? read.at(-1);
  if (step === undefined) return undefined;
  const claims: JsonObject = {};
  for (const [attribute, values] of seen) {
    const path = /^request\.auth\.claims((?:\[[^\]]*\])+)$/.exec(attribute)?.[1];
    if (path !== undefined)
      put(
        claims,
        [...path.matchAll(/\[([^\]]*)\]/g)].map(([, name]) => name!),
        values,
      );
  }
  const { issuer, subject, audiences, exp, nbf } = step;
  const standard = { iss: issuer, sub: subject, aud: one(audiences), exp, nbf };
  const known = Object.entries(standard).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return {
    claims: { ...claims, ...Object.fromEntries(known) },
    without: ["sub", "exp"].filter((claim) => !known.some(([name]) => name === claim)),
    header: {},
    ...(isForged(step) ? { forged: true } : {}),
  };
}

/** Whatever was wrong with its signature, one by a stranger's key is refused as well. */
const isForged = ({ status }: TokenStep) => status === "Jwt verification fails";

const one = (values: readonly string[]): Json | undefined => (values.length > 1 ? [...values] : values[0]);

function put(claims: JsonObject, path: readonly string[], values: readonly string[]): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  if (rest.length === 0) {
    claims[name] = one(values) ?? null;
    return;
  }
  const inner = claims[name];
  const object = isObject(inner) ? inner : {};
  claims[name] = object;
  put(object, rest, values);
}

function fieldsOf({ steps }: LoggedRequest, seen: Seen, token: string | undefined): RequestFields {
  const request = stepsNamed(steps, "request").at(-1);
  const value = (...attributes: readonly string[]) => attributes.flatMap((name) => seen.get(name) ?? [])[0];
  const headers = [...seen].flatMap(([attribute, values]) => {
    const name = /^request\.headers\[(.+)\]$/.exec(attribute)?.[1];
    return name === undefined ? [] : [[name, values] as const];
  });
  const namespace = value("namespaces", "source.namespace");
  const principal =
    value("principals", "source.principal") ??
    (namespace === undefined ? undefined : `cluster.local/ns/${namespace}/sa/default`);
  const now = stepsNamed(steps, "token").find((step) => step.now !== undefined)?.now;
  return {
    method: request?.method ?? "GET",
    path: request?.path ?? "/",
    host: request?.authority ?? "example.com",
    scheme: "http",
    token,
    headers: new Map(headers),
    peer: value("ipBlocks", "source.ip") ?? "127.0.0.1",
    remote: value("remoteIpBlocks", "remote.ip"),
    principal,
    certificate: {},
    sni: value("connection.sni"),
    destination: value("destination.ip") ?? "127.0.0.1",
    port: Number(value("ports", "destination.port") ?? 80),
    metadata: {},
    now: now ?? Math.floor(Date.now() / 1000),
  };
}

/** What rules look at that a log always tells. */
const alwaysTold =
  /^(methods|hosts|paths|requestPrincipals|request\.auth\.(principal|audiences|claims\[(iss|sub|aud|exp)\]))$/;

/** Attributes that rules of a configuration look at, but for those that a log always tells. */
export function seldomTold(configuration: JsonObject): string[] {
  const found = new Set<string>();
  for (const policy of objectsIn(configuration["authorizationPolicies"])) {
    for (const rule of objectsIn(policy["rules"])) {
      const parts = [
        ...objectsIn(rule["from"]).map(({ source }) => source),
        ...objectsIn(rule["to"]).map(({ operation }) => operation),
      ];
      for (const part of parts.filter(isObject)) {
        for (const name of Object.keys(part))
          found.add(name.replace(/^not[A-Z]/, (text) => text[3]!.toLowerCase()));
      }
      for (const { key } of objectsIn(rule["when"])) if (typeof key === "string") found.add(key);
    }
  }
  return [...found].filter((attribute) => !alwaysTold.test(attribute));
}
