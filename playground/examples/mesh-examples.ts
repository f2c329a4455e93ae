// Examples about where policies run, and about what Istio's objects have no words for.

import { anyToken, authentication, authorization, documents, WORKLOAD, type Example } from "./example.js";

/** A digest of a certificate, and the same as `x5t#S256` has it (RFC 8705 §3.1). */
const CERTIFICATE = "ab".repeat(32);
const THUMBPRINT = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s";

export const meshExamples: readonly Example[] = [
  {
    name: "A waypoint and its Service",
    lesson:
      "A waypoint obeys targetRefs alone: the DENY has a selector and is for sidecars, so nobody asks it here. “Where they run” says which Service the traffic is for.",
    policies: documents(
      authorization(
        "read-httpbin",
        `  targetRefs:
    - group: ""
      kind: Service
      name: httpbin
  rules:
    - to:
        - operation:
            methods: ["GET"]
`,
      ),
      authorization(
        "sidecars-only",
        `  action: DENY
  rules:
    - {}
`,
        true,
      ),
    ),
    workload: "foo/gateway.networking.k8s.io/gateway-name=waypoint",
    mesh: { proxy: "waypoint", service: "httpbin" },
    request: { url: "/headers" },
    answer: "allowed",
    findings: [],
  },
  {
    name: "A trust domain with an older name",
    lesson:
      "Principals begin with the mesh's trust domain. After a change of its name, workloads show certificates of the old one for a while: as an alias it is let in by the same policy.",
    policies: authorization(
      "only-sleep",
      `  rules:
    - from:
        - source:
            principals: ["mesh.example.com/ns/foo/sa/sleep"]
`,
    ),
    workload: WORKLOAD,
    mesh: { trustDomain: "mesh.example.com", trustDomainAliases: "old.example.com" },
    request: { url: "/headers", principal: "old.example.com/ns/foo/sa/sleep" },
    answer: "allowed",
    findings: [],
  },
  {
    name: "A token bound to a certificate",
    lesson:
      "Whoever steals a token has not the key of the client's certificate. JWTPolicyExtensions, beside Istio's objects, holds the token to the connection: change a digit of the certificate's SHA-256.",
    policies: documents(
      authentication(),
      `apiVersion: envoy-jwt-policy/v1alpha1
kind: JWTPolicyExtensions
metadata:
  name: bound-tokens
  namespace: foo
spec:
  tokenProfiles:
    - certificateBinding: REQUIRED
`,
      anyToken(),
    ),
    request: { url: "/headers", certificate: CERTIFICATE },
    claims: { sub: "alice", cnf: { "x5t#S256": THUMBPRINT } },
    answer: "allowed",
    findings: [],
  },
  {
    name: "One rule for many tenants",
    lesson:
      "Microsoft Entra ID writes the tenant into the issuer. One rule has {tenantid} in its place, and JWTPolicyExtensions the list of those that are allowed: this token is of another.",
    policies: documents(
      `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: entra
  namespace: foo
spec:
  jwtRules:
    - issuer: https://login.microsoftonline.com/{tenantid}/v2.0
      jwksUri: https://login.microsoftonline.com/common/discovery/v2.0/keys
      audiences: ["orders"]
`,
      `apiVersion: envoy-jwt-policy/v1alpha1
kind: JWTPolicyExtensions
metadata:
  name: tenants
  namespace: foo
spec:
  tenants:
    - issuer: https://login.microsoftonline.com/{tenantid}/v2.0
      allowed: ["8eaef023-2b34-4da1-9baa-8bc8c9d6a490"]
`,
      anyToken(),
    ),
    request: { url: "/orders" },
    claims: {
      iss: "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
      tid: "9188040d-6c67-4c5b-b112-36a304b66dad",
      aud: "orders",
      sub: "mallory",
    },
    answer: { status: 401, reason: "Jwt tenant is not allowed" },
    findings: [],
  },
];
