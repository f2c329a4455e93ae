// Examples about requests and connections: what may it do, and where does it come from?

import { anyToken, authentication, authorization, documents, type Example } from "./example.js";

export const requestExamples: readonly Example[] = [
  {
    name: "- from and - to: two rules",
    lesson:
      "A dash too many makes two rules, and one of them is enough: whoever has a token may do anything, and whoever has none may GET. Take the dash before “to” away.",
    policies: documents(
      authentication(),
      authorization(
        "readers",
        `  rules:
    - from:
        - source:
            requestPrincipals: ["https://idp.example.com//*"]
    - to:
        - operation:
            methods: ["GET"]
`,
      ),
    ),
    request: { method: "DELETE", url: "/delete" },
    claims: { sub: "alice" },
    answer: "allowed",
    findings: ["JP229"],
  },
  {
    name: "A preflight has no token",
    lesson:
      "Before a page may call another origin its browser asks with OPTIONS, and never sends a token along. A policy that wants a principal refuses it, and the page breaks: allow OPTIONS with a rule of its own.",
    policies: documents(
      authentication(),
      anyToken(),
      `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: foo
spec:
  hosts: ["api.example.com"]
  http:
    - corsPolicy:
        allowOrigins: [{ exact: "https://app.example.com" }]
      route: [{ destination: { host: httpbin } }]
`,
    ),
    request: {
      method: "OPTIONS",
      url: "https://api.example.com/anything",
      headers: "origin: https://app.example.com\naccess-control-request-method: POST",
    },
    answer: { status: 403, reason: "RBAC: access denied" },
    findings: ["JP214"],
  },
  {
    name: "DENY before ALLOW",
    lesson:
      "DENY policies are asked first, and one that matches decides. notValues also matches who has no such claim at all.",
    policies: documents(
      authentication(),
      authorization(
        "no-admin-pages",
        `  action: DENY
  rules:
    - to:
        - operation:
            paths: ["/admin*"]
      when:
        - key: request.auth.claims[groups]
          notValues: ["admins"]
`,
      ),
      anyToken(),
    ),
    request: { url: "/admin/users" },
    claims: { sub: "alice", groups: ["users"] },
    answer: { status: 403, reason: "RBAC: access denied" },
    findings: ["JP151"],
  },
  {
    name: "Another workload's certificate",
    lesson:
      "principals is who the client's certificate names in mTLS, not who its token names. It stands here as it stands in the policy, without spiffe://.",
    policies: authorization(
      "from-sleep",
      `  rules:
    - from:
        - source:
            principals: ["cluster.local/ns/foo/sa/sleep"]
      to:
        - operation:
            methods: ["GET"]
`,
    ),
    request: { url: "/headers", principal: "cluster.local/ns/foo/sa/sleep", peer: "10.1.2.3" },
    answer: "allowed",
    findings: [],
  },
  {
    name: "Behind a proxy: ipBlocks or remoteIpBlocks",
    lesson:
      "ipBlocks is the address at the other end of the connection: behind a load balancer, the balancer's. The client's own, as Envoy takes it from X-Forwarded-For, is remoteIpBlocks.",
    policies: authorization(
      "office",
      `  rules:
    - from:
        - source:
            ipBlocks: ["203.0.113.0/24"]
`,
    ),
    request: {
      url: "/headers",
      peer: "10.0.0.7",
      remote: "203.0.113.9",
      headers: "x-forwarded-for: 203.0.113.9",
    },
    answer: { status: 403, reason: "RBAC: access denied" },
    findings: [],
  },
  {
    name: "Templates of paths",
    lesson:
      "{*} is one segment of a path, {**} any number of them at the end. A star alone is a prefix or a suffix, and stands at an end of the text only.",
    policies: authorization(
      "orders",
      `  rules:
    - to:
        - operation:
            methods: ["GET"]
            paths: ["/users/{*}/orders/{**}"]
`,
    ),
    request: { url: "/users/alice/orders/2026/11?page=2" },
    answer: "allowed",
    findings: [],
  },
];
