// The image of the command: what it is built by fits the package. Building it needs a container engine and a base from a registry: releases do.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";

interface PackageJson {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

let steps: ReadonlyMap<string, readonly string[]>;
let packageJson: PackageJson;
before(async () => {
  const text = await readFile(join(repositoryRoot, "scripts/image/command.Dockerfile"), "utf8");
  const lines = [...text.matchAll(/^([A-Z]+) (.*)$/gm)].map((match) => [match[1]!, match[2]!] as const);
  steps = new Map(lines.map(([name]) => [name, lines.filter((one) => one[0] === name).map((one) => one[1])]));
  packageJson = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8")) as PackageJson;
});

describe("the image of the command", () => {
  it("has a Node that the package runs on", () => {
    const [, major] = /^BASE=node:(\d+)-slim$/.exec(steps.get("ARG")!.join()) ?? [];
    const [, least] = /^>=(\d+)\./.exec(packageJson.engines.node) ?? [];
    assert.ok(Number(major) >= Number(least), `${major}, ${least}`);
    assert.deepEqual(steps.get("FROM"), ["${BASE}"]);
  });

  it("installs what npm pack makes", () => {
    const tarball = `${packageJson.name}-*.tgz`;
    assert.deepEqual(steps.get("COPY"), [`${tarball} /tmp/`]);
    assert.match(
      steps.get("RUN")!.join(),
      new RegExp(`npm install --global .* /tmp/${tarball.replaceAll(/[*.]/g, "\\$&")} `),
    );
  });

  it("runs the command, and not as root", () => {
    assert.deepEqual(JSON.parse(steps.get("ENTRYPOINT")!.join()), ["jwt-policy"]);
    assert.ok("jwt-policy" in packageJson.bin);
    assert.match(steps.get("USER")!.join(), /^[1-9]\d*:[1-9]\d*$/);
  });

  it("is what a release builds and runs", async () => {
    const workflow = await readFile(join(repositoryRoot, ".github/workflows/release.yml"), "utf8");
    for (const line of [
      "cp scripts/image/command.Dockerfile dist/",
      'docker build -f dist/command.Dockerfile -t "$tag" dist',
      'docker run --rm -i --network none "$tag" check - < policy.yaml',
    ])
      assert.ok(workflow.includes(line), line);
  });
});
