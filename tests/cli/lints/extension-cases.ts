// Lints about JWTPolicyExtensions: JP242 to JP244, and JP201 where they demand a token.

import { authentication, from, HERE, policy, rule, when, type LintTable } from "./lint-case.js";

const bound = (attachment: string, namespace = "foo") => `apiVersion: envoy-jwt-policy/v1alpha1
kind: JWTPolicyExtensions
metadata: {name: ours, namespace: ${namespace}}
spec: {${attachment}tokenProfiles: [{typ: at+jwt}, {issuers: [a], ${HERE}certificateBinding: REQUIRED}]}
---
`;
const unmarked = (yaml: string) => yaml.replaceAll(HERE, "");
const selecting = (labels: string) => `selector: {matchLabels: {${labels}}}, `;
const gateway = (mode: string) => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: istio-system}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 443, protocol: HTTPS, name: https}, hosts: ["*"], tls: {mode: ${mode}}}]}
---
`;
const gatewayApi = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: foo}
---
`;
const reading = rule(when("request.headers[X-Forwarded-Client-Cert]", "values: ['Hash=*']"));
const atIngress = selecting("istio: ingressgateway");

const onClaims = (policy: string, more = "") => `apiVersion: envoy-jwt-policy/v1alpha1
kind: JWTPolicyExtensions
metadata: {name: ours, namespace: foo}
spec: {claimPolicies: [${policy.replace("{", "{name: a, ")}]${more}}
---
`;
const writing = (output: string) =>
  authentication(`{issuer: https://a.test/, jwksUri: https://a.test/keys, ${output}}`);
const jwt = authentication("{issuer: https://a.test/, jwksUri: https://a.test/keys}", { name: `${HERE}jwt` });

const further = (uri: string) => `${unmarked(jwt)}apiVersion: envoy-jwt-policy/v1alpha1
kind: JWTPolicyExtensions
metadata: {name: ours, namespace: foo}
spec: {keySources: [{issuer: https://a.test/, jwksUris: ["https://b.test/keys", ${uri}]}]}
---
`;

export const extensionTables: readonly LintTable[] = [
  {
    id: "JP233",
    cases: [
      {
        name: "a provider's configuration among further key sets",
        yaml: further(`${HERE}"https://c.test/.well-known/openid-configuration"`),
        says: "jwks_uri",
      },
      { name: "the issuer among further key sets", yaml: further(`${HERE}"https://a.test"`) },
      { name: "a placeholder among further key sets", yaml: further(`${HERE}"https://{domain}/keys"`) },
      { name: "further key sets", yaml: further('"https://c.test/keys"') },
    ],
  },
  {
    id: "JP221",
    cases: [
      {
        name: "further key sets over http",
        yaml: further(`${HERE}"http://c.test/keys"`),
        says: "http://c.test",
      },
      { name: "further key sets in the mesh", yaml: further('"http://c.foo.svc/keys"') },
    ],
  },
  {
    id: "JP242",
    cases: [
      {
        name: "a workload behind a gateway",
        yaml: bound(selecting("app: httpbin")) + gateway("MUTUAL"),
        says: "here it is the gateway's own",
      },
      {
        name: "a workload behind a gateway of the Gateway API",
        yaml: bound(selecting("app: httpbin")) + gatewayApi,
        says: "Gateway foo/edge",
      },
      {
        name: "a gateway that asks for no certificate",
        yaml: bound(atIngress, "istio-system") + gateway("SIMPLE"),
        says: "OPTIONAL_MUTUAL",
      },
      {
        name: "policies on what a proxy ahead writes",
        yaml: bound(selecting("app: httpbin")) + reading,
        says: "X-Forwarded-Client-Cert",
      },
      {
        name: "but not a gateway that asks for one",
        yaml: unmarked(bound(atIngress, "istio-system") + gateway("MUTUAL")),
      },
      {
        name: "nor one that takes clients without",
        yaml: unmarked(bound(atIngress, "istio-system") + gateway("OPTIONAL_MUTUAL")),
      },
      {
        name: "nor a gateway that is named",
        yaml: unmarked(
          bound("targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}], ") + gatewayApi,
        ),
      },
      { name: "nor all of a gateway's namespace", yaml: unmarked(bound("") + gatewayApi) },
      {
        name: "nor where files tell of no gateway",
        yaml:
          unmarked(bound(selecting("app: httpbin"))) + rule(from("requestPrincipals: ['*']")) + policy("{}"),
      },
    ],
  },
  {
    id: "JP243",
    cases: [
      {
        name: "less than",
        yaml: onClaims(`{action: DENY, rules: [{claims: [{claim: [age], ${HERE}lessThan: 18}]}]}`),
        says: "atLeast with not: true",
      },
      {
        name: "of every value",
        yaml: onClaims(`{action: DENY, rules: [{claims: [{claim: [a], ${HERE}moreThan: 1, every: true}]}]}`),
      },
      {
        name: "what the path says",
        yaml: onClaims(`{action: DENY, rules: [{claims: [{claim: [a], ${HERE}equalsSegment: 2}]}]}`),
        says: "equalsSegment with not: true",
      },
      {
        name: "what a header says",
        yaml: onClaims(`{action: DENY, rules: [{claims: [{claim: [a], ${HERE}equalsHeader: x-a}]}]}`),
      },
      {
        name: "but not what the path does not say",
        yaml: onClaims(
          "{action: DENY, rules: [{claims: [{claim: [a], not: true, equalsPath: '/t/{claim}/{**}'}]}]}",
        ),
      },
      {
        name: "but not what is turned round",
        yaml: onClaims("{action: DENY, rules: [{claims: [{claim: [age], not: true, atLeast: 18}]}]}"),
      },
      { name: "nor an ALLOW rule", yaml: onClaims("{rules: [{claims: [{claim: [age], atLeast: 18}]}]}") },
      {
        name: "nor what only watches",
        yaml: onClaims("{action: DENY, dryRun: true, rules: [{claims: [{claim: [age], atMost: 18}]}]}"),
      },
    ],
  },
  {
    id: "JP244",
    cases: [
      {
        name: "the header of a claim",
        yaml:
          writing("outputClaimToHeaders: [{header: x-tenant, claim: tenant}]") +
          onClaims(`{rules: [{claims: [{claim: [a], ${HERE}equalsHeader: X-Tenant}]}]}`),
        says: "never what the client sent",
      },
      {
        name: "the header of the payload",
        yaml:
          writing("outputPayloadToHeader: x-payload") +
          onClaims(`{rules: [{claims: [{claim: [a], ${HERE}equalsHeader: x-payload}]}]}`),
      },
      {
        name: "the header of a claim that we write",
        yaml: onClaims(
          `{rules: [{claims: [{claim: [a], ${HERE}equalsHeader: x-own}]}]}`,
          ", claimHeaders: [{claim: [a], header: X-Own}]",
        ),
      },
      {
        name: "but no other header",
        yaml:
          writing("outputPayloadToHeader: x-payload") +
          onClaims(
            "{rules: [{claims: [{claim: [a], equalsHeader: x-tenant}, {claim: [a], present: true}]}]}",
          ),
      },
    ],
  },
  {
    id: "JP201",
    cases: [
      {
        name: "no token, where a policy on claims allows without",
        yaml: jwt + onClaims("{rules: [{claims: [{claim: [a], present: false}]}]}"),
      },
      {
        name: "but not where it wants a claim",
        yaml: unmarked(jwt) + onClaims("{rules: [{claims: [{claim: [a], present: true}]}]}"),
      },
      {
        name: "nor where it denies without",
        yaml:
          unmarked(jwt) +
          onClaims("{action: DENY, rules: [{claims: [{claim: [a], not: true, equals: [1]}]}]}"),
      },
      {
        name: "a policy on claims that only watches",
        yaml: jwt + onClaims("{dryRun: true, rules: [{claims: [{claim: [a], present: true}]}]}"),
      },
    ],
  },
];
