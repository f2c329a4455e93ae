// Asks about policies from a program. It runs as it stands in Node, and in a browser with an import map.

import { check, explain, Filter, InputError, render, test } from "envoy-jwt-policy";

const policies = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec: {jwtRules: [{issuer: "https://idp.example.com/", jwksUri: "https://idp.example.com/keys"}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: readers, namespace: foo}
spec:
  rules:
    - from: [{source: {requestPrincipals: ["https://idp.example.com//*"]}}]
      to: [{operation: {methods: [GET, head]}}]
      when: [{key: "request.auth.claims[scope]", values: [read]}]
`;

const tests = `
policies: [policies.yaml]
for: foo/app=httpbin
now: 2026-01-31T12:00:00Z
tokens: {reader: {claims: {scope: read}}, writer: {claims: {scope: write}}}
tests:
  - {name: readers read, request: GET /headers, token: reader, expect: allow}
  - {name: writers do not, request: GET /headers, token: writer, expect: 403}
`;

/**
 * @param {Uint8Array} wasm the bytes of envoy-jwt-policy/jwt-policy.wasm
 */
export async function ask(wasm) {
  const filter = await Filter.from(wasm);
  const files = [{ file: "policies.yaml", text: policies }];
  const workload = { for: "foo/app=httpbin" };

  // What Istio would refuse, and what people get wrong.
  const findings = await check(files, filter);

  // Why one request is denied. The claims are signed for this question only.
  const request = {
    workload,
    request: "GET /headers",
    token: { claims: { scope: "write" } },
    now: 1769860800,
  };
  const explained = await explain(files, filter, request);

  // Tests, as `jwt-policy test` runs them.
  const { suites } = await test([...files, { file: "readers_test.yaml", text: tests }], filter);

  // The configuration of the filter in Envoy.
  const { text } = await render(files, filter, { workloads: [workload] });

  const broken = [{ file: "broken.yaml", text: "a: [" }];
  const refusal = await render(broken, filter, { workloads: [workload] }).catch((error) => {
    if (error instanceof InputError) return error.message;
    throw error;
  });

  return {
    findings: findings.map(({ id, at }) => `${at.file}:${at.line} ${id}`),
    decision: explained.kind === "explained" ? explained.explanation.decision : "refused",
    failed: suites.flatMap(({ cases }) => cases).filter(({ mismatches }) => mismatches.length > 0).length,
    passed: suites.flatMap(({ cases }) => cases).filter(({ mismatches }) => mismatches.length === 0).length,
    configuration: JSON.parse(text ?? "null"),
    refusal,
  };
}
