// An issuer that is down, or answers nonsense, and comes back with another key: how soon the new key counts, and what a flood of invented ones costs.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ManualCall } from "../../host/index.js";
import { ask, configuration, fate, FIRST_TICK, keySet, TICK, Workers, workersWith } from "./workers.js";

const SECOND = 1_000;
const NO_KEYS = "Jwks remote fetch is failed";
const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";
const CACHE = { duration: "2s", refetchCooldown: "2s" };

/** How an issuer may fail. */
const failures: readonly { title: string; fail: (call: ManualCall) => void }[] = [
  { title: "resets connections", fail: (call) => call.reset() },
  { title: "answers 503", fail: (call) => call.respond(503, "{}") },
  {
    title: "answers with a page",
    fail: (call) => call.respond(200, "<html>", [["content-type", "text/html"]]),
  },
  { title: "answers with an empty set", fail: (call) => call.respond(200, '{"keys":[]}') },
  { title: "answers with a broken set", fail: (call) => call.respond(200, '{"keys":[') },
];

/** Answers every call as it comes, for so long. */
function live(workers: Workers, milliseconds: number, answer: (call: ManualCall) => void): void {
  const { calls, clock } = workers;
  for (let i = 0; i < milliseconds; i += 20) {
    const before = calls.length;
    clock.advance(20);
    for (const call of calls.slice(before)) answer(call);
  }
}

/** What a request is told when the calls that it causes are answered so. */
function told(workers: Workers, worker: number, kid: string, answer: (call: ManualCall) => void): string {
  const before = workers.calls.length;
  const stream = ask(workers.plugins[worker]!, kid);
  for (const call of workers.calls.slice(before)) answer(call);
  workers.clock.advance(20);
  return fate(stream);
}

describe("an outage of 8 s and of 10 minutes, with duration and refetchCooldown of 2 s", () => {
  for (const { title, fail } of failures) {
    for (const outage of [8 * SECOND, 600 * SECOND]) {
      it(`${title} for ${outage / SECOND} s: then the old key is refused and the new one taken, on both workers, within 4 s`, async () => {
        const workers = await workersWith("old", 2, CACHE);
        live(workers, outage, fail);
        for (const worker of [0, 1]) assert.equal(told(workers, worker, "old", fail), "passed", "bridged");
        live(workers, 4 * SECOND, (call) => call.respond(200, keySet("new")));
        const good = (call: ManualCall) => call.respond(200, keySet("new"));
        for (const worker of [0, 1]) {
          assert.equal(told(workers, worker, "new", good), "passed");
          assert.equal(told(workers, worker, "old", good), UNKNOWN_KEY);
        }
      });
    }
  }

  it("a token of the new key has it fetched at once, however long the pause of the refreshes is", async () => {
    const workers = await workersWith("old", 2, { duration: "300s", refetchCooldown: "30s" });
    live(workers, 600 * SECOND, (call) => call.reset());
    // In the middle of a pause, and a cooldown after the last such token.
    while (workers.calls.length === 0 || !(await pausing(workers))) workers.clock.advance(TICK);
    const good = (call: ManualCall) => call.respond(200, keySet("new"));
    assert.equal(told(workers, 0, "new", good), "passed");
    workers.clock.advance(TICK);
    assert.equal(told(workers, 1, "new", good), "passed");
    assert.equal(told(workers, 1, "old", good), UNKNOWN_KEY);
  });
});

/** Whether no refresh comes in the next five seconds; a call that comes is reset. */
async function pausing(workers: Workers): Promise<boolean> {
  const before = workers.calls.length;
  live(workers, 5 * SECOND, (call) => call.reset());
  return Promise.resolve(workers.calls.length === before);
}

/** 200 requests with kids of their own, 20 ms apart; the number of calls that they cause. */
function flood(workers: Workers, prefix: string, answer: (call: ManualCall) => void): number {
  const { calls, plugins } = workers;
  let caused = 0;
  for (let i = 0; i < 200; i++) {
    const before = calls.length;
    const stream = ask(plugins[i % 2]!, `${prefix}-${i}`);
    caused += calls.length - before;
    for (const call of calls.slice(before)) answer(call);
    assert.equal(fate(stream), UNKNOWN_KEY);
    live(workers, 20, answer);
  }
  return caused;
}

describe("200 invented kids", () => {
  for (const { title, fail } of failures) {
    it(`cost one fetch in a cooldown, over two workers, while the issuer ${title}`, async () => {
      const workers = await workersWith("old", 2, { duration: "300s", refetchCooldown: "30s" });
      live(workers, 60 * SECOND, fail);
      assert.equal(flood(workers, "x", fail), 1);
      live(workers, 20 * SECOND, fail);
      assert.equal(flood(workers, "y", fail), 0, "within the cooldown");
      live(workers, 5 * SECOND, fail);
      assert.equal(flood(workers, "z", fail), 1, "behind it");
    });
  }
});

describe("a cluster that is not there yet", () => {
  it("is looked for every second, is warned of once, and serves a second after it has come", async () => {
    const workers = new Workers([]);
    const { clock, clusters, calls, warnings, process } = workers;
    for (let i = 0; i < 2; i++) await workers.start(configuration());
    clock.advance(FIRST_TICK);
    for (let i = 0; i < 50; i++) {
      for (const plugin of workers.plugins) assert.equal(fate(ask(plugin, "a")), NO_KEYS);
      clock.advance(TICK);
    }
    assert.equal(calls.length, 0);
    const looks = process.metrics.value("jwt_policy_jwks_fetches_totaloutcome=.=not_dispatched;.;");
    assert.ok(looks! >= 45n && looks! <= 110n, `${looks} looks in 50 s`);
    const told = warnings.filter((line) => line.includes("step=keys"));
    assert.ok(told.length >= 1 && told.length <= 2, told.join("\n"));
    for (const line of told) assert.match(line, / outcome="not_dispatched" failures=0 .*cluster="idp"/);
    clusters.add("idp");
    clock.advance(TICK);
    assert.equal(calls.length, 1);
    calls[0]!.respond(200, keySet("a"));
    clock.advance(TICK);
    for (const plugin of workers.plugins) assert.equal(fate(ask(plugin, "a")), "passed");
  });

  it("takes nothing from keys that are in use, and no cooldown from unknown ones", async () => {
    const workers = await workersWith("a", 1, { duration: "2s", refetchCooldown: "30s" });
    const { clock, clusters, calls, plugins } = workers;
    clusters.clear();
    for (let i = 0; i < 600; i++) clock.advance(TICK);
    assert.equal(fate(ask(plugins[0]!, "a")), "passed");
    assert.equal(fate(ask(plugins[0]!, "b")), UNKNOWN_KEY);
    clusters.add("idp");
    clock.advance(TICK);
    assert.equal(calls.length, 2);
    calls[1]!.respond(200, keySet("b"));
    assert.equal(fate(ask(plugins[0]!, "b")), "passed");
    assert.equal(fate(ask(plugins[0]!, "c")), "waits");
  });
});
