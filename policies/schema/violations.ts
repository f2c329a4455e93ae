// What a JSON Schema objects to in a value, in the words of this command: the place, what is wrong, what to do.

import { Validator, type OutputUnit } from "@cfworker/json-schema";
import { nearestName } from "../text/spelling.js";
import type { Json } from "../resources/tree.js";

/** A schema of draft 7, with the messages that editors know too (errorMessage, patternErrorMessage). */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Names, and indices as text, from the root to a value. */
export type JsonPath = readonly string[];

/** A path as the filter's messages have it: `authorizationPolicies[0].rules[1]`; empty for the root. */
export function pathText(root: Json, path: JsonPath): string {
  let text = "";
  let at: Json | undefined = root;
  for (const token of path) {
    text += Array.isArray(at) ? `[${token}]` : text === "" ? token : `.${token}`;
    at = childOf(at, token) as Json | undefined;
  }
  return text;
}

export interface Violation {
  readonly path: JsonPath;
  /** `unknown`: a field that does not exist; `type`, `missing`; `value` for all else. */
  readonly kind: "unknown" | "type" | "missing" | "value";
  /** Whether it is about the member's name rather than its value. */
  readonly ofName: boolean;
  /** Reads on behind the path: `must be a string, not a number`. */
  readonly message: string;
  readonly remedy?: string;
}

/** Everything that `schema` does not allow in `value`, in no particular order; nothing if it is valid. */
export function violations(value: Json, schema: JsonSchema): Violation[] {
  // The validator notes in the schema what its references mean.
  const validator = new Validator(structuredClone(schema), "7", false);
  return new Report(value, schema).read(validator.validate(value).errors);
}

/** Keywords that only say that something below is wrong. */
const wrappers: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "additionalProperties",
  "propertyNames",
  "items",
  "$ref",
  "allOf",
  "if",
  "dependencies",
]);

class Report {
  private readonly found: Violation[] = [];
  private readonly seen = new Set<string>();
  /** Where in the schema a failure has been told as a whole, with the place in the value. */
  private readonly told: { readonly keyword: string; readonly instance: string }[] = [];

  constructor(
    private readonly value: Json,
    private readonly schema: JsonSchema,
  ) {}

  read(units: readonly OutputUnit[]): Violation[] {
    let object = this.schema;
    for (const unit of units) {
      if (unit.keyword === "additionalProperties") object = this.holder(unit);
      if (wrappers.has(unit.keyword) || this.isTold(unit)) continue;
      // A schema `false` has no place of its own: it is the additionalProperties just seen.
      if (unit.keyword === "false") this.unknownField(unit, object);
      else this.failed(unit, this.holder(unit));
    }
    return this.found;
  }

  private failed(unit: OutputUnit, holder: JsonSchema): void {
    const path = tokensOf(unit.instanceLocation);
    const value = valueAt(this.value, path);
    if (unit.keyword === "anyOf" || unit.keyword === "oneOf" || unit.keyword === "not") {
      this.told.push({ keyword: `${unit.keywordLocation}/`, instance: unit.instanceLocation });
    }
    const ownMessage = unit.keyword === "pattern" ? holder["patternErrorMessage"] : undefined;
    const message = ownMessage ?? holder["errorMessage"];
    if (typeof message === "string") {
      this.add(unit, path, unit.keyword === "required" ? "missing" : "value", message);
    } else if (unit.keyword === "required") this.missingFields(unit, path, holder, value);
    else if (unit.keyword === "type") this.wrongType(unit, path, holder, value);
    else this.add(unit, path, "value", messageFor(unit.keyword, holder, value));
  }

  private unknownField(unit: OutputUnit, object: JsonSchema): void {
    const path = tokensOf(unit.instanceLocation);
    const known = Object.entries((object["properties"] ?? {}) as Record<string, JsonSchema>)
      .filter(([, field]) => field["doNotSuggest"] !== true)
      .map(([name]) => name);
    const near = nearestName(path[path.length - 1] ?? "", known);
    const remedy = near === undefined ? `its fields are ${known.join(", ")}` : `did you mean ${near}?`;
    this.found.push({ path, kind: "unknown", ofName: true, message: "unknown field", remedy });
  }

  private missingFields(unit: OutputUnit, path: JsonPath, holder: JsonSchema, value: Json): void {
    for (const name of holder["required"] as string[]) {
      if (!Object.hasOwn(value as object, name)) this.add(unit, [...path, name], "missing", "is missing");
    }
  }

  private wrongType(unit: OutputUnit, path: JsonPath, holder: JsonSchema, value: Json): void {
    const wanted = [holder["type"]].flat() as string[];
    const message = `must be ${wanted.map(typeName).join(" or ")}, not ${typeName(typeOf(value))}`;
    const isBare = typeof value === "number" || typeof value === "boolean";
    const remedy =
      isBare && wanted.includes("string") ? `quote it: ${JSON.stringify(String(value))}` : undefined;
    this.add(unit, path, "type", message, remedy);
  }

  private add(
    unit: OutputUnit,
    path: JsonPath,
    kind: Violation["kind"],
    message: string,
    remedy?: string,
  ): void {
    const ofName = unit.keywordLocation.includes("/propertyNames/");
    const key = JSON.stringify([path, message]);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.found.push({ path, kind, ofName, message, ...(remedy === undefined ? {} : { remedy }) });
  }

  private isTold(unit: OutputUnit): boolean {
    return this.told.some(
      ({ keyword, instance }) =>
        unit.keywordLocation.startsWith(keyword) && unit.instanceLocation.startsWith(instance),
    );
  }

  /** The part of the schema that has the keyword. */
  private holder({ keywordLocation }: OutputUnit): JsonSchema {
    let at: unknown = this.schema;
    for (const token of tokensOf(keywordLocation).slice(0, -1)) {
      at = token === "$ref" ? this.definition((at as JsonSchema)["$ref"] as string) : childOf(at, token);
    }
    return at as JsonSchema;
  }

  private definition(reference: string): unknown {
    return tokensOf(reference).reduce<unknown>(childOf, this.schema);
  }
}

function childOf(node: unknown, token: string): unknown {
  return (node as Record<string, unknown> | null | undefined)?.[token];
}

/** Tokens of a JSON pointer as a URI fragment (RFC 6901 §6). */
function tokensOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(root: Json, path: JsonPath): Json {
  return (path.reduce<unknown>(childOf, root) ?? null) as Json;
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function typeName(type: string): string {
  const names: Readonly<Record<string, string>> = {
    array: "a list",
    boolean: "true or false",
    integer: "a whole number",
    null: "null",
    number: "a number",
    object: "an object",
    string: "a string",
  };
  return names[type] ?? type;
}

function messageFor(keyword: string, holder: JsonSchema, value: Json): string {
  const bound = String(holder[keyword]);
  switch (keyword) {
    case "enum": {
      const values = (holder["enum"] as Json[]).map((one) => JSON.stringify(one));
      return `must be one of ${values.join(", ")}, not ${JSON.stringify(value)}`;
    }
    case "const":
      return `must be ${JSON.stringify(holder["const"])}`;
    case "minimum":
    case "maximum":
      return `must be from ${String(holder["minimum"])} to ${String(holder["maximum"])}, not ${JSON.stringify(value)}`;
    case "minLength":
    case "minItems":
    case "minProperties":
      return bound === "1" ? "must not be empty" : `must have at least ${bound}`;
    case "maxLength":
      return `must have at most ${bound} characters`;
    case "maxItems":
    case "maxProperties":
      return `must have at most ${bound} items`;
    case "pattern":
      return `must match ${bound}`;
    case "not":
      return `must not be ${JSON.stringify(value)}`;
    default:
      return "has none of the allowed forms";
  }
}
