// What the stage runs, built by Go from the modules that go/ pins, and kept in .cache/istio by what it was built from.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../../scripts/repository-root.js";

const run = promisify(execFile);

/** The modules, and the programs of each by the packages that they are built from. */
const modules: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  registry: {
    crane: "github.com/google/go-containerregistry/cmd/crane",
    registry: "github.com/google/go-containerregistry/cmd/registry",
  },
  etcd: { etcd: "go.etcd.io/etcd/server/v3" },
  kubernetes: {
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    kubectl: "k8s.io/kubernetes/cmd/kubectl",
  },
  istio: {
    "pilot-agent": "istio.io/istio/pilot/cmd/pilot-agent",
    "pilot-discovery": "istio.io/istio/pilot/cmd/pilot-discovery",
  },
};

/** What Istio's module has beside its programs: the definitions of its resources, and the template of the proxies' bootstrap. */
const istioFiles: Readonly<Record<string, string>> = {
  "istio-crds.yaml": "manifests/charts/base/files/crd-all.gen.yaml",
  "gateway-crds.yaml": "tests/integration/pilot/testdata/gateway-api-crd.yaml",
  "envoy_bootstrap.json": "tools/packaging/common/envoy_bootstrap.json",
};

const moduleDirectory = (name: string) => join(repositoryRoot, "tests", "istio", "go", name);

/** The version of Istio that a go.mod names. */
async function istioVersion(goMod: string): Promise<string | undefined> {
  return /^\s*istio\.io\/istio (\S+)/m.exec(await readFile(goMod, "utf8"))?.[1];
}

/**
 * The directory with all of it, which is built if it is not there yet: minutes, the first time.
 * @param print gets a line when something has to be built
 */
export async function builtBinaries(print: (line: string) => void): Promise<string> {
  const referee = join(repositoryRoot, "tests", "referee", "istio", "go.mod");
  const [staged, refereed] = await Promise.all([
    istioVersion(join(moduleDirectory("istio"), "go.mod")),
    istioVersion(referee),
  ]);
  if (staged === undefined || staged !== refereed) {
    throw new Error(
      `tests/istio/go/istio has Istio ${staged}, tests/referee/istio ${refereed}: pin the same.`,
    );
  }
  const directory = join(repositoryRoot, ".cache", "istio", await inputsDigest());
  if (await isThere(directory)) return directory;
  print(`Building Istio's and Kubernetes' programs into ${directory}: minutes, the first time ...`);
  const unfinished = `${directory}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const [name, programs] of Object.entries(modules)) {
      const started = Date.now();
      for (const [program, from] of Object.entries(programs))
        await build(name, from, join(unfinished, program));
      print(`  ${Object.keys(programs).join(", ")}: ${Math.round((Date.now() - started) / 1000)} s`);
    }
    const istio = await go("istio", ["list", "-m", "-f", "{{.Dir}}", "istio.io/istio"]);
    for (const [to, from] of Object.entries(istioFiles)) {
      await copyFile(join(istio.trim(), from), join(unfinished, to));
    }
    await rename(unfinished, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return directory;
}

function build(module: string, from: string, to: string): Promise<string> {
  return go(module, ["build", "-ldflags=-s -w", "-o", to, from]);
}

/** Runs Go in a module, with exactly what its go.sum names. */
async function go(module: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GOFLAGS: "-mod=readonly -buildvcs=false", GOWORK: "off" };
  const running = run("go", args, { cwd: moduleDirectory(module), env, maxBuffer: 64 * 1024 * 1024 });
  return (await running).stdout;
}

/** Names the modules' versions and Go's own. */
async function inputsDigest(): Promise<string> {
  const digest = createHash("sha256");
  digest.update(JSON.stringify([modules, istioFiles, (await run("go", ["env", "GOVERSION"])).stdout.trim()]));
  for (const name of Object.keys(modules)) {
    for (const file of ["go.mod", "go.sum"]) digest.update(await readFile(join(moduleDirectory(name), file)));
  }
  return digest.digest("hex").slice(0, 16);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
