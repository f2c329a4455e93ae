// docs/install.md's lines that push the image of a release, run as they stand against a real registry: crane and registry of
// google/go-containerregistry, from the PATH or as `npm run istio` has built them.

import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, it } from "node:test";
import { promisify } from "node:util";
import { waitFor } from "../../cli/envoy/wait-for.js";
import { writeReleaseFiles } from "../../scripts/image/release-files.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { freePort } from "../envoy/stage/free-port.js";
import { pullModule } from "./pull.js";

const run = promisify(execFile);
const built = join(repositoryRoot, ".cache", "istio");
const places = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  ...(await readdir(built).catch(() => [])).map((name) => join(built, name)),
];
const tools = places.find((place) => ["crane", "registry"].every((name) => existsSync(join(place, name))));

let registry: ChildProcess | undefined;
let directory: string | undefined;
after(async () => {
  registry?.kill();
  if (directory !== undefined) await rm(directory, { recursive: true });
});

const skip = tools === undefined ? "no crane and registry: npm run istio builds them" : false;

it("the image of a release is pushed, and is what Istio's agent takes", { skip }, async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-push-"));
  const files = await writeReleaseFiles(directory, new Date(0));
  await rm(join(directory, "jwt-policy-image"), { recursive: true });
  const port = await freePort();
  registry = spawn(join(tools!, "registry"), ["-port", String(port)], { stdio: "ignore" });
  const host = `127.0.0.1:${port}`;
  await waitFor("the registry", 60_000, async () => {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    return answer?.ok === true;
  });
  const page = await readFile(join(repositoryRoot, "docs", "install.md"), "utf8");
  const [, lines] = /```sh\n(mkdir jwt-policy-image[^]*?)```/.exec(page) ?? [];
  const env = { ...process.env, HOME: directory, PATH: `${tools!}${delimiter}${process.env["PATH"]}` };
  await run("sh", ["-ec", lines!.replace("REGISTRY", host)], { cwd: directory, env });
  const { stdout } = await run(join(tools!, "crane"), ["digest", `${host}/jwt-policy:v0.1.0`], { env });
  assert.equal(stdout.trim(), files.imageDigest);
  const module = await pullModule({ host, repository: "jwt-policy", tag: "v0.1.0" });
  assert.equal(Buffer.compare(Buffer.from(module), await readFile(files.wasm)), 0);
});
