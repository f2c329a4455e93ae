// CEL as Envoy's rbac takes it in a `condition`: an expression already parsed (google.api.expr.v1alpha1.Expr), built here from parts.

export type Cel = object;

const call = (name: string, ...args: Cel[]): Cel => ({ call_expr: { function: name, args } });
/** A number, text, boolean or null; numbers as doubles, as the claims in metadata are. */
export const literal = (value: number | string | boolean | null): Cel => ({
  const_expr:
    value === null
      ? { null_value: "NULL_VALUE" }
      : typeof value === "number"
        ? { double_value: value }
        : typeof value === "string"
          ? { string_value: value }
          : { bool_value: value },
});
const whole = (value: number): Cel => ({ const_expr: { int64_value: String(value) } });

export const compare = (sign: "<" | "<=" | ">" | ">=" | "==", left: Cel, right: Cel): Cel =>
  call(`_${sign}_`, left, right);
export const isNot = (one: Cel): Cel => call("!_", one);
export const and = (first: Cel, ...rest: Cel[]): Cel =>
  rest.reduce((all, one) => call("_&&_", all, one), first);
export const or = (first: Cel, ...rest: Cel[]): Cel =>
  rest.reduce((all, one) => call("_||_", all, one), first);
export const at = (list: Cel, index: number): Cel => call("_[_]", list, whole(index));
export const named = (map: Cel, name: string): Cel => call("_[_]", map, literal(name));
export const isIn = (name: string, map: Cel): Cel => call("@in", literal(name), map);
export const isLonger = (list: Cel, length: number): Cel => call("_>_", call("size", list), whole(length));

export const startsWith = (text: Cel, prefix: string): Cel => ({
  call_expr: { target: text, function: "startsWith", args: [literal(prefix)] },
});

const ofRequest = (field: string): Cel => ({
  select_expr: { operand: { ident_expr: { name: "request" } }, field },
});
/** The path without its query. */
export const urlPath: Cel = ofRequest("url_path");
/** A header; an error where there is none, and its lines joined with commas where there are several. */
export const header = (name: string): Cel => named(ofRequest("headers"), name);

/** What jwt_authn has left of the token's claims. */
export const claims: Cel = named(
  named(
    { select_expr: { operand: { ident_expr: { name: "metadata" } }, field: "filter_metadata" } },
    "envoy.filters.http.jwt_authn",
  ),
  "payload",
);
