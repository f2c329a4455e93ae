// The manifest for krew, held to krew's rules in our words (its pkg/index/validation: names, versions, digests, selectors, paths).

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { parse } from "yaml";
import { krewManifest } from "../../scripts/krew-manifest.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly homepage: string;
    readonly shortDescription: string;
    readonly description: string;
    readonly caveats: string;
    readonly platforms: readonly {
      readonly uri: string;
      readonly sha256: string;
      readonly bin: string;
      readonly files: readonly { readonly from: string; readonly to: string }[];
      readonly selector: {
        readonly matchExpressions: readonly {
          readonly key: string;
          readonly operator: string;
          readonly values: readonly string[];
        }[];
      };
    }[];
  };
}

const bytes = new TextEncoder().encode("a package");
const repository = "https://github.com/owner/repository";
const manifest = (version: string) =>
  parse(krewManifest({ version, repository, file: `envoy-jwt-policy-${version}.tgz`, bytes })) as Manifest;

it("is what krew takes", () => {
  const { apiVersion, kind, metadata, spec } = manifest("1.2.3");
  assert.equal(`${apiVersion} ${kind}`, "krew.googlecontainertools.github.com/v1alpha2 Plugin");
  assert.match(metadata.name, /^[\w-]+$/);
  assert.doesNotMatch(metadata.name, /^kubectl|_/);
  assert.match(spec.version, /^v\d+\.\d+\.\d+$/);
  assert.ok(spec.shortDescription.length > 0 && spec.shortDescription.length <= 50);
  assert.doesNotMatch(spec.shortDescription, /\n|\.$|kubectl/);
  assert.ok(spec.platforms.length > 0);
  for (const { uri, sha256, bin, files, selector } of spec.platforms) {
    assert.equal(new URL(uri).protocol, "https:");
    assert.equal(sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.doesNotMatch(bin, /^\/|\.\./);
    for (const { from, to } of files) assert.doesNotMatch(from + to, /\.\.\/|^\//);
    for (const { key, operator, values } of selector.matchExpressions) {
      assert.ok(["os", "arch"].includes(key));
      assert.ok(["In", "NotIn", "Exists", "DoesNotExist"].includes(operator));
      assert.ok(values.length > 0);
    }
  }
});

it("leads to the release's package, and to a command that is in it", async () => {
  const [platform] = manifest("1.2.3-rc.1").spec.platforms;
  assert.equal(platform!.uri, `${repository}/releases/download/v1.2.3-rc.1/envoy-jwt-policy-1.2.3-rc.1.tgz`);
  const packageJson = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8")) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  assert.equal(platform!.bin, packageJson.bin["kubectl-jwt_policy"]);
  // krew links kubectl-jwt_policy to it: Node needs the line that names it.
  const command = await readFile(join(repositoryRoot, platform!.bin), "utf8");
  assert.ok(command.startsWith("#!/usr/bin/env node\n"));
});

it("is made by the release workflow, and is one of its files", async () => {
  const workflow = await readFile(join(repositoryRoot, ".github/workflows/release.yml"), "utf8");
  assert.match(
    workflow,
    /node build\/js\/scripts\/krew-manifest\.js dist\/\*\.tgz .*> dist\/jwt-policy\.yaml/,
  );
  assert.match(workflow, /gh release create [^#]*dist\/jwt-policy\.yaml/);
});
