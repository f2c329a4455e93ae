// The plugin's configuration in the soak, in versions: each reload changes the policy, the token cache and the engine.

import type { Issuer } from "../../scripts/issuer/issuer.js";
import { FETCH_TIMEOUT } from "./issuer/issuer-behaviour.js";
import type { JwksCache } from "./stage.js";

const CACHE_ENTRIES = [1000, 5, 0];

/** Version n lets `/anything/0` through if n is even, `/anything/1` if it is odd. */
export function pluginConfig(rotating: Issuer, steady: Issuer, cache: JwksCache, version: number): object {
  const rule = (issuer: Issuer) => ({
    issuer: issuer.issuer,
    jwksUri: issuer.jwksUri,
    timeout: `${FETCH_TIMEOUT / 1000}s`,
    outputPayloadToHeader: "x-jwt-payload",
    forwardOriginalToken: version % 2 === 0,
  });
  return {
    requestAuthentications: [{ name: "soak", namespace: "foo", jwtRules: [rule(rotating), rule(steady)] }],
    authorizationPolicies: [
      {
        ...{ name: "banned", namespace: "foo", action: "DENY" },
        rules: [{ when: [{ key: "request.auth.claims[role]", values: ["banned"] }] }],
      },
      {
        ...{ name: "open", namespace: "foo", action: "ALLOW" },
        rules: [
          { to: [{ operation: { paths: ["/status/204"] } }] },
          {
            from: [{ source: { requestPrincipals: ["*"] } }],
            to: [{ operation: { paths: ["/headers", `/anything/${version % 2}`] } }],
          },
        ],
      },
    ],
    clusters: { [rotating.origin]: "idp", [steady.origin]: "steady" },
    jwksCache: {
      duration: `${cache.duration / 1000}s`,
      refetchCooldown: `${cache.refetchCooldown / 1000}s`,
      maxStale: `${cache.maxStale / 1000}s`,
    },
    tokenCache: { maxEntries: CACHE_ENTRIES[version % CACHE_ENTRIES.length] },
    crypto: version % 4 < 2 ? "auto" : "wasm",
  };
}
