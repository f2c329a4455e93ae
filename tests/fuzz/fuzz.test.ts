// The fuzzer itself finds a planted fault; every crash that it has ever found stays fixed; the corpus runs; and a few new inputs.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runCampaign } from "./campaign.js";
import { readInputs, writeInput } from "./corpus-files.js";
import { compileWithCounters } from "./coverage/compile.js";
import { CoverageMap } from "./coverage/coverage-map.js";
import { mutateBytes } from "./mutators/bytes.js";
import { Random } from "../seeded/random.js";
import { seed } from "../seeded/seed.js";
import { faultOf, leastCorpus, shrinkCrash } from "./shrink.js";
import { createTarget, targetNames, type TargetName } from "./targets/all-targets.js";
import { Fault, type Target } from "./targets/target.js";

/** Inputs that a target gets here, a second or two of them, counted so that it always is the same ones; `npm run explore` and `npm run fuzz` give it more. */
const RUNS: Readonly<Record<TargetName, number>> = {
  token: 3_000,
  jwks: 8_000,
  configuration: 2_500,
  json: 5_000,
  headers: 12_000,
  pairs: 50_000,
  request: 150,
};

for (const name of targetNames) {
  describe(`fuzz ${name}`, async () => {
    const target = await createTarget(name);
    const corpus = await readInputs("corpus", name);

    test("crashes found before stay fixed", async () => {
      for (const { name: file, input } of await readInputs("crashes", name))
        assert.equal(await faultOf(target, input), undefined, file);
    });

    test("the corpus runs, and no input of it is superfluous", async () => {
      assert.ok(corpus.length > 0, "there is a corpus");
      for (const { name: file, input } of corpus) assert.equal(await faultOf(target, input), undefined, file);
      assert.ok(
        leastCorpus(
          target,
          corpus.map(({ input }) => input),
        ).length >
          corpus.length / 2,
      );
    });

    test("new inputs break nothing", async () => {
      const seeds = corpus.map(({ input }) => input);
      const result = await runCampaign(target, seeds, new CoverageMap(target.counters), new Random(seed), {
        runs: corpus.length + RUNS[name],
        seconds: Infinity,
      });
      for (const { input, message } of result.crashes) {
        const path = await writeInput("crashes", name, await shrinkCrash(target, input, message));
        assert.fail(`${message}: ${path}`);
      }
    });
  });
}

describe("the fuzzer", () => {
  test("finds a fault that is five branches deep, and makes it small", async () => {
    const target = await plantedTarget();
    const limits = { runs: 400_000, seconds: Infinity };
    const { crashes } = await runCampaign(
      target,
      ["nothing here"],
      new CoverageMap(target.counters),
      new Random(1),
      limits,
    );
    assert.equal(crashes.length, 1);
    assert.equal(await shrinkCrash(target, crashes[0]!.input, crashes[0]!.message), "plant");
  });
});

async function plantedTarget(): Promise<Target> {
  const { bytes, counters } = await compileWithCounters(
    "tests/fuzz/coverage/planted.as.ts",
    "tests/assemblyscript/asconfig.json",
  );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { abort: () => undefined },
  });
  const wasm = exports as unknown as {
    memory: WebAssembly.Memory;
    inputAddress(): number;
    check(length: number): void;
  };
  return {
    name: "planted",
    longest: 32,
    counters,
    takeCounters: () => {
      const view = new Uint8Array(wasm.memory.buffer, 0, counters);
      const taken = view.slice();
      view.fill(0);
      return taken;
    },
    run: (input) => {
      new Uint8Array(wasm.memory.buffer, wasm.inputAddress(), input.length).set(Buffer.from(input, "latin1"));
      try {
        wasm.check(input.length);
      } catch {
        throw new Fault("planted");
      }
    },
    checkUnchanged: () => undefined,
    restart: () => Promise.resolve(),
    mutate: (input, random, other) => mutateBytes(input, random, ["word"], other),
  };
}
