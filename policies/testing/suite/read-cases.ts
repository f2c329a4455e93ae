// The cases of a test file: every combination of what its fields list.

import { requestTarget } from "../../evaluation/request/request-target.js";
import { parseGoDuration } from "../../golang/duration.js";
import { instantOf } from "../../text/moment.js";
import type { Position } from "../../resources/position.js";
import { entry, itemsOf, scalarText, type Json, type JsonObject } from "../../resources/tree.js";
import type { JsonPath } from "../../schema/violations.js";
import { readExpectation } from "./read-expectation.js";
import type { SuiteReader } from "./suite-reader.js";
import type { RequestFields, TestCase } from "./suite.js";

/** The fields of a request in which a list means one case for each of its items, in the order in which names tell them. */
const alternatives = [
  "request",
  "method",
  "path",
  "token",
  "host",
  "scheme",
  "peer",
  "remote",
  "principal",
  "sni",
  "destination",
  "port",
  "now",
] as const;
type Alternative = (typeof alternatives)[number];

/** A file of a few lines could otherwise stand for billions of cases. */
const MAX_CASES_OF_A_TEST = 100_000;

/** @param fields the document, as the schema allows it */
export function readCases(fields: JsonObject, tokens: ReadonlySet<string>, reader: SuiteReader): TestCase[] {
  const defaults = (fields["defaults"] ?? {}) as JsonObject;
  const trees = itemsOf(entry(reader.document, "tests")?.value);
  checkLevel(defaults, ["defaults"], tokens, reader);
  return (fields["tests"] as JsonObject[]).flatMap((test, i) => {
    const path = ["tests", String(i)];
    const at = trees[i]!.at;
    checkLevel(test, path, tokens, reader);
    const common = over(defaults, test);
    const cases = test["cases"] as JsonObject[] | undefined;
    if (cases === undefined) {
      return expand(common, { path, at, title: textOf(test["name"]), told: listed(common) }, reader);
    }
    const places = itemsOf(entry(trees[i], "cases")?.value);
    return cases.flatMap((one, j) => {
      const place = [...path, "cases", String(j)];
      checkLevel(one, place, tokens, reader);
      const merged = over(common, one);
      const title = [test["name"], one["name"]].flatMap((part) => textOf(part) ?? []).join(" > ");
      // A case with a name of its own needs to tell no more, unless it stands for several.
      const own = "name" in one ? [] : alternatives.filter((name) => name in one);
      const told = new Set([...listed(merged), ...own]);
      const headers = "name" in one ? undefined : (one["headers"] as JsonObject | undefined);
      return expand(merged, { path: place, at: places[j]!.at, title, told, headers }, reader);
    });
  });
}

/** What the schema cannot say about the fields of one level. */
function checkLevel(
  fields: JsonObject,
  path: JsonPath,
  tokens: ReadonlySet<string>,
  reader: SuiteReader,
): void {
  for (const name of ["method", "path"]) {
    if ("request" in fields && name in fields) {
      reader.fault([...path, name], "excludes request, which has one: give one of them");
    }
  }
  if ("principal" in fields && typeof fields["certificate"] === "object" && fields["certificate"] !== null) {
    if ("uriSan" in fields["certificate"]) {
      reader.fault(
        [...path, "principal"],
        "excludes certificate.uriSan: a principal is the URI without spiffe://",
      );
    }
  }
  for (const name of listOf(fields["token"])) {
    if (typeof name === "string" && name !== NO_TOKEN) reader.requireToken(name, tokens, [...path, "token"]);
  }
  for (const text of listOf(fields["path"]).concat(listOf(fields["request"]))) {
    checkPlaceholders(text, "path" in fields ? [...path, "path"] : [...path, "request"], tokens, reader);
  }
  for (const [name, values] of Object.entries((fields["headers"] ?? {}) as JsonObject)) {
    for (const value of listOf(values)) checkPlaceholders(value, [...path, "headers", name], tokens, reader);
  }
  for (const moment of listOf(fields["now"])) {
    if (momentOf(moment, 0) === undefined) {
      reader.fault(
        [...path, "now"],
        "is no time; expected 2026-01-31T12:00:00Z, or a shift such as +90m or -1h",
      );
    }
  }
}

/** `${name}` stands for a token. */
export const placeholder = /\$\{([^}]*)\}/g;

function checkPlaceholders(
  text: Json,
  path: JsonPath,
  tokens: ReadonlySet<string>,
  reader: SuiteReader,
): void {
  if (typeof text !== "string") return;
  for (const [, name = ""] of text.matchAll(placeholder)) reader.requireToken(name, tokens, path);
}

const NO_TOKEN = "none";

/** Fields over those of the level above: headers each for itself, a `request` over method and path. */
function over(base: JsonObject, fields: JsonObject): JsonObject {
  const replaced = "request" in fields ? ["method", "path", "cases", "name"] : ["cases", "name"];
  const kept = Object.entries(base).filter(([name]) => !replaced.includes(name));
  const merged = { ...Object.fromEntries(kept), ...fields };
  if (!("headers" in base) || !("headers" in fields)) return merged;
  return { ...merged, headers: { ...(base["headers"] as JsonObject), ...(fields["headers"] as JsonObject) } };
}

/** The fields that list several alternatives. */
function listed(fields: JsonObject): Set<Alternative> {
  return new Set(alternatives.filter((name) => Array.isArray(fields[name])));
}

interface Place {
  readonly path: JsonPath;
  readonly at: Position;
  readonly title: string | undefined;
  /** What the name tells behind the title. */
  readonly told: ReadonlySet<Alternative>;
  readonly headers?: JsonObject | undefined;
}

/** A case for each combination of the alternatives. */
function expand(fields: JsonObject, place: Place, reader: SuiteReader): TestCase[] {
  const expect = fields["expect"];
  if (expect === undefined) {
    reader.fault(place.path, "expect is missing: allow, deny, 401, 403, or an object");
    return [];
  }
  const expectation = readExpectation(expect, [...place.path, "expect"], reader);
  const count = alternatives.reduce((product, name) => product * Math.max(1, listOf(fields[name]).length), 1);
  if (count > MAX_CASES_OF_A_TEST) {
    reader.fault(place.path, `stands for ${count} cases; ${MAX_CASES_OF_A_TEST} are the most`);
    return [];
  }
  let combinations: JsonObject[] = [fields];
  for (const name of alternatives) {
    const values = fields[name];
    if (!Array.isArray(values)) continue;
    combinations = combinations.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  }
  return combinations.map((one) => {
    const request = requestOf(one, reader.now);
    return { name: nameOf(one, request, place), at: place.at, request, expect: expectation };
  });
}

/**
 * The request that the fields of one case say, none of them a list of alternatives any more.
 * @param now seconds since 1970, the suite's moment
 */
export function requestOf(fields: JsonObject, now: number): RequestFields {
  const [, method = "GET", target = "/"] = /^(\S+) (.*)$/.exec(textOf(fields["request"]) ?? "") ?? [];
  // A whole URL as well, as `explain --request` takes it.
  const { scheme, authority, path } = requestTarget(target);
  const headers = Object.entries((fields["headers"] ?? {}) as JsonObject).filter(
    ([, value]) => value !== null,
  );
  const token = textOf(fields["token"]);
  return {
    method: textOf(fields["method"]) ?? method,
    path: textOf(fields["path"]) ?? path,
    host: textOf(fields["host"]) ?? authority ?? "example.com",
    scheme: textOf(fields["scheme"]) ?? scheme ?? "http",
    token: token === NO_TOKEN ? undefined : token,
    headers: new Map(headers.map(([name, value]) => [name, listOf(value) as string[]])),
    peer: textOf(fields["peer"]) ?? "127.0.0.1",
    remote: textOf(fields["remote"]),
    principal: textOf(fields["principal"]),
    certificate: (fields["certificate"] ?? {}) as RequestFields["certificate"],
    sni: textOf(fields["sni"]),
    destination: textOf(fields["destination"]) ?? "127.0.0.1",
    port: typeof fields["port"] === "number" ? fields["port"] : 80,
    metadata: (fields["metadata"] ?? {}) as RequestFields["metadata"],
    now: fields["now"] === undefined ? now : (momentOf(fields["now"], now) ?? now),
  };
}

/** Seconds since 1970 of a moment, or of a shift of `now`; undefined if it is neither. */
function momentOf(value: Json, now: number): number | undefined {
  const text = scalarText(value);
  if (!/^[+-]/.test(text)) return instantOf(text);
  const shift = parseGoDuration(text);
  return shift === undefined ? undefined : now + Number(shift / 1_000_000_000n);
}

function nameOf(fields: JsonObject, request: RequestFields, { title = "", told, headers }: Place): string {
  const { method, path } = request;
  const isTold = (name: Alternative) => told.has(name);
  const whole = title === "" || isTold("request") || (isTold("method") && isTold("path"));
  const parts = whole ? [`${method} ${path}`] : isTold("method") ? [method] : isTold("path") ? [path] : [];
  const others = alternatives.filter((name) => isTold(name) && !["request", "method", "path"].includes(name));
  parts.push(...others.map((name) => partOfName(name, fields[name] ?? null)));
  for (const [name, value] of Object.entries(headers ?? {})) {
    parts.push(value === null ? `no ${name}` : `${name}: ${listOf(value).map(scalarText).join(", ")}`);
  }
  return [title, parts.join(", ")].filter((part) => part !== "").join(" > ");
}

function partOfName(name: Alternative, value: Json): string {
  if (name === "token" && (value === null || value === NO_TOKEN)) return "no token";
  return `${name} ${scalarText(value)}`;
}

const textOf = (value: Json | undefined) => (typeof value === "string" ? value : undefined);

const listOf = (value: Json | undefined): Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
