// request.headers[…]: lines, commas, presence, names, and what authentication has done to the request before.
import { cross, type Table } from "../case.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import type { RequestSpec } from "../compared/exchange.js";
import { bearer, each, headers, withHeader } from "../requests.js";

function policies(key: string, lists: readonly (readonly string[])[], start: object = {}): Policy[] {
  const conditions = (list: readonly string[]): Record<string, JsonObject> => ({
    values: { key: `request.headers[${key}]`, values: list },
    "not values": { key: `request.headers[${key}]`, notValues: list },
  });
  return lists.flatMap((list) =>
    Object.entries(conditions(list)).map(([form, condition]) => ({
      name: `header-conditions/${Object.keys(start).length > 0 ? "jwt " : ""}${key} ${form} ${JSON.stringify(list)}`,
      config: { ...start, ...authorization({ rules: [{ when: [condition] }] }) },
    })),
  );
}

const lists = [
  ["a"],
  ["a*"],
  ["*a"],
  ["*"],
  ["a", "b"],
  ["a,b"],
  ["a, b"],
  ["*a*"],
  ["A"],
  ["a b"],
  ["\u00e9"],
  ["**"],
];
const lines: readonly (readonly string[])[] = [
  [],
  [""],
  ["a"],
  ["A"],
  ["b"],
  ["ab"],
  ["ba"],
  ["a,b"],
  ["a, b"],
  ["a", "b"],
  ["b", "a"],
  ["b", "c"],
  ["", "a"],
  ["a", ""],
  [" a "],
  ["a b"],
  ["a\tb"],
  ["\u00e9"],
  ["\u00c3\u00a9"],
  ["*a*"],
  ["**"],
  ["a", "a", "a"],
  ["xa,a"],
  [","],
];

const named = (name: string): Record<string, RequestSpec> =>
  each(
    lines,
    (values) => headers(...values.map((value) => [name, value] as const)),
    (values) => `${name} ${JSON.stringify(values)}`,
  );

/** Headers that Envoy itself joins, splits, sets or knows by another name. */
const special = [
  "cookie",
  "accept",
  "authorization",
  "x-forwarded-for",
  "user-agent",
  "content-type",
  "origin",
  "via",
];
const pseudo: Record<string, readonly (readonly string[])[]> = {
  ":path": [["/a"], ["/a*"], ["*x=1"], ["*"]],
  ":method": [["GET"], ["*"]],
  ":authority": [["example.com"], ["Example.com"], ["*"]],
  host: [["example.com"], ["*"]],
  Host: [["example.com"]],
  ":scheme": [["http"], ["*"]],
  "x-forwarded-proto": [["http"], ["https"]],
  "x-envoy-internal": [["true"], ["*"]],
  "x-request-id": [["*"]],
  "content-length": [["*"], ["0"]],
  "transfer-encoding": [["*"]],
  connection: [["*"]],
  te: [["*"]],
};

const requests: Record<string, RequestSpec> = {
  plain: {},
  "/a": { path: "/a" },
  "/a?x=1": { path: "/a?x=1" },
  "Example.com": { authority: "Example.com" },
  POST: { method: "POST", headers: [["content-length", "0"]] },
  "forwarded proto https": headers(["x-forwarded-proto", "https"]),
  "x-envoy-internal sent": headers(["x-envoy-internal", "true"]),
  "x-request-id sent": headers(["x-request-id", "r"]),
  "te trailers": headers(["te", "trailers"]),
  "connection close": headers(["connection", "close"]),
};

const authentication = requestAuthentication({
  outputPayloadToHeader: "x-payload",
  outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
});
const afterAuthentication: Policy[] = [
  ...policies("authorization", [["*"], ["Bearer *"]], authentication),
  ...policies("x-payload", [["*"], ["forged"]], authentication),
  ...policies("X-Sub", [["alice"], ["forged"], ["*"]], authentication),
  ...policies(":path", [["*access_token*"], ["/a?b=1"], ["/a"]], authentication),
];
const authenticated: Record<string, RequestSpec> = {
  "token in Authorization": bearer({}),
  "token in Authorization, forged outputs": bearer({}, headers(["x-payload", "forged"], ["x-sub", "forged"])),
  "forged outputs, no token": headers(["x-payload", "forged"], ["x-sub", "forged"]),
  "token in the query": { path: "/a?access_token=<<t>>&b=1", tokens: { t: {} } },
  "token alone in the query": { path: "/a?access_token=<<t>>", tokens: { t: {} } },
  "two tokens": withHeader("authorization", "Bearer <<u>>", {
    path: "/a?access_token=<<t>>",
    tokens: { t: {}, u: { claims: { sub: "bob" } } },
  }),
  "Basic authorization": headers(["authorization", "Basic x"]),
};

export const headerConditions: Table = {
  name: "header-conditions",
  cases: [
    ...cross(policies("x-h", lists), named("x-h")),
    ...cross(policies("X-H", [["a"], ["*"]]), named("x-H")),
    ...special.flatMap((name) =>
      cross(policies(name, [["a"], ["*"], ["a,b"], ["a;b"], ["a; b"]]), named(name)),
    ),
    ...Object.entries(pseudo).flatMap(([name, values]) => cross(policies(name, values), requests)),
    ...cross(afterAuthentication, authenticated),
  ],
};
