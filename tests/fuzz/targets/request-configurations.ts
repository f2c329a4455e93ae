// Configurations that whole-request inputs choose from by number.

import { keySet } from "../signing-keys.js";

/** The header that every rule with an output writes, and that no client may forge. */
export const PAYLOAD_HEADER = "x-jwt-payload";

const issuer = "https://idp.example.com/";
const jwksUri = "https://idp.example.com/jwks";
const clusters = { "https://idp.example.com": "idp", "https://other.example.com": "other" };
const jwks = JSON.stringify(keySet);

/** Names of the clusters that exist. */
export const clusterNames = ["idp", "other"];

const configurations: readonly object[] = [
  { requestAuthentications: [{ jwtRules: [{ issuer, jwks, outputPayloadToHeader: PAYLOAD_HEADER }] }] },
  {
    requestAuthentications: [
      { jwtRules: [{ issuer, jwksUri, outputPayloadToHeader: PAYLOAD_HEADER, forwardOriginalToken: true }] },
    ],
    clusters,
  },
  {
    requestAuthentications: [
      {
        jwtRules: [
          {
            issuer,
            jwksUri,
            audiences: ["api"],
            timeout: "2s",
            fromHeaders: [{ name: "x-token" }, { name: "authorization", prefix: "Bearer " }],
            fromParams: ["t", "access_token"],
            fromCookies: ["session"],
            outputPayloadToHeader: PAYLOAD_HEADER,
            outputClaimToHeaders: [
              { header: "x-sub", claim: "sub" },
              { header: "x-roles", claim: "realm_access.roles" },
            ],
          },
          {
            issuer: "https://other.example.com/",
            jwksUri: "https://other.example.com/jwks",
            outputPayloadToHeader: PAYLOAD_HEADER,
          },
          { issuer: "inline", jwks, outputPayloadToHeader: PAYLOAD_HEADER, spaceDelimitedClaims: ["groups"] },
        ],
      },
    ],
    clusters,
    jwksCache: { duration: "60s", refetchCooldown: "5s", maxStale: "120s" },
  },
  {
    requestAuthentications: [{ jwtRules: [{ issuer, jwks, outputPayloadToHeader: PAYLOAD_HEADER }] }],
    authorizationPolicies: [
      {
        name: "deny",
        namespace: "foo",
        action: "DENY",
        rules: [{ to: [{ operation: { paths: ["/admin*", "/{*}/secret"], notMethods: ["GET"] } }] }],
      },
      {
        name: "allow",
        namespace: "foo",
        action: "ALLOW",
        rules: [
          {
            from: [
              {
                source: { requestPrincipals: [`${issuer}/*`, "*/bob"], notRequestPrincipals: ["*/mallory"] },
              },
            ],
            to: [
              {
                operation: {
                  methods: ["GET", "P*"],
                  hosts: ["*.example.com", "a"],
                  paths: ["/headers", "/a*", "*z"],
                },
              },
            ],
            when: [
              { key: "request.auth.claims[scope]", values: ["read", "w*"] },
              { key: "request.auth.claims[realm_access][roles]", notValues: ["banned"] },
              { key: "request.headers[x-tenant]", values: ["a", "*b"] },
            ],
          },
          { to: [{ operation: { paths: ["/public"] } }] },
          {
            when: [
              { key: "request.auth.audiences", values: ["api"] },
              { key: "request.auth.presenter", values: ["*"] },
            ],
          },
        ],
      },
    ],
  },
];

export const configurationTexts: readonly string[] = configurations.map((value) => JSON.stringify(value));
