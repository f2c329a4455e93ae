// How rules are put together: or over from and to, and over fields and conditions, empty values, not*.
import { cross, type Table } from "../case.js";
import type { Header, RequestSpec } from "../compared/exchange.js";
import { authorization, requestAuthentication, type JsonObject, type Policy } from "../policy.js";

const alice = { source: { requestPrincipals: ["A/alice"] } };
const bob = { source: { requestPrincipals: ["A/bob"] } };
const anyone = { source: { requestPrincipals: ["*"] } };
const nobody = { source: { notRequestPrincipals: ["*"] } };
const get = { operation: { methods: ["GET"] } };
const post = { operation: { methods: ["POST"] } };
const api = { operation: { paths: ["/api*"] } };
const getApi = { operation: { methods: ["GET"], paths: ["/api*"] } };
const notGetApi = { operation: { notMethods: ["GET"], paths: ["/api*"] } };
const admin = { key: "request.auth.claims[role]", values: ["admin"] };
const notAdmin = { key: "request.auth.claims[role]", notValues: ["admin"] };
const header = { key: "request.headers[x-h]", values: ["1", "2"] };
const headerNot = { key: "request.headers[x-h]", values: ["*"], notValues: ["2"] };

const rules: Record<string, readonly JsonObject[]> = {
  "match all": [{}],
  "from alice": [{ from: [alice] }],
  "from alice or bob": [{ from: [alice, bob] }],
  "from alice, rule from bob": [{ from: [alice] }, { from: [bob] }],
  "to get": [{ to: [get] }],
  "to post or api": [{ to: [post, api] }],
  "from alice to get": [{ from: [alice], to: [get] }],
  "from alice or bob to post or api": [{ from: [alice, bob], to: [post, api] }],
  "get api": [{ to: [getApi] }],
  "api but not get": [{ to: [notGetApi] }],
  "when admin": [{ when: [admin] }],
  "when not admin": [{ when: [notAdmin] }],
  "when admin and header": [{ when: [admin, header] }],
  "header twice": [{ when: [header, { key: "request.headers[x-h]", values: ["2", "3"] }] }],
  "header and not": [{ when: [headerNot] }],
  "everything at once": [{ from: [alice, nobody], to: [getApi, post], when: [header, notAdmin] }],
  "anyone but bob": [{ from: [{ source: { requestPrincipals: ["*"], notRequestPrincipals: ["A/bob"] } }] }],
  "nobody or api": [{ from: [nobody] }, { to: [api] }],
  "anyone, get, admin": [{ from: [anyone], to: [get], when: [admin] }],
  "second rule of three": [{ from: [alice], when: [admin] }, { to: [post] }, { to: [api] }],
};

const authentication = requestAuthentication({ issuer: "A" });

const policies: Policy[] = [
  ...Object.entries(rules).flatMap(([name, list]): Policy[] => [
    {
      name: `rule-structure/allow ${name}`,
      config: { ...authentication, ...authorization({ rules: list }) },
    },
    {
      name: `rule-structure/deny ${name}`,
      config: { ...authentication, ...authorization({ action: "DENY", rules: list }) },
    },
  ]),
  { name: "rule-structure/no rules", config: { ...authentication, ...authorization({}) } },
  { name: "rule-structure/empty rules", config: { ...authentication, ...authorization({ rules: [] }) } },
  { name: "rule-structure/no authorization policy", config: authentication },
  {
    name: "rule-structure/no authentication",
    config: authorization({ rules: [{ from: [alice] }, { to: [api] }] }),
  },
  {
    name: "rule-structure/no rules beside a rule",
    config: { ...authentication, ...authorization({}, { rules: [{ to: [get] }] }) },
  },
];

function requests(): Record<string, RequestSpec> {
  const all: Record<string, RequestSpec> = {};
  const who: Record<string, object | null> = {
    nobody: null,
    alice: { iss: "A", sub: "alice" },
    "alice admin": { iss: "A", sub: "alice", role: "admin" },
    "bob admin": { iss: "A", sub: "bob", role: ["admin", "x"] },
    bob: { iss: "A", sub: "bob", role: "x" },
  };
  for (const [name, claims] of Object.entries(who)) {
    for (const method of ["GET", "POST"]) {
      for (const path of ["/api/x", "/"]) {
        for (const value of ["", "1", "2", "1 2"]) {
          const lines: Header[] = value === "" ? [] : value.split(" ").map((one) => ["x-h", one]);
          if (claims !== null) lines.push(["authorization", "Bearer <<t>>"]);
          const tokens = claims === null ? {} : { tokens: { t: { claims: { ...claims } } } };
          all[`${name} ${method} ${path} x-h ${value}`] = { method, path, headers: lines, ...tokens };
        }
      }
    }
  }
  return all;
}

export const ruleStructure: Table = { name: "rule-structure", cases: cross(policies, requests()) };
