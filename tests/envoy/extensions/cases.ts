// WasmPlugins and TrafficExtensions that users copy or that `jwt-policy render` writes, each with the workload that it is for.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { runCommand } from "../../cli/string-terminal.js";
import type { Workload } from "../../referee/client.js";

export interface ExtensionCase {
  readonly name: string;
  /** Istio's YAML. */
  readonly resources: () => Promise<string>;
  readonly workload: Workload;
}

const httpbin: Workload = { namespace: "foo", labels: { app: "httpbin" } };

/** The policies of the post, and one on addresses, which needs an EnvoyFilter beside the plugin. */
const policies = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec:
  selector: {matchLabels: {app: httpbin}}
  jwtRules:
    - issuer: https://idp.example.com/
      jwksUri: https://idp.example.com/.well-known/jwks.json
      forwardOriginalToken: true
      timeout: 5s
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow, namespace: foo}
spec:
  selector: {matchLabels: {app: httpbin}}
  rules:
    - from: [{source: {requestPrincipals: ["https://idp.example.com//billing@clients"]}}]
      to: [{operation: {methods: [GET], paths: [/headers]}}]
`;

const onAddresses = `${policies}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: deny, namespace: foo}
spec: {action: DENY, rules: [{from: [{source: {ipBlocks: [192.0.2.0/24]}}]}]}
`;

const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: foo}
spec:
  selector: {app: httpbin}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
`;

/** The same policies for a waypoint. */
const ofWaypoint = policies.replaceAll(
  "selector: {matchLabels: {app: httpbin}}",
  "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: wp}]",
);
const waypoint: Workload = {
  namespace: "foo",
  labels: { "gateway.networking.k8s.io/gateway-name": "wp" },
  type: "waypoint",
};

async function rendered(input: string, ...flags: readonly string[]): Promise<string> {
  const args = [
    "render",
    "-",
    ...(flags.includes("--for") ? [] : ["--for", "foo/app=httpbin"]),
    "--image",
    "oci://registry.example.com/jwt-policy:v1",
  ];
  const { code, stdout, stderr } = await runCommand([...args, ...flags], input);
  if (code !== 0) throw new Error(stderr);
  return withoutComments(stdout);
}

/** Istio sees no comments: new words in one are no new question. */
function withoutComments(text: string): string {
  return parseAllDocuments(text)
    .map((document) => stringify(document.toJS()))
    .join("---\n");
}

async function shipped(name: string): Promise<string> {
  const texts = [name, "issuer.yaml"].map((file) =>
    readFile(join(repositoryRoot, "envoy", "istio", file), "utf8"),
  );
  return withoutComments((await Promise.all(texts)).join("---\n"));
}

export const extensionCases: readonly ExtensionCase[] = [
  ...["wasmplugin.yaml", "trafficextension.yaml"].map((file) => ({
    name: `envoy/istio/${file}`,
    resources: () => shipped(file),
    workload: httpbin,
  })),
  ...["wasmplugin", "trafficextension"].flatMap((format) => [
    {
      name: `render --as ${format}`,
      resources: () => rendered(policies, "--as", format),
      workload: httpbin,
    },
    {
      name: `render --as ${format}, with a policy on the peer's address`,
      resources: () => rendered(onAddresses, "--as", format, "--sha256", "0".repeat(64)),
      workload: httpbin,
    },
    {
      name: `render --as ${format}, for a gateway`,
      resources: async () => `${await rendered(policies, "--as", format, "--gateway")}---${gateway}`,
      workload: { ...httpbin, type: "gateway" as const },
    },
    {
      name: `render --as ${format}, for a waypoint`,
      resources: () =>
        rendered(
          ofWaypoint,
          "--as",
          format,
          "--for",
          "foo/gateway.networking.k8s.io/gateway-name=wp",
          "--waypoint",
        ),
      workload: waypoint,
    },
  ]),
];
