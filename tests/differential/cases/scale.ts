// One policy, a thousand and a hundred issuers: what the benchmark runs (tests/bench/) is answered as native does.
import { cross, type Table } from "../case.js";
import type { RequestSpec } from "../compared/exchange.js";
import {
  authorization,
  jwtRule,
  namespace,
  requestAuthentication,
  type JsonObject,
  type PluginConfig,
  type Policy,
} from "../policy.js";
import { bearer } from "../requests.js";
import { defaultIssuer } from "../token.js";

/** How many policies and issuers the large ones have. */
export const POLICIES = 1000;
export const ISSUERS = 100;

/** What the post "Learning Istio: JWT Auth" ends with: who, what, and a claim. */
function policyFor(path: string): JsonObject {
  return {
    rules: [
      {
        from: [{ source: { requestPrincipals: [`${defaultIssuer}/*`] } }],
        to: [{ operation: { methods: ["GET"], paths: [path] } }],
        when: [{ key: "request.auth.claims[scope]", values: ["write:database", "read:headers"] }],
      },
    ],
  };
}

/** One RequestAuthentication and one ALLOW policy, for `GET /headers`. */
export const onePolicy: Policy = {
  name: "scale/one policy",
  config: { ...requestAuthentication({}), ...authorization(policyFor("/headers")) },
};

/** The path of its own that a policy is for. */
export const numberedPath = (i: number) => `/service-${String(i).padStart(3, "0")}`;

/** So many ALLOW policies: each but the last for a path of its own, the last for `/headers` (or `last`), also in Envoy's order of names. */
export function onlyPolicies(count: number, last = "/headers"): Pick<PluginConfig, "authorizationPolicies"> {
  return authorization(
    ...Array.from({ length: count - 1 }, (_, i) => ({
      name: `p${String(i).padStart(3, "0")}`,
      ...policyFor(numberedPath(i)),
    })),
    { name: "q", ...policyFor(last) },
  );
}

export const manyPolicies: Policy = {
  name: `scale/${POLICIES} policies`,
  config: { ...requestAuthentication({}), ...onlyPolicies(POLICIES) },
};

/** The last issuer in Istio's order (by name) is the default one. */
export const otherIssuer = (i: number) => `https://a-${String(i).padStart(2, "0")}.example.com/`;

/** So many issuers in as many rules; a policy for tokens of the last. */
export function issuersConfig(count: number): PluginConfig {
  const others = Array.from({ length: count - 1 }, (_, i) => ({ issuer: otherIssuer(i) }));
  const jwtRules = [...others, {}].map((rule) => jwtRule(rule));
  return {
    requestAuthentications: [{ name: "jwt", namespace, jwtRules }],
    ...authorization(policyFor("/headers")),
  };
}

export const manyIssuers: Policy = {
  name: `scale/${ISSUERS} issuers`,
  config: issuersConfig(ISSUERS),
};

const scope = "read:headers write:headers";
const requests: Record<string, RequestSpec> = {
  "the last policy": bearer({ claims: { scope } }, { path: "/headers" }),
  "the first policy": bearer({ claims: { scope } }, { path: numberedPath(0) }),
  "a policy in the middle": bearer({ claims: { scope } }, { path: numberedPath(POLICIES / 2) }),
  "no policy": bearer({ claims: { scope } }, { path: "/other" }),
  "another method": bearer({ claims: { scope } }, { path: "/headers", method: "POST" }),
  "another scope": bearer({ claims: { scope: "read:else" } }, { path: "/headers" }),
  "no scope": bearer({}, { path: "/headers" }),
  "no subject": bearer({ claims: { scope }, without: ["sub"] }, { path: "/headers" }),
  "another issuer": bearer({ claims: { scope, iss: otherIssuer(0) } }, { path: "/headers" }),
  "the last but one issuer": bearer(
    { claims: { scope, iss: otherIssuer(ISSUERS - 2) } },
    { path: "/headers" },
  ),
  "an issuer that nobody knows": bearer(
    { claims: { scope, iss: "https://b.example.com/" } },
    { path: "/headers" },
  ),
  expired: bearer({ claims: { scope, exp: 1 } }, { path: "/headers" }),
  "another key": bearer({ claims: { scope }, key: "rsaOther", header: { kid: "rsa" } }, { path: "/headers" }),
  malformed: { path: "/headers", headers: [["authorization", "Bearer not-a-token"]] },
  "no token": { path: "/headers" },
};

export const scale: Table = { name: "scale", cases: cross([onePolicy, manyPolicies, manyIssuers], requests) };
