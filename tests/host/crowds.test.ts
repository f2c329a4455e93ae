// Crowds that wait for keys: how many may wait, how many are judged at once when the wait is over, in which order, and what may happen meanwhile.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HeaderMap, type Plugin, type RequestOptions, type Stream } from "../../host/index.js";
import {
  ask,
  configuration,
  fate,
  FIRST_TICK,
  ISSUER,
  JUDGED_A_TICK,
  keySet,
  REST_TICK,
  startWorkers,
  TICK,
  Workers,
  workersWith,
} from "./workers.js";

const NO_KEYS = "Jwks remote fetch is failed";
const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";
const COOLDOWN = 30_000;

const many = (
  count: number,
  plugin: Plugin,
  kid: string,
  claims: object = {},
  options: RequestOptions = {},
): Stream[] => Array.from({ length: count }, () => ask(plugin, kid, { kid }, claims, options));

/** How many had which fate. */
function fates(streams: readonly Stream[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const stream of streams) counts[fate(stream)] = (counts[fate(stream)] ?? 0) + 1;
  return counts;
}

/** Which issuer a token is of, as claims. */
const of = (name: string) => ({ iss: ISSUER + name });

/** A worker whose plugin trusts these issuers, each with a key set of its own. */
async function trusting(...names: string[]): Promise<{ workers: Workers; plugin: Plugin }> {
  const workers = new Workers();
  const requestAuthentications = names.map((name) => ({
    name,
    namespace: "foo",
    jwtRules: [{ issuer: ISSUER + name, jwksUri: ISSUER + name, timeout: "60s" }],
  }));
  return { workers, plugin: await workers.start(configuration({}, { requestAuthentications })) };
}

/** Answers the fetch of an issuer's keys. */
function answer(workers: Workers, name: string, status = 200): void {
  const call = workers.calls.find((one) => one.header(":path") === `/${name}`);
  call!.respond(status, status === 200 ? keySet("a") : "");
}

describe("a crowd whose wait is over", () => {
  it("is judged in the order in which it came, so many a tick, and nobody else has to wait", async () => {
    const { clock, plugins, calls } = await startWorkers(1);
    const crowd = many(3 * JUDGED_A_TICK + 1, plugins[0]!, "a");
    calls[0]!.respond(200, keySet("a"));
    for (let judged = JUDGED_A_TICK; judged < crowd.length; judged += JUDGED_A_TICK) {
      assert.deepEqual(fates(crowd.slice(0, judged)), { passed: judged });
      assert.deepEqual(fates(crowd.slice(judged)), { waits: crowd.length - judged });
      assert.equal(fate(ask(plugins[0]!, "a")), "passed");
      clock.advance(REST_TICK);
    }
    assert.deepEqual(fates(crowd), { passed: crowd.length });
    assert.equal(plugins[0]!.tickPeriodMilliseconds, TICK);
  });

  it("has waited, however late its turn comes: it starts no fetch, and is told of the one that failed", async () => {
    const { clock, plugins, calls } = await workersWith("a", 1, { refetchCooldown: "1s" });
    const crowd = many(JUDGED_A_TICK + 10, plugins[0]!, "b");
    calls[1]!.respond(500);
    clock.advance(REST_TICK);
    assert.deepEqual(fates(crowd), { [UNKNOWN_KEY]: crowd.length });
    assert.equal(calls.length, 2);
  });

  it("has waited, though a second fetch begins and ends before its turn comes", async () => {
    const { clock, plugins, calls } = await workersWith("a", 1, { refetchCooldown: "1s" });
    const first = many(JUDGED_A_TICK, plugins[0]!, "b");
    clock.advance(2 * TICK);
    const second = many(2 * JUDGED_A_TICK, plugins[0]!, "c");
    calls[1]!.respond(200, keySet("a", "b"));
    assert.deepEqual(fates(first), { passed: first.length });
    // The second has come after the fetch began: the issuer may have published its key since, and it has this asked once.
    clock.advance(REST_TICK);
    assert.equal(calls.length, 3);
    calls[2]!.respond(200, keySet("c"));
    clock.advance(3 * REST_TICK);
    assert.deepEqual(fates(second), { passed: second.length });
    assert.equal(calls.length, 3);
  });

  it("counts as waiting until it is judged", async () => {
    const { clock, plugins, process, calls } = await startWorkers(1);
    const crowd = many(40 * JUDGED_A_TICK, plugins[0]!, "a");
    clock.advance(TICK);
    const gauge = () => Number(process.metrics.value("jwt_policy_parked_requests"));
    assert.equal(gauge(), crowd.length);
    calls[0]!.respond(200, keySet("a"));
    // Told every 20 ms.
    clock.advance(20 * REST_TICK);
    assert.ok(gauge() >= fates(crowd)["waits"]! && gauge() < crowd.length, String(gauge()));
    clock.advance(20 * REST_TICK);
    assert.equal(gauge(), 0);
  });

  it("may leave at any moment", async () => {
    const { clock, plugins, calls } = await startWorkers(1);
    const crowd = many(5 * JUDGED_A_TICK, plugins[0]!, "a");
    calls[0]!.respond(200, keySet("a"));
    const leavers = crowd.filter((_, index) => index >= JUDGED_A_TICK && index % 2 === 0);
    for (const stream of leavers.slice(0, 20)) stream.close();
    clock.advance(REST_TICK);
    for (const stream of leavers.slice(20)) stream.close();
    clock.advance(3 * REST_TICK);
    const stayers = crowd.filter((stream) => !leavers.includes(stream));
    assert.deepEqual(fates(stayers), { passed: stayers.length });
    assert.equal(plugins[0]!.tickPeriodMilliseconds, TICK);
  });

  it("is judged by the next one who looks, if nobody fetches keys for it any more", async () => {
    const { clock, plugins, calls } = await startWorkers(2);
    clock.advance(FIRST_TICK);
    const crowd = many(3 * JUDGED_A_TICK, plugins[1]!, "a");
    plugins[0]!.httpCalls.cancelAll();
    clock.advance(8 * TICK);
    assert.equal(calls.length, 2);
    assert.deepEqual(fates(crowd), { waits: crowd.length });
    calls[1]!.respond(200, keySet("a"));
    clock.advance(3 * 20);
    assert.deepEqual(fates(crowd), { passed: crowd.length });
    assert.equal(calls.length, 2);
  });
});

describe("a crowd of 1,000 that is", () => {
  const answerAtOnce = (status: string): RequestOptions => ({
    whenItGoesOn: (stream) => stream.respond(HeaderMap.response([[":status", status]])),
  });
  const denied = {
    name: "denied",
    namespace: "foo",
    action: "DENY",
    rules: [{ from: [{ source: { requestPrincipals: [`${ISSUER}/denied`] } }] }],
  };
  const cases = [
    { title: "refused by key", kid: "junk", status: 200, expected: UNKNOWN_KEY },
    { title: "refused as the issuer fails", status: 500, expected: NO_KEYS },
    { title: "refused by policy", claims: { sub: "denied" }, status: 200, expected: "RBAC: access denied" },
    { title: "let on to an upstream", status: 200, expected: "passed" },
    { title: "let on to a direct_response", options: answerAtOnce("200"), status: 200, expected: "passed" },
    {
      title: "let on to a cluster without hosts",
      options: answerAtOnce("503"),
      status: 200,
      expected: "passed",
    },
  ];
  for (const { title, kid = "a", claims, options, status, expected } of cases) {
    it(`${title}: each gets its answer, and the VM lives on`, async () => {
      const workers = new Workers();
      const plugin = await workers.start(configuration({}, { authorizationPolicies: [denied] }));
      const crowd = many(1_000, plugin, kid, claims, options);
      workers.call.respond(status, status === 200 ? keySet("a") : "");
      // An unknown key is asked for once more, since the first fetch was for any keys.
      workers.clock.advance(TICK);
      if (kid === "junk") workers.call.respond(200, keySet("a"));
      workers.clock.advance(TICK);
      assert.equal(plugin.vm.failure, undefined);
      assert.deepEqual(fates(crowd), { [expected]: 1_000 });
      if (status === 200) assert.equal(fate(ask(plugin, "a")), "passed");
    });
  }
});

describe("crowds of several issuers", () => {
  it("whose fetches end at once take turns, and share what a tick may judge", async () => {
    const { workers, plugin } = await trusting("x", "y", "z");
    const crowds = ["x", "y", "z"].map((name) => many(JUDGED_A_TICK, plugin, "a", of(name)));
    for (const name of ["x", "y", "z"]) answer(workers, name);
    assert.equal(fates(crowds.flat())["passed"], JUDGED_A_TICK);
    workers.clock.advance(REST_TICK);
    assert.equal(fates(crowds.flat())["passed"], 2 * JUDGED_A_TICK);
    const served = crowds.slice(1).map((crowd) => fates(crowd)["passed"]);
    assert.deepEqual(served, [JUDGED_A_TICK / 2, JUDGED_A_TICK / 2]);
    workers.clock.advance(REST_TICK);
    assert.deepEqual(fates(crowds.flat()), { passed: 3 * JUDGED_A_TICK });
  });

  it("wait apart: 11,000 for one that hangs leave room for another's users", async () => {
    const { workers, plugin } = await trusting("slow", "b");
    const junk = many(11_000, plugin, "junk", of("slow"));
    assert.deepEqual(fates(junk), { waits: 10_000, [NO_KEYS]: 1_000 });
    const users = many(100, plugin, "a", of("b"));
    assert.deepEqual(fates(users), { waits: users.length });
    answer(workers, "b");
    workers.clock.advance(4 * REST_TICK);
    assert.deepEqual(fates(users), { passed: users.length });
    for (const stream of junk.splice(0, 100)) stream.close();
    const late = many(101, plugin, "a", of("slow"));
    assert.deepEqual(fates(late), { waits: 100, [NO_KEYS]: 1 });
    answer(workers, "slow");
    workers.clock.advance(400 * REST_TICK);
    assert.deepEqual(fates(late), { passed: 100, [NO_KEYS]: 1 });
    assert.equal(fates(junk)["waits"], undefined);
  });
});

describe("crowds that come and leave", () => {
  it("leave no memory behind, however many of them", async () => {
    const { clock, plugins, process } = await startWorkers(1);
    const comeAndLeave = (rounds: number): bigint | undefined => {
      for (let i = 0; i < rounds; i++) for (const stream of many(2_000, plugins[0]!, "a")) stream.close();
      clock.advance(TICK);
      return process.metrics.value("jwt_policy_vm_memory_bytes");
    };
    assert.equal(comeAndLeave(10), comeAndLeave(50));
  });
});

describe("a crowd and what may happen to its plugin", () => {
  it("is judged by the next configuration, if there is one before its turn comes", async () => {
    const { clock, plugins, calls, process } = await startWorkers(1);
    const plugin = plugins[0]!;
    const crowd = many(3 * JUDGED_A_TICK, plugin, "a");
    calls[0]!.respond(200, keySet("a"));
    configureAnew(plugin, configuration({ issuer: "https://other.example.com/" }));
    clock.advance(FIRST_TICK + 2 * REST_TICK);
    assert.deepEqual(fates(crowd), {
      passed: JUDGED_A_TICK,
      "Jwt issuer is not configured": 2 * JUDGED_A_TICK,
    });
    assert.equal(process.metrics.value("jwt_policy_parked_requests"), 0n);
  });

  it("ends with it", async () => {
    const { clock, plugins, calls } = await startWorkers(1);
    const crowd = many(3 * JUDGED_A_TICK, plugins[0]!, "a");
    calls[0]!.respond(200, keySet("a"));
    plugins[0]!.close();
    clock.advance(COOLDOWN);
    assert.deepEqual(fates(crowd), { passed: JUDGED_A_TICK, abandoned: 2 * JUDGED_A_TICK });
    assert.equal(plugins[0]!.vm.failure, undefined);
  });
});

/** No host does so to a plugin that has started. */
function configureAnew(plugin: Plugin, config: object): void {
  const text = Buffer.from(JSON.stringify(config));
  Object.assign(plugin, { configuration: text, configurationReadable: true });
  plugin.vm.call(plugin, "proxy_on_configure", [plugin.id, text.length]);
  Object.assign(plugin, { configurationReadable: false });
}
