// Log lines of the filter, read back. The form is assembly/filter/telemetry/trace.ts's: `jwt-policy stream=7 step=token rule=0 issuer="…" audiences=["…"]`.

import { remembered } from "../lookups/remembered.js";
import type { PolicyAction, Step } from "./step.js";

const START = "jwt-policy ";

type Value = string | readonly string[];
type Fields = ReadonlyMap<string, Value>;

/** The fields of a line that begins with `jwt-policy `; undefined for anything else, and for a line that was cut off. */
function fieldsOf(line: string): Fields | undefined {
  if (!line.startsWith(START)) return undefined;
  const fields = new Map<string, Value>();
  for (let at = START.length; at < line.length;) {
    const start = line.indexOf("=", at) + 1;
    if (start === 0) return undefined;
    const end = endOfValue(line, start);
    const value = end === undefined ? undefined : valueOf(line.slice(start, end));
    if (end === undefined || value === undefined) return undefined;
    fields.set(line.slice(at, start - 1), value);
    at = end + 1;
  }
  return fields;
}

/** Where a word, a JSON string or a list of JSON strings that begins at `start` ends; undefined: it does not. */
function endOfValue(line: string, start: number): number | undefined {
  const first = line[start];
  if (first === '"') return endOfString(line, start);
  if (first !== "[") {
    const blank = line.indexOf(" ", start);
    return blank < 0 ? line.length : blank;
  }
  let at: number | undefined = start + 1;
  while (at !== undefined && line[at] !== "]") {
    if (line[at] === ",") at++;
    at = line[at] === '"' ? endOfString(line, at) : undefined;
  }
  return at === undefined ? undefined : at + 1;
}

function endOfString(line: string, start: number): number | undefined {
  for (let quote = line.indexOf('"', start + 1); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (line[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return undefined;
}

function valueOf(text: string): Value | undefined {
  const isString = text.startsWith('"');
  if (!isString && !text.startsWith("[")) return text;
  if (isString) return text.includes("\\") ? parsed(text) : text.slice(1, -1);
  return listOf(text);
}

function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** What policies name is the same in the lines of every request: with 500 policies it is read once, not once a line. */
const listOf = remembered(parsed);

/** Reads the fields of one line; what is missing is the empty text, list or undefined, as the reader asks for it. */
class Reader {
  readonly stream: number | undefined;

  constructor(private readonly fields: Fields) {
    this.stream = this.number("stream");
  }

  optional(name: string): string | undefined {
    const value = this.fields.get(name);
    return typeof value === "string" ? value : undefined;
  }

  text(name: string): string {
    return this.optional(name) ?? "";
  }

  list(name: string): readonly string[] {
    const value = this.fields.get(name);
    return typeof value === "object" ? value : [];
  }

  number(name: string): number | undefined {
    const text = this.optional(name);
    return text === undefined ? undefined : Number(text);
  }

  flag(name: string): boolean {
    return this.optional(name) === "true";
  }
}

const readers: Readonly<Record<Step["step"], (line: Reader) => Step>> = {
  request: (line) => ({
    step: "request",
    stream: line.stream,
    method: line.text("method"),
    authority: line.text("authority"),
    path: line.text("path"),
  }),
  location: (line) => ({
    step: "location",
    stream: line.stream,
    rule: line.optional("rule"),
    location: line.text("location"),
    present: line.flag("present"),
    tokens: line.number("tokens") ?? 0,
  }),
  key: (line) => ({
    step: "key",
    stream: line.stream,
    rule: line.text("rule"),
    source: line.text("source"),
    keys: line.number("keys"),
    fitting: line.list("fitting"),
    verifiedBy: line.optional("verifiedBy"),
    remembered: line.flag("remembered"),
  }),
  token: (line) => ({
    step: "token",
    stream: line.stream,
    rule: line.optional("rule"),
    location: line.text("location"),
    ruleIssuer: line.optional("ruleIssuer"),
    ruleAudiences: line.list("ruleAudiences"),
    issuer: line.optional("issuer"),
    subject: line.optional("subject"),
    audiences: line.list("audiences"),
    alg: line.optional("alg"),
    kid: line.optional("kid"),
    exp: line.number("exp"),
    nbf: line.number("nbf"),
    now: line.number("now"),
    status: line.text("status"),
  }),
  authentication: (line) => ({
    step: "authentication",
    stream: line.stream,
    status: line.text("status"),
    rule: line.optional("rule"),
  }),
  exemption: (line) => ({ step: "exemption", stream: line.stream, at: line.text("at") }),
  condition: (line) => ({
    step: "condition",
    stream: line.stream,
    rule: line.text("rule"),
    place: line.text("place"),
    met: line.flag("met"),
    wants: line.list("wants"),
    sees: line.list("sees"),
  }),
  policy: (line) => ({
    step: "policy",
    stream: line.stream,
    action: line.text("action") as PolicyAction,
    rule: line.text("rule"),
    at: line.text("at"),
    matches: line.flag("matches"),
    failed: line.flag("matches")
      ? undefined
      : { place: line.text("condition"), wants: line.list("wants"), sees: line.list("sees") },
  }),
  shadow: (line) => ({
    step: "shadow",
    stream: line.stream,
    action: line.text("action") as PolicyAction,
    rule: line.text("rule"),
  }),
  header: (line) => ({
    step: "header",
    stream: line.stream,
    change: line.text("change") as "added" | "removed" | "replaced",
    name: line.text("name"),
  }),
  decision: (line) => ({
    step: "decision",
    stream: line.stream,
    result: line.text("result") === "allowed" ? "allowed" : "denied",
    status: line.optional("status"),
    policy: line.optional("policy"),
  }),
  keys: (line) => ({
    step: "keys",
    stream: line.stream,
    uri: line.text("uri"),
    outcome: line.text("outcome"),
    failures: line.number("failures") ?? 0,
    ageMilliseconds: line.number("ageMilliseconds"),
    keys: line.number("keys"),
    reason: line.optional("reason"),
    found: line.optional("found"),
    key: line.number("key"),
    kid: line.optional("kid"),
  }),
};

/** The step that a line of the filter tells, which ends with its last field; undefined if it tells none, if its end is missing, or if this version knows no such step. */
export function parseStep(line: string): Step | undefined {
  const fields = fieldsOf(line);
  const name = fields?.get("step");
  if (fields === undefined || typeof name !== "string" || !Object.hasOwn(readers, name)) return undefined;
  return readers[name as Step["step"]](new Reader(fields));
}
