// The package of a release says where it comes from; the tree does not know under which address it is published.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { promisify } from "node:util";
import { repositoryRoot } from "../../scripts/repository-root.js";

it("the release writes repository, homepage and bugs into its package, before it packs", async () => {
  const workflow = await readFile(join(repositoryRoot, ".github/workflows/release.yml"), "utf8");
  const [, lines] =
    /^( +repository="\$GITHUB[^\n]*\n +npm pkg set [^\n]*\n)[^]*npm pack /m.exec(workflow) ?? [];
  assert.ok(lines !== undefined);
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-release-"));
  try {
    await copyFile(join(repositoryRoot, "package.json"), join(directory, "package.json"));
    await promisify(execFile)("bash", ["-e", "-c", lines], {
      cwd: directory,
      env: { ...process.env, GITHUB_SERVER_URL: "https://git.example", GITHUB_REPOSITORY: "owner/name" },
    });
    const written = JSON.parse(await readFile(join(directory, "package.json"), "utf8")) as Readonly<
      Record<string, unknown>
    >;
    const tree = JSON.parse(await readFile(join(repositoryRoot, "package.json"), "utf8")) as object;
    assert.deepEqual(written, {
      ...tree,
      repository: { type: "git", url: "git+https://git.example/owner/name.git" },
      homepage: "https://git.example/owner/name#readme",
      bugs: { url: "https://git.example/owner/name/issues" },
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});
