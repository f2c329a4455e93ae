// In which order an Envoy is looked for. The Envoys are shell scripts here: only what they call themselves matters.

import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { locateEnvoy } from "../../scripts/envoy-binary.js";

let root: string;

async function fakeEnvoy(path: string, version: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  const line = `${path}  version: 0123abc/${version}/Clean/RELEASE/BoringSSL`;
  await writeFile(join(root, path), `#!/bin/sh\necho '${line}'\n`);
  await chmod(join(root, path), 0o755);
}

async function fakeFuncE(directory: string, script: string): Promise<void> {
  await mkdir(join(root, directory), { recursive: true });
  const path = join(root, directory, "func-e");
  await writeFile(path, `#!/bin/sh\n[ "$1" = which ] || exit 2\n${script}\n`);
  await chmod(path, 0o755);
}

before(async () => {
  root = await mkdtemp(join(tmpdir(), "jwt-policy-locate-"));
  await fakeEnvoy("own/my-envoy", "1.35.0");
  await fakeEnvoy("bin/envoy", "1.34.0");
  await fakeEnvoy(".local/share/func-e/envoy-versions/1.9.0/bin/envoy", "1.9.0");
  await fakeEnvoy(".local/share/func-e/envoy-versions/1.33.0/bin/envoy", "1.33.0");
  await fakeEnvoy(".func-e/versions/1.32.0/bin/envoy", "1.32.0");
  await fakeEnvoy("chosen/envoy", "1.30.0");
  await fakeFuncE("func-e-bin", 'echo looking up the latest version\necho "$HOME/chosen/envoy"');
  await fakeFuncE("broken-func-e-bin", "echo no network >&2; exit 1");
  await fakeEnvoy("elsewhere/envoy-versions/1.31.0/bin/envoy", "1.31.0");
});
after(() => rm(root, { recursive: true, force: true }));

describe("an Envoy is found", () => {
  const cases: {
    title: string;
    env: (at: (path: string) => string) => NodeJS.ProcessEnv;
    version: string;
  }[] = [
    {
      title: "at ENVOY_PATH before all others",
      env: (at) => ({ ENVOY_PATH: at("own/my-envoy"), PATH: at("bin"), HOME: root }),
      version: "1.35.0",
    },
    {
      title: "at ENVOY_PATH even if another version is wanted",
      env: (at) => ({ ENVOY_PATH: at("own/my-envoy"), ENVOY_VERSION: "1.34.0", PATH: at("bin"), HOME: root }),
      version: "1.35.0",
    },
    {
      title: "on PATH",
      env: (at) => ({ PATH: `${at("nowhere")}:${at("bin")}`, HOME: root }),
      version: "1.34.0",
    },
    {
      title: "on PATH before func-e's choice",
      env: (at) => ({ PATH: `${at("func-e-bin")}:${at("bin")}`, HOME: root }),
      version: "1.34.0",
    },
    {
      title: "where func-e on PATH says, before its downloads",
      env: (at) => ({ PATH: at("func-e-bin"), HOME: root }),
      version: "1.30.0",
    },
    {
      title: "in func-e's downloads when func-e fails",
      env: (at) => ({ PATH: at("broken-func-e-bin"), HOME: root }),
      version: "1.33.0",
    },
    { title: "in func-e's downloads, the newest", env: () => ({ PATH: "", HOME: root }), version: "1.33.0" },
    {
      title: "in func-e's older directory, when it has the wanted version",
      env: (at) => ({ PATH: at("bin"), HOME: root, ENVOY_VERSION: "1.32.0" }),
      version: "1.32.0",
    },
    {
      title: "where FUNC_E_DATA_HOME says",
      env: (at) => ({ PATH: "", HOME: root, FUNC_E_DATA_HOME: at("elsewhere") }),
      version: "1.31.0",
    },
  ];
  for (const { title, env, version } of cases) {
    it(title, async () => {
      const found = await locateEnvoy(env((path) => join(root, path)));
      assert.equal(found.version, version);
    });
  }
});

it("an ENVOY_PATH that is no Envoy is an error that names it", async () => {
  await assert.rejects(locateEnvoy({ ENVOY_PATH: join(root, "nothing") }), /ENVOY_PATH=.*nothing/);
});
