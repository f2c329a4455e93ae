// The requests of the post (scripts/demo/steps.ts), native and rendered: both answer as the post's readers saw it.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { demoPolicies } from "../../../scripts/demo/policies.js";
import { chapters, type Step } from "../../../scripts/demo/steps.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { compare } from "../comparison/compare.js";
import type { PolicySet, SetRequest } from "../comparison/policy-set.js";
import { resourcesOf, type Resource } from "../stage/resource.js";
import type { IstioCase } from "./istio-case.js";
import { clear, type Scene } from "./scene.js";

interface ShippedConfiguration {
  readonly requestAuthentications: readonly { readonly jwtRules: readonly object[] }[];
  readonly authorizationPolicies: readonly { readonly rules: readonly object[] }[];
}

/** What envoy/istio/wasmplugin.yaml has in it. */
async function shippedConfiguration(): Promise<ShippedConfiguration> {
  const text = await readFile(join(repositoryRoot, "envoy", "istio", "wasmplugin.yaml"), "utf8");
  return resourcesOf(text)[0]!.spec?.["pluginConfig"] as ShippedConfiguration;
}

const selector = { matchLabels: { app: "httpbin" } };

type DemoPolicy = (typeof demoPolicies)[number];

/** The native resources that one listener of the demo stands for. */
function resourcesFor({ listener, rules, jwtRule }: DemoPolicy, shipped: ShippedConfiguration): Resource[] {
  const apiVersion = "security.istio.io/v1";
  const metadata = { name: `httpbin-${listener}`, namespace: "foo" };
  const jwtRules = shipped.requestAuthentications[0]!.jwtRules.map((rule) => ({ ...rule, ...jwtRule }));
  const authentication = {
    apiVersion,
    kind: "RequestAuthentication",
    metadata,
    spec: { selector, jwtRules },
  };
  if (rules === undefined) return [authentication];
  const issuer = "https://idp.example.com/";
  const own = rules === "as in the file" ? shipped.authorizationPolicies[0]!.rules : rules(issuer);
  const spec = { selector, action: "ALLOW", rules: own };
  return [authentication, { apiVersion, kind: "AuthorizationPolicy", metadata, spec }];
}

async function seedRequests(scene: Scene, policy: DemoPolicy): Promise<void> {
  const steps = chapters
    .flatMap((chapter) => chapter.steps)
    .filter(({ listener }) => listener === policy.listener);
  const tokens = await scene.stage.world.demoTokens();
  const requests = steps.map(({ bearer, method, path, headers }: Step): SetRequest => {
    const token = typeof bearer === "string" ? tokens[bearer] : bearer?.text;
    return {
      ...(token !== undefined && { token }),
      ...(method !== undefined && { method }),
      ...(path !== undefined && { path }),
      ...(headers !== undefined && { headers }),
    };
  });
  const pod = await scene.pod("httpbin");
  const set: PolicySet = {
    ...{
      name: policy.listener,
      policies: resourcesFor(policy, await shippedConfiguration()),
      surroundings: [],
    },
    ...{ workloads: [pod], requests },
  };
  const { answers } = await compare(scene.stage, set, () => pod);
  strictEqual(answers.length, steps.length);
  const titled = (which: "native" | "ours") => answers.map((answer, i) => [steps[i]!.title, answer[which]]);
  deepStrictEqual(titled("ours"), titled("native"));
  for (const [i, { title, expect }] of steps.entries()) {
    const answer = answers[i]!.ours;
    const isRight =
      expect.status === 200
        ? answer.startsWith("200, ") && answer.includes("x-jwt-payload: ") === expect.claims
        : answer.startsWith(`${expect.status} ${JSON.stringify(expect.body)}`);
    strictEqual(isRight, true, `${title}: ${answer}`);
  }
}

export const seedCases: readonly IstioCase[] = demoPolicies.map((policy) => ({
  name: `the seed's requests: ${policy.summary}`,
  run: async (scene) => {
    await clear(scene);
    await seedRequests(scene, policy);
  },
}));
