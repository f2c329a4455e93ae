// What the pages print for a mesh, done as it stands (tests/docs/printed/mesh-blocks.ts has the list): each block comes out of its page, and the mesh
// answers as the page says.

import { deepStrictEqual, match, notStrictEqual, strictEqual } from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { applyNative } from "../comparison/compare.js";
import { readPolicySets } from "../comparison/policy-set.js";
import type { Pod } from "../stage/pod.js";
import { resourcesOf, yamlOf, type Resource } from "../stage/resource.js";
import { IMAGE } from "../stage/stage.js";
import { compareSet } from "./compared.js";
import { answersThree } from "./answers-three.js";
import { migrationPage } from "./migration-page.js";
import { pageCase, type PageCase } from "./page-case.js";
import { REGISTRY, type Reader } from "./reader.js";
import { hasKeys, hasWhatIsThere, type Scene } from "./scene.js";
import { serviceAccounts } from "./service-accounts.js";

/** What a token of README's policies and of examples/httpbin's has. */
const SCOPE = "read:headers write:database";

/** Waits until a pod enforces what has been applied, and holds it to the three answers. */
async function enforces(scene: Scene, pod: Pod): Promise<void> {
  await hasWhatIsThere(scene, pod);
  await hasKeys(scene, pod);
  await answersThree(scene, pod, SCOPE);
}

async function applyReadme({ stage }: Scene, reader: Reader): Promise<void> {
  await stage.apply(await reader.text("README: plugin"));
  await reader.runsInClone("README: issuer");
}

async function image(scene: Scene, reader: Reader): Promise<void> {
  const { stage, pod } = scene;
  const { directory } = reader.newcomer;
  await writeFile(join(directory, "jwt-policy-image.tar"), await readFile(stage.image.archive));
  await reader.runs("install: push", { REGISTRY });
  const { imageDigest } = stage.image;
  const pin = await reader.text("install: pin", {
    REGISTRY: IMAGE.split("/")[0]!,
    "…": imageDigest.replace("sha256:", ""),
  });
  const [plugin] = resourcesOf(await reader.text("README: plugin")) as [Resource];
  await stage.apply(yamlOf([{ ...plugin, spec: { ...plugin.spec, ...(parse(pin) as object) } }]));
  await reader.runsInClone("README: issuer");
  await enforces(scene, await pod("httpbin"));
}

/** What stands for the pods of `httpbin` where a page says deploy/httpbin. */
function deploymentOf(pod: Pod): Resource {
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "httpbin", namespace: "foo" } },
    spec: {
      selector: { matchLabels: pod.labels },
      template: {
        metadata: { labels: pod.labels },
        spec: { containers: [{ name: "app", image: "httpbin" }] },
      },
    },
  };
}

/** The plugin of kubectl asks a real API server. */
async function kubectlPlugin(scene: Scene, reader: Reader): Promise<void> {
  const { stage } = scene;
  await stage.apply(yamlOf([deploymentOf(await scene.pod("httpbin"))]));
  await stage.apply(await readFile(join(repositoryRoot, "examples", "httpbin", "policies.yaml"), "utf8"));
  match(await reader.runs("install: kubectl"), /"requestAuthentications":/);
  const { code, stdout, stderr } = await reader.newcomer.shell(
    await reader.inline("docs/install.md", "kubectl jwt-policy explain"),
  );
  strictEqual(code, 1, stdout + stderr);
  match(stdout, /^DENIED {2}403 RBAC: access denied/);
}

/** The log of a sidecar, in Istio's format, as kubectl prints it. */
async function explained(scene: Scene, reader: Reader): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin");
  await stage.apply(yamlOf([deploymentOf(pod)]));
  // The page's --stream 7 is the seventh of a worker: debug before there is a filter, then requests enough for both.
  const block = await reader.text("explain: log");
  const [first] = block.split("\n");
  await pod.restartProxy();
  strictEqual((await reader.newcomer.shell(first!)).code, 0);
  await reader.runs("getting-started: render");
  await hasWhatIsThere(scene, pod);
  await scene.requests(pod, 40);
  // Denied requests make the exit code of explain 1: the shell goes on only without -e.
  const { stdout, stderr } = await reader.newcomer.shell(`set +e\n${block}`);
  match(stdout, /DENIED {2}403 RBAC: access denied/, stderr);
  match(stdout, /policies\/policies.yaml:\d+:\d+/, stderr);
}

/** A native policy that closes what is no HTTP, beside the filter. */
async function closesTcp(scene: Scene, reader: Reader): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin with TCP");
  await applyReadme(scene, reader);
  await enforces(scene, pod);
  const tcp = async () => (await stage.world.request({ address: pod.address, port: 9000 })).status;
  strictEqual(await tcp(), 200, "the filter sees nothing of a TCP port");
  await applyNative(stage, resourcesOf(await reader.text("operations: TCP")), [pod]);
  strictEqual(await tcp(), 0, "the connection is closed");
  await answersThree(scene, pod, SCOPE);
}

/** The labels of the filter's metrics, once Istio's proxies are told of them. */
async function metricLabels(scene: Scene, reader: Reader): Promise<void> {
  const { stage } = scene;
  const pod = await scene.pod("httpbin");
  const { meshConfig } = parse(await reader.text("operations: labels")) as {
    readonly meshConfig: { readonly defaultConfig: Readonly<Record<string, unknown>> };
  };
  deepStrictEqual(Object.keys(meshConfig), ["defaultConfig"]);
  await stage.setProxyDefaults(meshConfig.defaultConfig);
  try {
    await applyReadme(scene, reader);
    await hasWhatIsThere(scene, pod);
    await pod.restartProxy();
    await enforces(scene, pod);
    // Written once a second.
    await pod.proxy.becomes("a reason of refusals among the metrics", async () => {
      const stats = { address: "127.0.0.1", port: 15020, path: "/stats/prometheus" };
      const { body } = await pod.request(stats);
      return /^jwt_policy_refused_total\{.*reason="[A-Z][^"]+"[^}]*\} [1-9]/m.test(body);
    });
  } finally {
    await stage.setProxyDefaults({});
    await pod.restartProxy();
  }
}

/** The block beside the example's policies is a set that `npm run istio -- --policies DIR` takes. */
async function ownPolicies(scene: Scene, reader: Reader): Promise<void> {
  const directory = join(reader.newcomer.directory, "set");
  await mkdir(directory);
  await writeFile(join(directory, "requests.yaml"), await reader.text("istio-stage: set"));
  const example = join(repositoryRoot, "examples", "httpbin", "policies.yaml");
  await writeFile(join(directory, "policies.yaml"), await readFile(example));
  const sets = await readPolicySets(directory);
  strictEqual(sets.length, 1);
  await compareSet(scene, sets[0]!);
}

export const pageCases: readonly PageCase[] = [
  pageCase(
    "README.md: the plugin, and its issuer",
    ["README: plugin", "README: issuer"],
    async (scene, reader) => {
      await applyReadme(scene, reader);
      await enforces(scene, await scene.pod("httpbin"));
    },
  ),
  pageCase(
    "docs/getting-started.md: render for Istio",
    ["getting-started: render"],
    async (scene, reader) => {
      notStrictEqual(await reader.runs("getting-started: render"), "");
      await enforces(scene, await scene.pod("httpbin"));
    },
  ),
  pageCase(
    "docs/install.md: the image is pushed, and pinned",
    ["install: push", "install: pin", "README: plugin", "README: issuer"],
    image,
  ),
  pageCase("docs/install.md: kubectl jwt-policy", ["install: kubectl"], kubectlPlugin),
  pageCase("docs/explain.md: a sidecar's log", ["explain: log", "getting-started: render"], explained),
  pageCase("docs/migration.md: from beginning to end, and back", migrationPage.blocks, migrationPage.run),
  pageCase(
    "docs/operations.md: a native policy closes what is no HTTP",
    ["operations: TCP", "README: plugin", "README: issuer"],
    closesTcp,
  ),
  pageCase(
    "docs/operations.md: labels of metrics",
    ["operations: labels", "README: plugin", "README: issuer"],
    metricLabels,
  ),
  pageCase("docs/key-sources.md: tokens of service accounts", serviceAccounts.blocks, serviceAccounts.run),
  pageCase("docs/istio-stage.md: a set of one's own", ["istio-stage: set"], ownPolicies),
];
