// An exploration finds a planted fault, keeps it as a case, and says how to repeat it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { explore, ownEnvironment } from "./exploration.js";
import { explorers, type Explorer } from "./explorers.js";
import { makeFaultyTree } from "./faulty-tree.js";
import { plantedFaults, withFault } from "./planted-faults.js";

const script = (name: string, text: string): Explorer => ({
  name,
  arguments: () => ["-e", text],
  repeat: (seed) => `again with ${seed}`,
  needsEnvoy: false,
});
const quiet = script("quiet", "");
const loud = script("loud", 'console.log("seed", process.env.TEST_SEED); process.exit(1)');
const options = { root: repositoryRoot, milliseconds: 600_000, seed: 1, untilFirst: true };

describe("an exploration", () => {
  it("ends when its time is up, and has found nothing where there is nothing", async () => {
    const { runs, findings } = await explore([quiet], { ...options, milliseconds: 1 });
    assert.deepEqual([runs > 0, findings], [true, []]);
  });

  it("says which seed has found what, and how to do it again", async () => {
    const printed: string[] = [];
    const { findings } = await explore([quiet, loud], {
      ...options,
      print: (line) => void printed.push(line),
    });
    const { explorer, seed, repeat, told } = findings[0]!;
    assert.deepEqual([explorer, repeat, told], ["loud", `again with ${seed}`, `  seed ${seed}`]);
    assert.ok(printed.includes(`FOUND    loud  TEST_SEED=${seed}`), printed.join("\n"));
  });

  it("goes through properties, generated comparisons and fuzzers", async () => {
    const names = (await explorers()).map(({ name }) => name);
    for (const name of [
      "schema/schema",
      "unit/policy/engine",
      "differential/generated",
      "envoy/beside/claims/claim-policies",
      "fuzz token",
    ])
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
  });

  it("finds a fault that is planted in the filter, and keeps it as a case that fails from then on", async () => {
    const root = await mkdtemp(join(tmpdir(), "jwt-policy-planted-"));
    try {
      await makeFaultyTree(plantedFaults["white space"], root, false);
      const [explorer] = (await explorers()).filter(({ name }) => name === "unit/jose/base64url");
      const { findings } = await explore([explorer!], { ...options, root });
      const [finding] = findings;
      assert.match(finding?.told ?? "", /Kept in tests\/seeded\/found\/base64url-round-trip\.json/);
      assert.match(finding!.repeat, /^TEST_SEED=\d+ npm test -- unit\/jose\/base64url$/);
      const kept = await readFile(join(root, "tests/seeded/found/base64url-round-trip.json"), "utf8");
      assert.match(kept, /\\r/);
      // An ordinary run, of whatever seed.
      const run = [join("build", "js", "tests", "unit", "jose", "base64url.test.js")];
      const environment = { ...ownEnvironment(), TEST_SEED: "77" };
      const code = await new Promise((resolve) => {
        const child = execFile(process.execPath, run, { cwd: root, env: environment }, () =>
          resolve(child.exitCode),
        );
      });
      assert.equal(code, 1);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe("planted faults", () => {
  for (const [name, fault] of Object.entries(plantedFaults)) {
    it(`"${name}" can be planted`, async () => {
      const source = await readFile(join(repositoryRoot, fault.file), "utf8");
      assert.notEqual(withFault(fault, source), source);
    });
  }
});
