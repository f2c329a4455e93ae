// The npm package, as a user gets it: packed, installed into an empty directory, run.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { after, before, describe, it } from "node:test";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { installPackage, packagesIn, run, type InstalledPackage } from "./installed-package.js";

interface PackageJson {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const policies = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec: {jwtRules: [{issuer: "https://idp.example.com/", jwksUri: "https://idp.example.com/keys"}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow, namespace: foo}
spec: {rules: [{from: [{source: {requestPrincipals: ["https://idp.example.com//*"]}}]}]}
`;

let installed: InstalledPackage;
let packageJson: PackageJson;
before(async () => {
  installed = await installPackage();
  packageJson = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8")) as PackageJson;
});
after(() => installed.remove());

describe("the tarball", () => {
  it("has what is needed", () => {
    for (const path of [
      "LICENSE",
      "README.md",
      "CHANGELOG.md",
      "SECURITY.md",
      "package.json",
      "build/jwt-policy.wasm",
      "build/command/main.js",
      "build/command/LICENSES.txt",
      "build/playground/index.html",
      "build/playground/LICENSES.txt",
      "build/js/host/index.js",
      "build/js/host/index.d.ts",
      "build/js/policies/index.js",
      "build/js/policies/index.d.ts",
      "schema/jwt-policy.schema.json",
      "envoy/jwt-policy.yaml",
      "envoy/istio/wasmplugin.yaml",
      "docs/configuration.md",
    ]) {
      assert.ok(installed.files.includes(path), path);
    }
  });

  it("has nothing else", () => {
    const allowed = [
      /^[A-Z]+(\.md)?$/,
      /^package\.json$/,
      /^build\/jwt-policy\.wasm(\.sha256)?$/,
      /^build\/playground\/(index\.html|playground\.(js|css)|LICENSES\.txt)$/,
      /^build\/command\/(main\.js|kubectl-main\.js|chunk-\w+\.js|LICENSES\.txt)$/,
      /^build\/js\/(host|policies)\/[\w/-]+\.(js|d\.ts)$/,
      /^schema\/[\w-]+\.schema\.json$/,
      /^envoy\/[\w./-]+\.(ya?ml|json|md)$/,
      /^examples\/[\w./-]+\.(ya?ml|js)$/,
      /^docs\/[\w/-]+\.(md|svg|png|json)$/,
    ];
    const strays = installed.files.filter((path) => !allowed.some((one) => one.test(path)));
    assert.deepEqual(strays, []);
  });

  it("brings along the packages that it names, all of them under licences like its own, and no more", async () => {
    const names = Object.keys(packageJson.dependencies);
    // argparse is what the program of js-yaml needs.
    const expected = [...names, "argparse", "envoy-jwt-policy"].sort();
    assert.deepEqual(await packagesIn(installed.directory), expected);
    for (const name of names) {
      const path = join(installed.directory, "node_modules", name, "package.json");
      const { license } = JSON.parse(await readFile(path, "utf8")) as PackageJson;
      assert.match(license, /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause)$/, name);
    }
  });
});

it("no link in its pages leads out of it", async () => {
  const pages = installed.files.filter((path) => path.endsWith(".md"));
  const lost: string[] = [];
  for (const page of pages) {
    const text = await readFile(join(installed.directory, "node_modules", "envoy-jwt-policy", page), "utf8");
    for (const [, link = ""] of text.matchAll(/\]\(([^)\s#:]+)(?:#[^)]*)?\)/g)) {
      const target = posix.join(posix.dirname(page), link).replace(/\/$/, "");
      if (!installed.files.some((path) => path === target || path.startsWith(`${target}/`)))
        lost.push(`${page}: ${link}`);
    }
  }
  assert.deepEqual(lost, []);
});

describe("the command", () => {
  it("runs through npx, straight from the tarball", async () => {
    const elsewhere = join(installed.directory, "..", "empty");
    await mkdir(elsewhere);
    const args = ["--yes", "--prefer-offline", "--package", installed.tarball, "--"];
    // The package's name is a command too: `npx jwt-policy` would be somebody else's.
    for (const command of ["envoy-jwt-policy", "jwt-policy"]) {
      const { stdout, stderr } = await run("npx", [...args, command, "--version"], elsewhere);
      assert.equal(stdout, `${packageJson.version}\n`, stderr);
    }
  });

  it("is one file for both of its names: what it imports is Node's, and the licences of what it holds lie beside it", async () => {
    const directory = join(installed.directory, "node_modules", "envoy-jwt-policy", "build", "command");
    const chunks = (await readdir(directory)).filter((name) => name.startsWith("chunk-"));
    assert.equal(chunks.length, 1);
    const imports = [
      ...(await readFile(join(directory, chunks[0]!), "utf8")).matchAll(/^import .* from "(.*)";/gm),
    ];
    assert.deepEqual(
      imports.map((match) => match[1]!).filter((name) => !isBuiltin(name)),
      [],
    );
    const licences = await readFile(join(directory, "LICENSES.txt"), "utf8");
    for (const name of Object.keys(packageJson.dependencies)) assert.ok(licences.includes(`${name} `), name);
  });

  it("helps", async () => {
    const { code, stdout } = await installed.run(["--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /^Usage: jwt-policy/);
    const verbs = [...stdout.matchAll(/^ {2}([a-z]+) .*\S/gm)].map((match) => match[1]!);
    for (const verb of ["render", "check", "test", "token", "run"]) assert.ok(verbs.includes(verb), verb);
    // Each verb's modules are there.
    for (const verb of verbs) assert.equal((await installed.run([verb, "--help"])).code, 0, verb);
  });

  it("checks", async () => {
    const good = await installed.run(["check", "-"], policies);
    assert.equal(good.code, 0, good.stdout);
    const bad = await installed.run(["check", "-"], policies.replace("jwksUri", "jwksUrl"));
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /-:5:\d+: error: .*jwksUrl/);
    assert.equal((await installed.run(["check"])).code, 2);
  });

  it("tests policies, those of its example", async () => {
    const { code, stdout } = await installed.run(["test", "node_modules/envoy-jwt-policy/examples"]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ok .*httpbin_test.yaml {2}\d+ passed$/m);
  });

  it("signs a token", async () => {
    const { code, stdout, stderr } = await installed.run(["token", "--issuer", "https://idp.example.com/"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n/);
  });

  it("renders an Envoy, which finds the package's own filter", async () => {
    const args = ["render", "-", "--for", "foo/app=a", "--as", "envoy", "--upstream", "127.0.0.1:8000"];
    const { code, stdout, stderr } = await installed.run(args, policies);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes("node_modules/envoy-jwt-policy/build/jwt-policy.wasm"));
    await writeFile(join(installed.directory, "envoy.yaml"), stdout);
    const { path } = await locateEnvoy();
    const validated = await run(
      path,
      ["--mode", "validate", "-c", "envoy.yaml", "-l", "error"],
      installed.directory,
    );
    assert.match(validated.stdout, /OK/, validated.stderr);
  });
});

describe("what it exports", () => {
  const script = `
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { HeaderMap, HostProcess, WasmModule, WasmVm, type PluginStart } from "envoy-jwt-policy/host";
import { verifySignature } from "envoy-jwt-policy/host/node-verify-signature";
import { NodeHttpFetcher } from "envoy-jwt-policy/host/node-http-fetcher";

const wasm: string = createRequire(import.meta.url).resolve("envoy-jwt-policy/jwt-policy.wasm");
const schema = createRequire(import.meta.url)("envoy-jwt-policy/schema/jwt-policy.schema.json") as { title: string };
const module = await WasmModule.compile(await readFile(wasm));
const process = new HostProcess({ foreignFunctions: new Map([["verify_signature", verifySignature]]) });
const vm = await WasmVm.instantiate(module, { process });
const configuration = JSON.stringify({ authorizationPolicies: [{ name: "nothing" }] });
const start: PluginStart = vm.startPlugin({ rootId: "jwt-policy", configuration });
if (start.kind !== "started") throw new Error(start.reason);
const stream = start.plugin.request(HeaderMap.request([[":method", "GET"], [":path", "/"], [":authority", "a"]]));
const { outcome } = stream;
console.log(outcome.kind === "localResponse" ? outcome.response.status : outcome.kind, schema.title, typeof NodeHttpFetcher);
start.plugin.close();
`;

  it("has types, and runs the filter without an Envoy", async () => {
    const { directory } = installed;
    await writeFile(join(directory, "package.json"), '{"type":"module"}');
    await writeFile(join(directory, "host.ts"), script);
    const tsc = join(repositoryRoot, "node_modules", ".bin", "tsc");
    const types = ["--types", "node", "--typeRoots", join(repositoryRoot, "node_modules", "@types")];
    const flags = ["--module", "NodeNext", "--target", "ES2023", "--strict", ...types, "host.ts"];
    const compiled = await run(tsc, flags, directory);
    assert.equal(compiled.code, 0, compiled.stdout);
    const { stdout, stderr } = await run(process.execPath, ["host.js"], directory);
    assert.equal(stdout, "403 Plugin configuration of envoy-jwt-policy function\n", stderr);
  });
});
