// Several policies: DENY before ALLOW, AUDIT and dry-run without effect, which policy's name is told, namespaces in names.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";
import { bearer } from "../requests.js";

const to = (...paths: string[]): JsonObject => ({ rules: [{ to: [{ operation: { paths } }] }] });
const allow = (...paths: string[]): JsonObject => ({ action: "ALLOW", ...to(...paths) });
const deny = (...paths: string[]): JsonObject => ({ action: "DENY", ...to(...paths) });
const audit = (...paths: string[]): JsonObject => ({ action: "AUDIT", ...to(...paths) });
const dry = (policy: JsonObject): JsonObject => ({ ...policy, dryRun: true });
const all = { rules: [{}] };

const sets: Record<string, readonly JsonObject[]> = {
  "allow a": [allow("/a")],
  "deny a": [deny("/a")],
  "allow a, deny a": [allow("/a"), deny("/a")],
  "deny b, allow a": [deny("/b"), allow("/a")],
  "allow all, deny a": [all, deny("/a")],
  "deny all, allow all": [{ action: "DENY", ...all }, all],
  "deny all, dry": [dry({ action: "DENY", ...all })],
  "allow a, dry": [dry(allow("/a"))],
  "allow a, dry; allow b": [dry(allow("/a")), allow("/b")],
  "allow a, dry; deny b": [dry(allow("/a")), deny("/b")],
  "deny a, dry; deny b": [dry(deny("/a")), deny("/b")],
  "deny a, dry; allow a": [dry(deny("/a")), allow("/a")],
  "nothing allowed, dry": [dry({})],
  "nothing allowed": [{}],
  "audit a": [audit("/a")],
  "audit all, deny a, allow b": [{ action: "AUDIT", ...all }, deny("/a"), allow("/b")],
  "audit a, dry": [dry(audit("/a"))],
  "dryRun false": [{ ...deny("/a"), dryRun: false }],
  "two denies match, names in another order": [
    { name: "z", ...deny("/a") },
    { name: "a", ...deny("/a*") },
  ],
  "two denies in two namespaces": [
    { name: "p", namespace: "zoo", ...deny("/a") },
    { name: "p", namespace: "bar", ...deny("/a", "/b") },
    { name: "p", namespace: "istio-system", ...deny("/c") },
  ],
  "many rules, names sort as text": [
    {
      name: "p",
      action: "DENY",
      rules: Array.from({ length: 12 }, (_, i) => ({
        to: [{ operation: { paths: i % 2 === 0 ? ["/even*"] : ["/a", `/${i}`] } }],
      })),
    },
  ],
  "names with dots and dashes": [
    { name: "a-b.c", namespace: "n-1", ...deny("/a") },
    { name: "a-b", namespace: "n-1", ...deny("/a", "/b") },
  ],
  "rule names across policies": [
    { name: "p1", ...deny("/x") },
    { name: "p10", ...deny("/a") },
    { name: "p2", ...deny("/a", "/b") },
  ],
};

const policies: Policy[] = Object.entries(sets).flatMap(([name, list]): Policy[] => [
  { name: `actions/${name}`, config: authorization(...list) },
  {
    name: `actions/${name}, with authentication`,
    config: { ...requestAuthentication({}), ...authorization(...list) },
  },
]);

const requests: Record<string, RequestSpec> = {
  ...Object.fromEntries(
    ["/", "/a", "/a/x", "/b", "/c", "/x", "/even", "/1", "/9", "/11"].map((path): [string, RequestSpec] => [
      path,
      { path },
    ]),
  ),
  "/a with a good token": bearer({}, { path: "/a" }),
  "/a with a bad token": bearer({ claims: { exp: 1 } }, { path: "/a" }),
  "/b POST": { method: "POST", path: "/b" },
};

export const actions: Table = { name: "actions", cases: cross(policies, requests) };
