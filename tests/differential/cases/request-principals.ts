// requestPrincipals, notRequestPrincipals and request.auth.principal: every form of value, every kind of identity.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer } from "../requests.js";
import type { TokenSpec } from "../token.js";

const issuers = ["https://a.b/", "https://a.b", "x", "foo", "x/y"];
const authentication = requestAuthentication(...issuers.map((issuer) => ({ issuer })));

const values = [
  "*",
  "x/s",
  "x/*",
  "*/s",
  "https://a.b//s",
  "https://a.b/s",
  "https://a.b//*",
  "https://a.b/*",
  "https://a.b*",
  "https://*",
  "x/a/b",
  "x/a*",
  "x/s*",
  "x/*b",
  "x/*/b",
  "foo*",
  "*foo",
  "foo",
  "x",
  "x/",
  "/s",
  "/",
  "*/",
  "/*",
  "*/*",
  "*x/s",
  "x*",
  "x*/s",
  "fo*/foobar",
  "**",
  "*foo*",
  "foo/*bar",
  "*.b//s",
  "foo/foo*",
  "X/s",
  "x/S",
  "x /s",
  "x/y/s",
  "x/y/*",
  "https://a.b//a.b*",
];

function policies(): Policy[] {
  const rules = (list: readonly string[]): Record<string, JsonObject> => ({
    from: { from: [{ source: { requestPrincipals: list } }] },
    "from not": { from: [{ source: { notRequestPrincipals: list } }] },
    when: { when: [{ key: "request.auth.principal", values: list }] },
    "when not": { when: [{ key: "request.auth.principal", notValues: list }] },
  });
  const lists = [...values.map((value) => [value]), ["nobody/s", "x/s", "foo*"], ["x/a", "x/b"]];
  return lists.flatMap((list) =>
    Object.entries(rules(list)).map(([form, rule]) => ({
      name: `request-principals/${form} ${JSON.stringify(list)}`,
      config: { ...authentication, ...authorization({ rules: [rule] }) },
    })),
  );
}

const identities: Record<string, TokenSpec> = {
  "https://a.b/ + s": { claims: { iss: "https://a.b/", sub: "s" } },
  "https://a.b + s": { claims: { iss: "https://a.b", sub: "s" } },
  "https://a.b + /s": { claims: { iss: "https://a.b", sub: "/s" } },
  "x + s": { claims: { iss: "x", sub: "s" } },
  "x + S": { claims: { iss: "x", sub: "S" } },
  "x + a/b": { claims: { iss: "x", sub: "a/b" } },
  "x + y/s": { claims: { iss: "x", sub: "y/s" } },
  "x/y + s": { claims: { iss: "x/y", sub: "s" } },
  "x + empty": { claims: { iss: "x", sub: "" } },
  "x + *": { claims: { iss: "x", sub: "*" } },
  "x + newline": { claims: { iss: "x", sub: "s\n" } },
  "x + only a newline": { claims: { iss: "x", sub: "\n" } },
  "x + NUL": { claims: { iss: "x", sub: "s\u0000" } },
  "x without sub": { claims: { iss: "x" }, without: ["sub"] },
  "foo + foobar": { claims: { iss: "foo", sub: "foobar" } },
  "foo + xfoo": { claims: { iss: "foo", sub: "xfoo" } },
  "foo + \u00e9": { claims: { iss: "foo", sub: "\u00e9" } },
};

const requests: Record<string, RequestSpec> = {
  ...Object.fromEntries(Object.entries(identities).map(([label, token]) => [label, bearer(token)])),
  "no token": {},
  "two identities": {
    path: "/?access_token=<<u>>",
    headers: [["authorization", "Bearer <<t>>"]],
    tokens: { t: identities["x + s"]!, u: identities["x + S"]! },
  },
};

export const requestPrincipals: Table = { name: "request-principals", cases: cross(policies(), requests) };
