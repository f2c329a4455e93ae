// What the workers of an Envoy do with the keys that they share, at the moments that a real one meets once a year.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  ask,
  configuration,
  die,
  fate,
  FIRST_TICK,
  ISSUER,
  keySet,
  startWorkers,
  TICK,
  WAITING_TICK,
  Workers,
  workersWith,
} from "./workers.js";

const NO_KEYS = "Jwks remote fetch is failed";
const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";
/** Of a fetch and its margin, in milliseconds. */
const LEASE = 6_000;
const COOLDOWN = 30_000;
const HOUR = 3_600_000;
const DISCOVERY = ".well-known/openid-configuration";

describe("two workers", () => {
  it("make one discovery and one fetch of keys", async () => {
    const workers = new Workers();
    for (let i = 0; i < 2; i++) await workers.start(configuration({ jwksUri: undefined }));
    const waiting = workers.plugins.flatMap((plugin) => [ask(plugin, "a"), ask(plugin, "a")]);
    workers.call.respond(200, JSON.stringify({ issuer: ISSUER, jwks_uri: `${ISSUER}jwks.json` }));
    workers.clock.advance(WAITING_TICK);
    workers.call.respond(200, keySet("a"));
    workers.clock.advance(WAITING_TICK);
    assert.deepEqual(new Set(waiting.map(fate)), new Set(["passed"]));
    assert.deepEqual(
      workers.calls.map((call) => call.header(":path")),
      [`/${DISCOVERY}`, "/jwks.json"],
    );
  });

  it("hold no more memory for an issuer that names another place for its keys each time", async () => {
    const workers = new Workers();
    await workers.start(configuration({ jwksUri: undefined }, { jwksCache: { duration: "1s" } }));
    const memory = () => {
      workers.clock.advance(TICK);
      return workers.process.metrics.value("jwt_policy_vm_memory_bytes");
    };
    const rotate = (rounds: number) => {
      for (let i = 0; i < rounds; i++) {
        const place = `${ISSUER}${"x".repeat(1500)}/${i}`;
        workers.call.respond(200, JSON.stringify({ issuer: ISSUER, jwks_uri: place }));
        assert.ok(workers.call.header(":path")?.endsWith(`/${i}`));
        workers.call.respond(200, keySet(`k${i}`));
        const fetches = workers.calls.length;
        while (workers.calls.length === fetches) workers.clock.advance(TICK);
      }
    };
    workers.clock.advance(FIRST_TICK);
    rotate(100);
    const before = memory();
    rotate(1000);
    assert.equal(memory(), before);
  });

  it("follow a key set that goes back to what it was: the key in between is refused", async () => {
    const { clock, plugins, calls } = await workersWith("a");
    const [first, second] = [plugins[0]!, plugins[1]!];
    const rotated = ask(second, "b");
    calls[1]!.respond(200, keySet("b"));
    assert.equal(fate(rotated), "passed");
    clock.advance(COOLDOWN + TICK);
    assert.equal(fate(ask(first, "b")), "passed");

    const back = ask(first, "a");
    calls[2]!.respond(200, keySet("a"));
    assert.equal(fate(back), "passed");
    clock.advance(TICK);
    assert.deepEqual(
      plugins.map((plugin) => [fate(ask(plugin, "a")), fate(ask(plugin, "b"))]),
      [
        ["passed", UNKNOWN_KEY],
        ["passed", UNKNOWN_KEY],
      ],
    );
  });

  it("fetch once a cooldown for a minute of unknown kids on both", async () => {
    const { clock, plugins, calls } = await workersWith("a");
    let answered = 1;
    for (let i = 0; i < 600; i++) {
      ask(plugins[i % 2]!, `random-${i}`);
      clock.advance(50);
      if (calls.length > answered) calls[answered++]!.respond(200, keySet("a"));
      clock.advance(50);
    }
    assert.equal(calls.length, 1 + 60_000 / COOLDOWN);
  });

  it("fetch once for tokens without kid that no key has signed", async () => {
    const { clock, plugins, calls } = await workersWith("a");
    const waiting = plugins.map((plugin) => ask(plugin, "b", {}));
    assert.deepEqual(waiting.map(fate), ["waits", "waits"]);
    calls[1]!.respond(200, keySet("b"));
    clock.advance(WAITING_TICK);
    assert.deepEqual(waiting.map(fate), ["passed", "passed"]);
    assert.equal(fate(ask(plugins[0]!, "a", {})), "Jwt verification fails");
    assert.equal(calls.length, 2);
  });
});

describe("a worker that dies while it fetches", () => {
  it("the first keys: another one fetches when the lease has ended, and those who wait pass", async () => {
    const { clock, plugins, calls } = await startWorkers(2);
    ask(plugins[0]!, "a");
    const waiting = ask(plugins[1]!, "a");
    die(plugins[0]!);
    clock.advance(LEASE - 1);
    assert.equal(calls.length, 1);
    clock.advance(WAITING_TICK);
    calls[1]!.respond(200, keySet("a"));
    assert.equal(fate(waiting), "passed");
  });

  it("newer keys: those who wait have them fetched once more", async () => {
    const { clock, plugins, calls } = await workersWith("a");
    ask(plugins[0]!, "b");
    const waiting = ask(plugins[1]!, "b");
    die(plugins[0]!);
    clock.advance(LEASE + WAITING_TICK);
    assert.equal(fate(waiting), "waits");
    calls[2]!.respond(200, keySet("b"));
    assert.equal(fate(waiting), "passed");
  });
});

describe("a clock that is set back by an hour", () => {
  const setBack = ({ clock }: Workers) => clock.set(Number(clock.now() / 1_000_000n) - HOUR);

  it("while a fetch is under way that never ends: no request waits for an hour", async () => {
    const workers = await startWorkers(2);
    const { plugins, calls } = workers;
    ask(plugins[0]!, "a");
    die(plugins[0]!);
    setBack(workers);
    const waiting = ask(plugins[1]!, "a");
    calls[1]!.respond(200, keySet("a"));
    assert.equal(fate(waiting), "passed");
  });

  it("while keys are in use: they are fetched anew, and newer ones when a token asks for them", async () => {
    const workers = await workersWith("a", 1);
    const { clock, plugins, calls } = workers;
    ask(plugins[0]!, "c");
    calls[1]!.respond(200, keySet("a"));
    setBack(workers);
    const rotated = ask(plugins[0]!, "b");
    calls[2]!.respond(500);
    assert.equal(fate(rotated), UNKNOWN_KEY);
    clock.advance(2 * TICK);
    calls[3]!.respond(200, keySet("b"));
    assert.equal(fate(ask(plugins[0]!, "b")), "passed");
  });
});

describe("a token that two rules may accept", () => {
  it("waits for the keys of each of them once, while both issuers hang", async () => {
    const workers = new Workers();
    const jwtRules = ["a", "b"].map((path) => ({ issuer: ISSUER, jwksUri: ISSUER + path }));
    const requestAuthentications = jwtRules.map((rule, index) => ({
      name: `test-${index}`,
      namespace: "foo",
      jwtRules: [rule],
    }));
    const plugin = await workers.start(configuration({}, { requestAuthentications }));
    const waiting = ask(plugin, "a");
    workers.clock.advance(2 * LEASE);
    assert.equal(fate(waiting), NO_KEYS);
  });
});

describe("requests that wait", () => {
  it("are told of by a gauge, and fetches by a counter for each outcome", async () => {
    const { clock, plugins, process, calls } = await startWorkers(2);
    const gauge = (name: string) => process.metrics.value(`jwt_policy_${name}`);
    const uri = `${ISSUER}jwks.json`;
    const waiting = plugins.map((plugin) => ask(plugin, "a"));
    clock.advance(TICK);
    assert.equal(gauge("parked_requests"), 2n);
    calls[0]!.respond(200, keySet("a"));
    clock.advance(3 * TICK);
    assert.deepEqual(waiting.map(fate), ["passed", "passed"]);
    assert.equal(gauge("parked_requests"), 0n);
    assert.equal(gauge("jwks_fetches_totaloutcome=.=good;.;"), 1n);
    assert.ok(gauge(`jwks_age_secondsjwks=.=${uri};.;`)! >= 2n);
  });
});

describe("a request that is gone although nobody said so", () => {
  it("is left alone, and nothing is done in its stead to the one before it", async () => {
    const { clock, plugins, calls } = await startWorkers(1);
    const plugin = plugins[0]!;
    const asked = ["before", "gone", "behind"].map(() => ask(plugin, "a"));
    // The host's context as it is after proxy_on_delete, without that call.
    plugin.vm.removeContext(asked[1]!.id);
    calls[0]!.respond(200, keySet("a"));
    clock.advance(3 * TICK);
    assert.deepEqual(asked.map(fate), ["passed", "waits", "passed"]);
  });
});
