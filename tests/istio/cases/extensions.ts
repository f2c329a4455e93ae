// What stands beside Istio's objects (docs/extensions.md), rendered into a WasmPlugin's pluginConfig and applied: istiod, the API server and pilot-agent
// carry it, none of which knows what it means.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { TAKES_EFFECT } from "../stage/proxy.js";
import { pluginsOf, resourcesOf, yamlOf } from "../stage/resource.js";
import { upstreamHeaders } from "../stage/request.js";
import type { IstioCase } from "./istio-case.js";
import { httpbinPolicies } from "./policies.js";
import { clear, render, type Scene } from "./scene.js";

const namespace = "foo";
const selector = { matchLabels: { app: "httpbin" } };
const apiVersion = "envoy-jwt-policy/v1alpha1";

const policies = [
  httpbinPolicies({ namespace }),
  yamlOf([
    {
      ...{ apiVersion: "security.istio.io/v1", kind: "AuthorizationPolicy" },
      metadata: { name: "scrapers", namespace },
      spec: { selector, rules: [{ to: [{ operation: { paths: ["/get", "/anything/*"] } }] }] },
    },
    {
      ...{ apiVersion, kind: "JWTPolicyExtensions", metadata: { name: "tokens", namespace } },
      spec: {
        selector,
        ignoreTokens: [{ paths: ["/get"], methods: ["GET"] }],
        tokenProfiles: [{ requiredClaims: ["tenant"] }],
      },
    },
    {
      ...{ apiVersion, kind: "JWTPolicyExtensions", metadata: { name: "claims", namespace } },
      spec: {
        selector,
        claimPolicies: [
          {
            ...{ name: "own-tenant", action: "DENY" },
            rules: [
              {
                to: [{ operation: { paths: ["/anything/*"] } }],
                claims: [{ claim: ["tenant"], not: true, equalsPath: "/anything/{claim}/{**}" }],
              },
            ],
          },
        ],
        claimHeaders: [{ claim: ["https://idp.example.com/roles"], header: "x-roles" }],
      },
    },
    {
      ...{ apiVersion, kind: "JWTPolicyExtensions", metadata: { name: "answers", namespace } },
      spec: {
        selector,
        answers: [
          {
            ...{ outcomes: ["401"], browsers: true, status: 302 },
            headers: { location: "https://login.example.com/start?rd=https://httpbin.example.com${url}" },
          },
          { problem: true },
        ],
      },
    },
  ]),
].join("\n---\n");

async function extensions(scene: Scene): Promise<void> {
  await clear(scene);
  const { stage } = scene;
  const pod = await scene.pod("httpbin");
  const yaml = await render(scene, policies, "foo/app=httpbin");
  await stage.apply(yaml);
  await pod.proxy.hasPlugins(pluginsOf(resourcesOf(yaml)));
  const ask = (path: string, token: string | undefined, headers = {}) =>
    stage.world.request({ address: pod.address, path, headers, ...(token === undefined ? {} : { token }) });
  const token = await stage.world.sign({ scope: "read:headers", tenant: "blue" });
  await waitFor("the issuer's keys", TAKES_EFFECT, async () => (await ask("/headers", token)).status === 200);

  const opaque = await ask("/get", "of-no-JWT");
  strictEqual(upstreamHeaders(opaque)?.["authorization"], "Bearer of-no-JWT", opaque.body);

  const told = await ask("/headers", "of-no-JWT");
  strictEqual(told.headers["content-type"], "application/problem+json");
  deepStrictEqual(JSON.parse(told.body), {
    status: 401,
    detail: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
  });
  const profile = await ask("/headers", await stage.world.sign({ scope: "read:headers" }));
  deepStrictEqual(JSON.parse(profile.body), { status: 401, detail: "Jwt lacks a required claim" });

  // Of the sidecar's Envoy, which Istio has normalize paths: `%6c` is `l` there, and two slashes stay.
  const own = await stage.world.sign({ tenant: "blue", "https://idp.example.com/roles": ["a", "b"] });
  const forged = { "x-roles": "admin" };
  for (const [path, status] of [
    ["/anything/blue/a", 200],
    ["/anything/b%6cue/a", 200],
    ["/anything/red/a", 403],
    ["/anything/blue/../red/a", 403],
    ["/anything/blue%2f..%2fred/a", 403],
    ["/anything//blue/a", 403],
  ] as const) {
    const answer = await ask(path, own, forged);
    strictEqual(answer.status, status, `${path}: ${answer.body}`);
    if (status === 200) strictEqual(upstreamHeaders(answer)?.["x-roles"], "a,b", answer.body);
  }
  strictEqual(upstreamHeaders(await ask("/get", undefined, forged))?.["x-roles"], undefined);

  const browser = await ask("/headers?page=2", undefined, { accept: "text/html" });
  deepStrictEqual(
    [browser.status, browser.headers["location"]],
    [302, "https://login.example.com/start?rd=https://httpbin.example.com/headers%3Fpage%3D2"],
  );
}

export const extensionCases: readonly IstioCase[] = [
  { name: "extensions: rendered into a WasmPlugin, and seen in a pod", run: extensions },
];
