// The manifest by which krew, the plugin manager of kubectl, installs `kubectl jwt-policy` from a release's npm package: the release workflow writes
// it to dist/jwt-policy.yaml. Form: krew's "Writing Krew plugin manifests" (apiVersion …/v1alpha2); a manifest is named as its plugin.
//
//   node build/js/scripts/krew-manifest.js dist/envoy-jwt-policy-0.1.0.tgz https://github.com/OWNER/REPOSITORY

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";

export interface KrewRelease {
  /** Of package.json, without v. */
  readonly version: string;
  /** The address of the repository; its releases are below it. */
  readonly repository: string;
  /** The file name of the package, as `npm pack` gives it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What is told before a plugin is installed that needs more than itself. */
const caveats = "It runs on Node 20.19 or later: `node --version` must be found on the PATH.\n";

/** The manifest, as YAML. Windows is left out: kubectl runs no JavaScript there. */
export function krewManifest({ version, repository, file, bytes }: KrewRelease): string {
  const uri = `${repository}/releases/download/v${version}/${file}`;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return stringify(
    {
      apiVersion: "krew.googlecontainertools.github.com/v1alpha2",
      kind: "Plugin",
      metadata: { name: "jwt-policy" },
      spec: {
        version: `v${version}`,
        homepage: repository,
        shortDescription: "Check and explain Istio's JWT policies",
        description:
          "Checks RequestAuthentication and AuthorizationPolicy of a cluster, explains why a\n" +
          "request to a workload is allowed or denied, and renders them for the Envoy filter\n" +
          "envoy-jwt-policy. It reads from the cluster, and changes nothing.\n",
        caveats,
        platforms: [
          {
            selector: { matchExpressions: [{ key: "os", operator: "In", values: ["linux", "darwin"] }] },
            uri,
            sha256,
            // All of the package, whose command finds the filter beside it.
            files: [{ from: "package/*", to: "." }],
            bin: "build/command/kubectl-main.js",
          },
        ],
      },
    },
    { lineWidth: 0 },
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [, , path = "", repository = ""] = process.argv;
  const version = /-(\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(path)?.[1];
  if (version === undefined || !/^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(repository))
    throw new Error("krew-manifest PACKAGE.tgz https://github.com/OWNER/REPOSITORY");
  process.stdout.write(
    krewManifest({ version, repository, file: basename(path), bytes: await readFile(path) }),
  );
}
