// Several RequestAuthentications: their rules in one list, sorted by issuer; fifty issuers; rules of one issuer apart.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import {
  authorization,
  jwtRule,
  keys,
  namespace,
  type JsonObject,
  type PluginConfig,
  type Policy,
} from "../policy.js";
import { each } from "../requests.js";
import type { TokenSpec } from "../token.js";

interface Authentication {
  readonly name?: string;
  readonly namespace?: string;
  readonly rules: readonly JsonObject[];
}

function authentications(...list: readonly Authentication[]): PluginConfig {
  return {
    requestAuthentications: list.map((one, i) => ({
      name: one.name ?? `jwt-${i}`,
      namespace: one.namespace ?? namespace,
      jwtRules: one.rules.map(jwtRule),
    })),
  };
}

const out = (suffix: string): JsonObject => ({
  outputPayloadToHeader: `x-payload-${suffix}`,
  outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
});
const A = { issuer: "A", ...out("a") };
const A2 = { issuer: "A", ...out("a2"), forwardOriginalToken: true };
const B = { issuer: "B", ...keys("second"), ...out("b") };
const audience = (name: string, rule: JsonObject) => ({ ...rule, audiences: [name] });

const sets: Record<string, PluginConfig> = {
  "A and B": authentications({ rules: [A] }, { rules: [B] }),
  "B and A": authentications({ rules: [B] }, { rules: [A] }),
  "A twice, other outputs": authentications({ rules: [A] }, { rules: [A2] }),
  "A twice, the other way round": authentications({ rules: [A2] }, { rules: [A] }),
  "A for x, A for y": authentications({ rules: [audience("x", A)] }, { rules: [audience("y", A2)] }),
  "A for x, A": authentications({ rules: [audience("x", A)] }, { rules: [A2] }),
  "A, A for x": authentications({ rules: [A2] }, { rules: [audience("x", A)] }),
  "A by rsa, A by ec": authentications({ rules: [A] }, { rules: [{ ...A2, ...keys("second") }] }),
  "A in a header, A in a parameter": authentications(
    { rules: [{ ...A, fromHeaders: [{ name: "x-t" }] }] },
    { rules: [{ ...A2, fromParams: ["t"] }] },
  ),
  "A in a header, A in Authorization": authentications(
    { rules: [{ ...A, fromHeaders: [{ name: "x-t" }] }] },
    { rules: [A2] },
  ),
  "A in a cookie, B in a header, A in a parameter": authentications(
    { rules: [{ ...A, fromCookies: ["t"] }, B] },
    { rules: [{ ...A2, fromParams: ["t"], fromHeaders: [{ name: "x-t", prefix: "T " }] }] },
  ),
  "other namespaces and names": authentications(
    { name: "z", namespace: "istio-system", rules: [A] },
    { name: "a", rules: [A2] },
    { name: "a", namespace: "bar", rules: [B] },
  ),
  "fifty issuers, each its own header": authentications(
    ...Array.from({ length: 5 }, (_, i) => ({
      rules: Array.from({ length: 10 }, (_, j) => ({
        issuer: `issuer-${i * 10 + j}`,
        fromHeaders: [{ name: `x-t-${i * 10 + j}`, prefix: j % 2 === 0 ? "T " : "" }],
        outputClaimToHeaders: [{ header: `x-sub-${i * 10 + j}`, claim: "sub" }],
        ...(j === 3 ? keys("second") : {}),
      })),
    })),
    { rules: [A, B] },
  ),
};

const policies: Policy[] = Object.entries(sets).flatMap(([name, config]): Policy[] => [
  { name: `several-authentications/${name}`, config },
  {
    name: `several-authentications/${name}, A required`,
    config: {
      ...config,
      ...authorization({
        rules: [
          {
            from: [{ source: { requestPrincipals: ["A/a", "issuer-7/*"] } }],
            when: [{ key: "request.auth.audiences", notValues: ["y"] }],
          },
        ],
      }),
    },
  },
]);

const tokens: Record<string, TokenSpec> = {
  A: { claims: { iss: "A", sub: "a" } },
  Ax: { claims: { iss: "A", sub: "a", aud: "x" } },
  Ay: { claims: { iss: "A", sub: "a", aud: ["y", "z"] } },
  Aec: { key: "ec256", claims: { iss: "A", sub: "a" } },
  B: { key: "ec256", claims: { iss: "B", sub: "b" } },
  Brsa: { claims: { iss: "B", sub: "b" } },
  C: { claims: { iss: "C" } },
  old: { claims: { iss: "A", exp: "@now-900" } },
  bad: { claims: { iss: "A" }, edits: [{ segment: 2, flip: 4 }] },
  seven: { claims: { iss: "issuer-7", sub: "s" } },
  three: { key: "ec256", claims: { iss: "issuer-3", sub: "s" } },
};

const places: Record<string, (name: string) => RequestSpec> = {
  Authorization: (name) => ({ headers: [["authorization", `Bearer <<${name}>>`]] }),
  access_token: (name) => ({ path: `/?access_token=<<${name}>>` }),
  "x-t": (name) => ({ headers: [["x-t", `<<${name}>>`]] }),
  "x-t with a prefix": (name) => ({ headers: [["x-t", `T <<${name}>>`]] }),
  "t in the query": (name) => ({ path: `/?t=<<${name}>>` }),
  "t in a cookie": (name) => ({ headers: [["cookie", `t=<<${name}>>`]] }),
  "x-t-7": (name) => ({ headers: [["x-t-7", `<<${name}>>`]] }),
  "x-t-3 and Authorization": (name) => ({
    headers: [
      ["x-t-3", `<<${name}>>`],
      ["authorization", "Bearer <<A>>"],
    ],
  }),
};

function requests(): Record<string, RequestSpec> {
  return Object.fromEntries(
    Object.entries(places).flatMap(([place, request]) =>
      Object.keys(tokens).map((name): [string, RequestSpec] => [
        `${name} in ${place}`,
        { ...request(name), tokens },
      ]),
    ),
  );
}

const pairs: Record<string, RequestSpec> = each(
  ["A B", "B A", "A Ay", "Ay A", "A bad", "bad A", "Ax Aec", "Aec Ax", "old B", "B old", "C A", "A C"],
  (both): RequestSpec => {
    const [first = "", second = ""] = both.split(" ");
    return {
      path: `/?t=<<${second}>>`,
      headers: [
        ["authorization", `Bearer <<${first}>>`],
        ["x-t", `T <<${second}>>`],
        ["cookie", `t=<<${first}>>`],
      ],
      tokens,
    };
  },
  (both) => `${both} everywhere`,
);

export const severalAuthentications: Table = {
  name: "several-authentications",
  cases: cross(policies, { ...requests(), ...pairs, "no token": {} }),
};
