// docs/migration.md with its own lines, from native policies in the cluster to this filter alone, and the lines of its way back.

import { strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import type { MeshBlockName } from "../../docs/printed/mesh-blocks.js";
import { applyNative } from "../comparison/compare.js";
import { resourcesOf, type Resource } from "../stage/resource.js";
import { answersThree } from "./answers-three.js";
import type { Reader } from "./reader.js";
import { hasKeys, hasWhatIsThere, type Scene } from "./scene.js";

const page = "docs/migration.md";
const SCOPE = "write:database";
const nobody = { policies: [], issuers: [] };

const blocks: readonly MeshBlockName[] = [
  "migration: look",
  "migration: shadow",
  "migration: both",
  "migration: native goes",
  "migration: alone",
];

async function run(scene: Scene, reader: Reader): Promise<void> {
  const { stage } = scene;
  const [pod, canary] = [await scene.pod("httpbin"), await scene.pod("canary")];
  const policies = resourcesOf(
    await readFile(join(repositoryRoot, "examples", "httpbin", "policies.yaml"), "utf8"),
  );
  await applyNative(stage, policies, [pod, canary]);
  const answers = async () => {
    for (const one of [pod, canary]) await answersThree(scene, one, SCOPE);
  };
  /** What has come or gone is there, and has its keys. */
  const settles = async (...plugged: readonly (typeof pod)[]) => {
    for (const one of [pod, canary]) await hasWhatIsThere(scene, one);
    for (const one of plugged) await hasKeys(scene, one);
  };
  const plugins = async () => (await stage.kubectl(["get", "wasmplugins", "-n", "foo", "-o", "name"])).trim();
  await answers();

  await reader.runs("migration: look");
  await reader.runs("migration: shadow");
  await settles(canary);
  await answers();

  await reader.runs("migration: both");
  // "Two plugins on one pod": the canary has both until this.
  await reader.runsInline(page, "kubectl delete wasmplugin -n foo httpbin-canary");
  await settles(pod, canary);
  await answers();

  await reader.runs("migration: native goes");
  for (const one of [pod, canary]) await one.proxy.hasNative(nobody);
  await answers();

  await reader.runs("migration: alone");
  await settles(pod, canary);
  await answers();

  // Back: with --forward-token, then the native objects in this order, then without the plugin.
  await reader.runs("migration: both");
  await settles(pod, canary);
  const [authentication, authorization] = policies as [Resource, Resource];
  await applyNative(stage, [authentication], [pod, canary]);
  await applyNative(stage, [authorization], [pod, canary]);
  await answers();
  await reader.runsInline(page, "kubectl delete wasmplugin -n foo httpbin-jwt-policy");
  strictEqual(await plugins(), "");
  await settles();
  await answers();
}

export const migrationPage = { blocks, run };
