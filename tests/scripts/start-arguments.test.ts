// `npm start` complains of an option that it does not know before it builds anything.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";

it("npm start -- --onse: refused at once, with what there is", async () => {
  const { scripts } = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  assert.equal(scripts["start"], "node scripts/start-from-sources.mjs");
  // Where there is nothing to build from: it does not come to that.
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-start-"));
  try {
    const script = join("scripts", "start-from-sources.mjs");
    await cp(join(repositoryRoot, script), join(directory, script));
    for (const [argument, complaint] of [
      ["--onse", /^npm start: Unknown option '--onse'\. Its only option is --once/],
      ["once", /^npm start: Unexpected argument 'once'\. Its only option is --once/],
    ] as const) {
      const { status, stderr } = spawnSync(process.execPath, [script, argument], {
        cwd: directory,
        encoding: "utf8",
      });
      assert.equal(status, 2, stderr);
      assert.match(stderr, complaint);
    }
    assert.deepEqual(await readdir(directory), ["scripts"]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
