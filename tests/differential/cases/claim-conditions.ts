// request.auth.claims, request.auth.audiences, request.auth.presenter: types, lists, nesting, space-delimited claims.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer, each } from "../requests.js";

const authentication = requestAuthentication({ spaceDelimitedClaims: ["roles", "c"] });
const plain = requestAuthentication({});

function policies(key: string, lists: readonly (readonly string[])[], start = plain): Policy[] {
  const conditions = (list: readonly string[]): Record<string, JsonObject> => ({
    values: { key, values: list },
    "not values": { key, notValues: list },
  });
  return lists.flatMap((list) =>
    Object.entries(conditions(list)).map(([form, condition]) => ({
      name: `claim-conditions/${start === plain ? "" : "spaced "}${key} ${form} ${JSON.stringify(list)}`,
      config: { ...start, ...authorization({ rules: [{ when: [condition] }] }) },
    })),
  );
}

const claims = [
  ...policies("request.auth.claims[c]", [
    ["a"],
    ["a*"],
    ["*a"],
    ["*"],
    ["a", "b"],
    ["5"],
    ["true"],
    ["*a*"],
    ["a b"],
    ["\u00e9"],
    ["**"],
  ]),
  ...policies("request.auth.claims[c]", [["a"], ["*"], ["a b"]], authentication),
  ...policies("request.auth.claims[scope]", [["a"], ["*"], ["a b"], ["*b"]]),
  ...policies("request.auth.claims[m][k]", [["a"], ["*"], ["5"]]),
  ...policies("request.auth.claims[m][k][z]", [["a"]]),
  ...policies("request.auth.claims[m.k]", [["a"]]),
  ...policies("request.auth.claims[https://x/roles]", [["a"]]),
  ...policies("request.auth.claims[iss]", [["https://idp.example.com/"], ["*"]]),
  ...policies("request.auth.claims[exp]", [["*"]]),
  ...policies("request.auth.claims[m][roles]", [["a"]], authentication),
  ...policies("request.auth.audiences", [["a"], ["a*"], ["*"], ["*a"], ["a", "b"], ["https://a/"]]),
  ...policies("request.auth.presenter", [["a"], ["*"], ["b*"]]),
];

const values: readonly unknown[] = [
  "a",
  "A",
  "ab",
  "ba",
  "aba",
  "",
  " ",
  "a b",
  " a",
  "a  b",
  "a\tb",
  "b a c",
  "\u00e9",
  "5",
  5,
  5.5,
  true,
  null,
  [],
  [""],
  ["a"],
  ["b"],
  ["b", "a"],
  ["5", 5],
  [5],
  [true],
  [null],
  [["a"]],
  [{ a: "a" }],
  ["a b"],
  {},
  { a: "a" },
  { k: "a" },
  "*",
  "a*",
  "true",
  "\n",
  "a\n",
  "a\u0000",
  ["x".repeat(2000), "a"],
];

const single = (name: string): Record<string, RequestSpec> =>
  each(
    values,
    (value) => bearer({ claims: { [name]: value } }),
    (value) => `${name} ${JSON.stringify(value).slice(0, 40)}${JSON.stringify(value).length > 40 ? "…" : ""}`,
  );

const others: Record<string, RequestSpec> = {
  ...each(
    ["a", ["a"], 5, null, { z: "a" }, { z: ["a"] }, [{ z: "a" }]],
    (value) => bearer({ claims: { m: { k: value } } }),
    (value) => `m.k ${JSON.stringify(value)}`,
  ),
  ...each(
    ["a b", ["a b"], "a"],
    (value) => bearer({ claims: { m: { roles: value }, roles: value } }),
    (value) => `roles ${JSON.stringify(value)}`,
  ),
  "m is a string": bearer({ claims: { m: "a" } }),
  "m is a list": bearer({ claims: { m: [{ k: "a" }] } }),
  "m.k is literal": bearer({ claims: { "m.k": "a" } }),
  "a URL as a name": bearer({ claims: { "https://x/roles": ["a"] } }),
  ...each(
    ["a", "ab", ["a"], ["b", "a"], [], "", "https://a/", "https://a"],
    (aud) => bearer({ claims: { aud } }),
    (aud) => `aud ${JSON.stringify(aud)}`,
  ),
  ...each(
    ["a", "b", "bc", ["a"], 5, "", null],
    (azp) => bearer({ claims: { azp } }),
    (azp) => `azp ${JSON.stringify(azp)}`,
  ),
  ...each(
    ["a", "a b", "b  a", " a ", ["a"], ["a b"], "a\tb", "a,b", ""],
    (scope) => bearer({ claims: { scope } }),
    (scope) => `scope ${JSON.stringify(scope)}`,
  ),
  "none of them": bearer({}),
  "no token": {},
};

const isPlainC = (policy: Policy) => policy.name.includes("claims[c]");

export const claimConditions: Table = {
  name: "claim-conditions",
  cases: [...cross(claims.filter(isPlainC), single("c")), ...cross(claims, others)],
};
