// Keys among workers, call by call: what one finds out the others use, and no request is refused for what another request, another worker or
// an answer from before its time has seen.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, fate, FIRST_TICK, keySet, startWorkers, TICK, type Workers } from "./workers.js";

const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";
const CACHE = { duration: "300s", refetchCooldown: "30s" };
/** From the first fetch to the first refresh: a tenth of the duration ahead of its end. */
const UNTIL_REFRESH = 270_000;

/** Two workers that both use key `old`. */
async function settled(jwksCache: object = CACHE): Promise<Workers> {
  const workers = await startWorkers(2, jwksCache);
  workers.clock.advance(FIRST_TICK);
  assert.equal(workers.calls.length, 1, "one worker fetches for both");
  workers.calls[0]!.respond(200, keySet("old"));
  workers.clock.advance(TICK);
  for (const plugin of workers.plugins) assert.equal(fate(ask(plugin, "old")), "passed");
  return workers;
}

describe("what another worker has published", () => {
  it("is taken over when all of it is there: the text of one generation is not used under the number of another", async () => {
    const { clock, plugins, process } = await settled();
    const { text, state, put, textOf, stateOf } = published(process);
    put(text, textOf(3, "new"));
    put(state, stateOf(2));
    clock.advance(TICK);
    for (const plugin of plugins) assert.equal(fate(ask(plugin, "old")), "passed");
    put(state, stateOf(3));
    clock.advance(TICK);
    for (const plugin of plugins) assert.equal(fate(ask(plugin, "new")), "passed");
  });

  // Text and state are two entries: whoever looks between the writing of the two finds a text that is not the state's.
  it("is not mistaken for what a worker fetches that could not read it", async () => {
    const { clock, plugins, calls, process } = await settled();
    const { text, state, generation, put, textOf, stateOf } = published(process);
    clock.advance(60_000);
    const fetches = calls.length;
    put(text, textOf(generation + 1, "old", "withdrawn"));
    put(state, stateOf(generation + 1));
    const [first, second] = [plugins[0]!, plugins[1]!];
    assert.equal(fate(ask(first, "withdrawn")), "passed");
    put(text, textOf(generation + 2, "other"));
    const waiting = ask(second, "new");
    assert.equal(fate(waiting), "waits");
    assert.equal(calls.length, fetches + 1, "it knows of the set before the last only, and fetches");
    calls.at(-1).respond(200, keySet("new"));
    assert.equal(fate(waiting), "passed");
    clock.advance(TICK);
    assert.equal(fate(ask(first, "new")), "passed");
    assert.notEqual(fate(ask(first, "withdrawn")), "passed");
  });
});

/** What the workers have published, and the means to publish in their name. */
function published(process: Workers["process"]) {
  const entries = process.sharedData.entries("jwt-policy");
  const keyOf = (kind: string) =>
    [...entries.keys()].find((key) => new RegExp(`^jwt-policy\\.[^.]+\\.${kind}\\.`).test(key))!;
  const [state, text] = [keyOf("state"), keyOf("keys")];
  const before = Buffer.from(entries.get(state)!.value);
  const numbered = (generation: number, rest: Uint8Array) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(generation);
    return Buffer.concat([bytes, rest]);
  };
  return {
    state,
    text,
    generation: before.readUInt32LE(4),
    put: (key: string, value: Buffer) => process.sharedData.set("jwt-policy", key, value, 0),
    textOf: (generation: number, ...kids: string[]) => numbered(generation, Buffer.from(keySet(...kids))),
    stateOf: (generation: number) =>
      Buffer.concat([before.subarray(0, 4), numbered(generation, before.subarray(8))]),
  };
}

describe("a key that has just been published", () => {
  it("is found by the first token that it signed, on either worker, with one fetch", async () => {
    const { clock, plugins, calls } = await settled();
    clock.advance(60_000);
    const waiting = plugins.map((plugin) => ask(plugin, "new"));
    assert.deepEqual(waiting.map(fate), ["waits", "waits"]);
    assert.equal(calls.length, 2);
    calls[1]!.respond(200, keySet("old", "new"));
    clock.advance(TICK);
    assert.deepEqual(waiting.map(fate), ["passed", "passed"]);
    assert.equal(calls.length, 2);
  });

  it("is found although the other worker has refreshed a moment before", async () => {
    const { clock, plugins, calls } = await settled();
    clock.advance(UNTIL_REFRESH);
    assert.equal(calls.length, 2, "a refresh");
    calls[1]!.respond(200, keySet("old"));
    // No tick in between: one of the two workers has not heard of that refresh yet.
    const waiting = plugins.map((plugin) => ask(plugin, "new"));
    assert.deepEqual(waiting.map(fate), ["waits", "waits"]);
    assert.equal(calls.length, 3);
    calls[2]!.respond(200, keySet("old", "new"));
    clock.advance(TICK);
    assert.deepEqual(waiting.map(fate), ["passed", "passed"]);
  });

  it("is found although the request waited for a refresh that had begun before", async () => {
    const { clock, plugins, calls } = await settled();
    clock.advance(UNTIL_REFRESH);
    assert.equal(calls.length, 2, "a refresh is under way");
    const waiting = plugins.map((plugin) => ask(plugin, "new"));
    calls[1]!.respond(200, keySet("old"));
    clock.advance(TICK);
    assert.deepEqual(waiting.map(fate), ["waits", "waits"]);
    assert.equal(calls.length, 3);
    calls[2]!.respond(200, keySet("old", "new"));
    clock.advance(TICK);
    assert.deepEqual(waiting.map(fate), ["passed", "passed"]);
  });
});

describe("a key that nobody publishes", () => {
  it("makes a request wait for at most two fetches, also when they take longer than the cooldown", async () => {
    const { clock, plugins, calls } = await settled({ duration: "300s", refetchCooldown: "1s" });
    clock.advance(UNTIL_REFRESH);
    const waiting = plugins.map((plugin) => ask(plugin, "invented"));
    for (let i = 1; i < calls.length; i++) {
      clock.advance(2 * TICK);
      calls[i]!.respond(200, keySet("old"));
      clock.advance(TICK);
    }
    assert.deepEqual(waiting.map(fate), [UNKNOWN_KEY, UNKNOWN_KEY]);
    assert.equal(calls.length, 3);
  });

  it("is not asked for again within the cooldown", async () => {
    const { clock, plugins, calls } = await settled();
    const first = ask(plugins[0]!, "invented");
    calls[1]!.respond(200, keySet("old"));
    assert.equal(fate(first), UNKNOWN_KEY);
    clock.advance(29_000);
    assert.deepEqual(
      plugins.map((plugin) => fate(ask(plugin, "another"))),
      [UNKNOWN_KEY, UNKNOWN_KEY],
    );
    assert.equal(calls.length, 2);
  });
});

describe("a worker that was held up until another fetched in its place", () => {
  const cases = [
    {
      title: "its late answer does not bring withdrawn keys back",
      late: { status: 200, body: keySet("old", "x") },
    },
    { title: "its late failure changes nothing", late: { status: 503, body: "" } },
  ];
  for (const { title, late } of cases) {
    it(title, async () => {
      const { clock, plugins, calls } = await settled();
      clock.advance(UNTIL_REFRESH);
      assert.equal(calls.length, 2);
      // Past the lease of five seconds and one, and no timer of the worker has run.
      clock.set(Number(clock.now() / 1_000_000n) + 7_000);
      for (const plugin of plugins) plugin.tick();
      assert.equal(calls.length, 3, "the other worker has taken over");
      calls[2]!.respond(200, keySet("new"));
      calls[1]!.respond(late.status, late.body);
      clock.advance(2 * TICK);
      assert.deepEqual(
        plugins.map((plugin) => [fate(ask(plugin, "new")), fate(ask(plugin, "old"))]),
        [
          ["passed", "waits"],
          ["passed", "waits"],
        ],
      );
      calls[3]!.respond(200, keySet("new"));
      clock.advance(UNTIL_REFRESH + TICK);
      // The next rotation reaches both: their views of the key set's generation have not parted.
      calls[4]!.respond(200, keySet("newest"));
      clock.advance(2 * TICK);
      assert.deepEqual(
        plugins.map((plugin) => fate(ask(plugin, "newest"))),
        ["passed", "passed"],
      );
    });
  }
});

describe("the gauge of the VMs' memory", () => {
  const GAUGE = "jwt_policy_vm_memory_bytes";

  it("is the sum over the workers, and 0 when they have ended", async () => {
    const { process, plugins } = await settled();
    const held = plugins.reduce((sum, { vm }) => sum + vm.memory.size, 0);
    assert.equal(process.metrics.value(GAUGE), BigInt(held));
    for (const plugin of plugins) plugin.close();
    assert.equal(process.metrics.value(GAUGE), 0n);
  });
});
