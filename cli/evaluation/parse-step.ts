// Log lines of the filter, read back. The form is assembly/filter/trace.ts's: `jwt-policy stream=7 step=token rule=0 issuer="…" audiences=["…"]`.

import type { PolicyAction, Step } from "./step.js";

const START = "jwt-policy ";

/** A field: a word, a JSON string, or a list of JSON strings. */
const field = /\s*([A-Za-z]+)=("(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*"|,)*\]|[^\s"[]*)/y;

type Fields = ReadonlyMap<string, string | readonly string[]>;

/** The fields of a line that begins with `jwt-policy `; undefined for anything else, and for a line that was cut off. */
function fieldsOf(line: string): Fields | undefined {
  if (!line.startsWith(START)) return undefined;
  const fields = new Map<string, string | readonly string[]>();
  field.lastIndex = START.length;
  const end = line.trimEnd().length;
  for (let at = START.length; at < end; at = field.lastIndex) {
    const match = field.exec(line);
    if (match === null) return undefined;
    const value = unquoted(match[2]!);
    if (value === undefined) return undefined;
    fields.set(match[1]!, value);
  }
  return fields;
}

function unquoted(value: string): string | readonly string[] | undefined {
  if (value.startsWith('"') && !value.includes("\\")) return value.slice(1, -1);
  if (!value.startsWith('"') && !value.startsWith("[")) return value;
  try {
    return JSON.parse(value) as string | readonly string[];
  } catch {
    return undefined;
  }
}

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
    rule: line.number("rule"),
    location: line.text("location"),
    present: line.flag("present"),
    tokens: line.number("tokens") ?? 0,
  }),
  key: (line) => ({
    step: "key",
    stream: line.stream,
    rule: line.number("rule") ?? 0,
    source: line.text("source"),
    keys: line.number("keys"),
    fitting: line.list("fitting"),
    verifiedBy: line.optional("verifiedBy"),
    remembered: line.flag("remembered"),
  }),
  token: (line) => ({
    step: "token",
    stream: line.stream,
    rule: line.number("rule") ?? 0,
    location: line.text("location"),
    ruleIssuer: line.optional("ruleIssuer") || undefined,
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
    rule: line.number("rule"),
  }),
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
  }),
};

/** The step that a line of the filter tells; undefined if it tells none, if its end is missing, or if this version knows no such step. */
export function parseStep(line: string): Step | undefined {
  const fields = fieldsOf(line);
  const name = fields?.get("step");
  if (fields === undefined || typeof name !== "string" || !Object.hasOwn(readers, name)) return undefined;
  return readers[name as Step["step"]](new Reader(fields));
}
