// Policies with many rules and values: around the sizes of machine words, overlapping prefixes and suffixes, rules that differ in one field.
import { cross, type Case, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer, each } from "../requests.js";

/** A rule of its own for every number, with another kind of condition for each remainder. */
function rule(i: number): JsonObject {
  const paths = [`/r${i}`];
  switch (i % 8) {
    case 0:
      return { to: [{ operation: { paths } }] };
    case 1:
      return { to: [{ operation: { paths, methods: ["POST"] } }] };
    case 2:
      return { to: [{ operation: { paths, notMethods: ["POST"] } }] };
    case 3:
      return {
        to: [{ operation: { paths } }],
        when: [{ key: "request.headers[x-h]", values: [`v${i % 3}`] }],
      };
    case 4:
      return { to: [{ operation: { paths: [`/r${i}*`], notPaths: [`*/x`] } }] };
    case 5:
      return {
        from: [{ source: { requestPrincipals: ["*"] } }],
        to: [{ operation: { paths } }],
        when: [{ key: "request.auth.claims[role]", notValues: ["admin"] }],
      };
    case 6:
      return { from: [{ source: { notRequestPrincipals: ["*"] } }], to: [{ operation: { paths } }] };
    default:
      return { to: [{ operation: { paths: [`/r${i}/{*}`] } }, { operation: { paths, hosts: ["*.org"] } }] };
  }
}

const sizes = [1, 31, 32, 33, 63, 64, 65, 96, 127, 128, 129, 200];

const sized: Policy[] = sizes.flatMap((size) =>
  ["ALLOW", "DENY"].map((action): Policy => ({
    name: `many-rules/${size} rules ${action}`,
    config: {
      ...requestAuthentication({}),
      ...authorization({ action, rules: Array.from({ length: size }, (_, i) => rule(i)) }),
    },
  })),
);

/** The rules in policies of their own: rules are numbered across policies, names within. */
const spread: Policy = {
  name: "many-rules/70 policies",
  config: {
    ...requestAuthentication({}),
    ...authorization(
      ...Array.from({ length: 70 }, (_, i) => ({
        action: i % 3 === 0 ? "DENY" : "ALLOW",
        rules: [rule(i), rule(i + 70)],
      })),
    ),
  },
};

const edges = [
  ...new Set([...sizes.flatMap((size) => [size - 2, size - 1, size]), 2, 3, 4, 5, 6, 7, 69, 70, 139]),
];
const numbered = edges.filter((i) => i >= 0);

const ofRules: Record<string, RequestSpec> = {
  ...each(
    numbered,
    (i): RequestSpec => ({ path: `/r${i}` }),
    (i) => `GET /r${i}`,
  ),
  ...each(
    numbered,
    (i): RequestSpec => ({ path: `/r${i}`, method: "POST", headers: [["x-h", `v${i % 3}`]] }),
    (i) => `POST /r${i} with the header`,
  ),
  ...each(
    numbered,
    (i) => bearer({ claims: { role: i % 2 === 1 ? "user" : "admin" } }, { path: `/r${i}` }),
    (i) => `GET /r${i} with a token`,
  ),
  ...each(
    [4, 7, 31, 36, 63, 68, 127, 132],
    (i): RequestSpec => ({ path: `/r${i}/x`, authority: "a.org" }),
    (i) => `GET /r${i}/x`,
  ),
};

const letters = "abcdefghijklmnopqrstuvwxyz";
/** /a*, /ab*, …, then their ends: of several prefixes that fit each counts. */
const ladders: Record<string, readonly string[]> = {
  prefixes: Array.from(letters, (_, i) => `/${letters.slice(0, i + 1)}*`),
  suffixes: Array.from(letters, (_, i) => `*${letters.slice(25 - i)}`),
  mixed: Array.from(letters, (_, i) =>
    i % 3 === 0
      ? `/${letters.slice(0, i + 1)}*`
      : i % 3 === 1
        ? `*${letters.slice(25 - i)}`
        : `/${letters.slice(0, i)}`,
  ),
};

const laddersByRule: Policy[] = Object.entries(ladders).flatMap(([name, values]): Policy[] => [
  {
    name: `many-rules/${name} in one list`,
    config: authorization({ rules: [{ to: [{ operation: { paths: values.slice(3) } }] }] }),
  },
  {
    name: `many-rules/${name}, one a rule`,
    config: authorization(
      ...values.map((value, i) => ({
        action: "DENY",
        name: `p${String(i).padStart(2, "0")}`,
        rules: [{ to: [{ operation: { paths: [value], methods: i % 2 === 0 ? ["GET"] : ["*"] } }] }],
      })),
    ),
  },
  {
    name: `many-rules/${name}, all but`,
    config: authorization({ rules: [{ to: [{ operation: { notPaths: values.slice(5) } }] }] }),
  },
]);

const onLadders: Record<string, RequestSpec> = each(
  [
    ...Array.from(letters, (_, i) => `/${letters.slice(0, i + 1)}`),
    ...Array.from(letters, (_, i) => `/${letters.slice(25 - i)}`),
    ...Array.from({ length: 8 }, (_, i) => `/${letters.slice(0, i * 3)}-${letters.slice(25 - i * 3)}`),
    "/z",
    "/",
    `/${letters}${letters}`,
  ],
  (path): RequestSpec => ({ path }),
);

const names = Array.from({ length: 300 }, (_, i) => `role-${i}`);
const manyValues: Policy[] = [
  {
    name: "many-rules/300 values of a claim",
    config: {
      ...requestAuthentication({}),
      ...authorization({ rules: [{ when: [{ key: "request.auth.claims[role]", values: names }] }] }),
    },
  },
  {
    name: "many-rules/300 values of a claim, all but",
    config: {
      ...requestAuthentication({}),
      ...authorization({ rules: [{ when: [{ key: "request.auth.claims[role]", notValues: names }] }] }),
    },
  },
];
const ofValues: Record<string, RequestSpec> = each(
  [
    "role-0",
    "role-299",
    "role-300",
    "role-",
    "role-00",
    "Role-0",
    ["x", "role-150"],
    Array.from({ length: 500 }, (_, i) => `other-${i}`),
    [...Array.from({ length: 500 }, (_, i) => `other-${i}`), "role-7"],
    Array.from({ length: 500 }, (_, i) => `role-${i}`),
  ],
  (role) => bearer({ claims: { role } }),
  (role) => `role ${JSON.stringify(role).slice(-30)} of ${role.length}`,
);

export const manyRules: Table = {
  name: "many-rules",
  cases: [
    ...cross([...sized, spread], ofRules),
    ...cross(laddersByRule, onLadders),
    ...cross(manyValues, ofValues),
  ] satisfies Case[],
};
