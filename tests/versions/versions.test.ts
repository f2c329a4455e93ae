// What the project says about versions of Envoy is what `npm run versions` and CI run.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { DEFAULT_ENVOY_VERSION } from "../../cli/envoy/find-envoy.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { testedVersions } from "./tested-versions.js";

const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");

it("README.md names the versions that are tested", async () => {
  const names = `${testedVersions.slice(0, -1).join(", ")} and ${testedVersions.at(-1)}`;
  assert.ok((await read("README.md")).includes(`Tested on Envoy ${names}`), names);
});

it("CI runs each of them", async () => {
  const script = await read(".ci/run");
  const [oldest, ...others] = testedVersions;
  const between = others.filter((version) => version !== DEFAULT_ENVOY_VERSION);
  assert.ok(script.includes(`npm run versions -- ${between.join(" ")}\n`), between.join());
  assert.ok(script.includes(`export ENVOY_VERSION=${oldest}\n`), oldest);
  assert.equal(testedVersions.at(-1), DEFAULT_ENVOY_VERSION);
});
