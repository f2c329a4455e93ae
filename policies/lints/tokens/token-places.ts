// JP240: a place of tokens in which none is found: a header's prefix that is missing, names that no header, parameter or cookie can have.

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint } from "../../findings/lint.js";
import { jwtRulesOf } from "../../policy-model/jwt-rules.js";
import type { Resource } from "../../resources/resource.js";
import { isHeaderName } from "../../policy-model/header-name.js";
import { itemsOf, stringAt, valueAt, type Tree } from "../../resources/tree.js";

export const tokenPlaces: Lint = ({ requestAuthentications }) =>
  requestAuthentications.flatMap(({ resource, spec }) =>
    jwtRulesOf({ spec }).flatMap((rule) => [
      ...itemsOf(valueAt(rule, "fromHeaders")).flatMap((header) => judgeHeader(header, resource)),
      ...itemsOf(valueAt(rule, "fromParams")).flatMap((name) => judgeName(name, parameter, resource)),
      ...itemsOf(valueAt(rule, "fromCookies")).flatMap((name) => judgeName(name, cookie, resource)),
    ]),
  );

function judgeHeader(header: Tree, resource: Resource): Finding[] {
  const name = stringAt(header, "name");
  const at = valueAt(header, "name")?.at;
  if (name === undefined || at === undefined) return [];
  const prefix = stringAt(header, "prefix") ?? "";
  const found = (message: string, remedy: string) => [remark({ id: "JP240", resource, at, message, remedy })];
  if (!isHeaderName(name))
    return found(
      `no header has the name ${JSON.stringify(name)}`,
      "a header's name is letters, digits and hyphens, without colon or value",
    );
  // RFC 6750 §2.1 has no other form of this header.
  if (name.toLowerCase() === "authorization" && prefix === "")
    return found(
      "without a prefix the whole header is taken for the token: what clients send as Bearer is refused as no JWT",
      'write {name: Authorization, prefix: "Bearer "}, or leave the entry out where it is the only one: this header is looked at by default',
    );
  if (name.toLowerCase() === "authorization" && /^bearer $/i.test(prefix) && prefix !== "Bearer ")
    return found(
      `a prefix is compared by case, and clients send Bearer: no token is found behind ${JSON.stringify(prefix)}`,
      'write prefix: "Bearer "',
    );
  if (name.toLowerCase() === "cookie")
    return found(
      "a cookie that others follow is taken with them, and refused as no token",
      `write ${prefix.endsWith("=") ? `fromCookies: [${prefix.slice(0, -1)}]` : "fromCookies with the cookie's name"}`,
    );
  return [];
}

interface Place {
  readonly kind: string;
  readonly impossible: RegExp;
}

/** What ends a name in a query (WHATWG URL, application/x-www-form-urlencoded). */
const parameter: Place = { kind: "query parameter", impossible: /[?&=#\s]/ };
/** RFC 6265 §4.1.1 */
const cookie: Place = { kind: "cookie", impossible: /[=;,\s"]/ };

function judgeName(tree: Tree, { kind, impossible }: Place, resource: Resource): Finding[] {
  if (tree.kind !== "scalar" || typeof tree.value !== "string") return [];
  const { value } = tree;
  const odd = impossible.exec(value)?.[0];
  if (odd === undefined) return [];
  const right = value.replace(/^[?&\s]+/, "").replace(/[=;,\s].*$/s, "");
  return [
    remark({
      id: "JP240",
      resource,
      at: tree.at,
      message: `no ${kind} has the name ${JSON.stringify(value)}`,
      remedy: `the name stands alone${right === "" ? "" : `: ${right}`}`,
    }),
  ];
}
