// The policies that the cases about changes use: who may call httpbin, in the namespace that is asked for.

import { yamlOf } from "../stage/resource.js";

export interface HttpbinPolicies {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly scope?: string;
  readonly jwksUri?: string;
}

const apiVersion = "security.istio.io/v1";

/** A token of the issuer must be there, with a scope. */
export function httpbinPolicies({
  namespace,
  labels = { app: "httpbin" },
  scope = "read:headers",
  jwksUri = "https://idp.example.com/.well-known/jwks.json",
}: HttpbinPolicies): string {
  const selector = { matchLabels: labels };
  return yamlOf([
    {
      ...{ apiVersion, kind: "RequestAuthentication", metadata: { name: "httpbin-jwt", namespace } },
      spec: { selector, jwtRules: [{ issuer: "https://idp.example.com/", jwksUri }] },
    },
    {
      ...{ apiVersion, kind: "AuthorizationPolicy", metadata: { name: "httpbin-policy", namespace } },
      spec: {
        selector,
        rules: [
          {
            from: [{ source: { requestPrincipals: ["https://idp.example.com//*"] } }],
            when: [{ key: "request.auth.claims[scope]", values: [scope] }],
          },
        ],
      },
    },
  ]);
}
