// Crowds as they may come: requests of all kinds arrive, wait, leave and are answered in drawn orders, while fetches end this way and that and ticks
// come. Whatever happens: no trap, each request has one answer, of its own kind, at most so many between two ticks, first come first served.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HeaderMap, type RequestOptions, type Stream } from "../../host/index.js";
import { Random } from "../seeded/random.js";
import { seed } from "../seeded/seed.js";
import {
  ask,
  configuration,
  fate,
  ISSUER,
  JUDGED_A_TICK,
  keySet,
  REST_TICK,
  TICK,
  Workers,
} from "./workers.js";

const SEQUENCES = 60;
const STEPS = 40;
const NO_KEYS = "Jwks remote fetch is failed";
const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";
const ISSUERS = ["x", "y"] as const;

const kinds = [
  { kid: "a", subject: "alice", fates: ["passed", NO_KEYS] },
  { kid: "a", subject: "denied", fates: ["RBAC: access denied", NO_KEYS] },
  { kid: "junk", subject: "alice", fates: [UNKNOWN_KEY, NO_KEYS] },
] as const;

interface Arrival {
  readonly stream: Stream;
  readonly line: string;
  readonly fates: readonly string[];
  /** How often it has been let on. */
  wentOn: number;
  /** Its first fate other than to wait. */
  settled: string | undefined;
  left: boolean;
}

/** One sequence; what it does is drawn from `random`. @returns how many requests had to wait */
async function play(random: Random): Promise<number> {
  const workers = new Workers();
  const principals = ISSUERS.map((name) => `${ISSUER}${name}/denied`);
  const plugin = await workers.start(
    configuration(
      {},
      {
        requestAuthentications: ISSUERS.map((name) => ({
          name,
          namespace: "foo",
          jwtRules: [{ issuer: ISSUER + name, jwksUri: ISSUER + name, timeout: "600s" }],
        })),
        authorizationPolicies: [
          {
            name: "denied",
            namespace: "foo",
            action: "DENY",
            rules: [{ from: [{ source: { requestPrincipals: principals } }] }],
          },
        ],
      },
    ),
  );
  const waiting: Arrival[] = [];
  const all: Arrival[] = [];
  const answered = new Set<number>();
  /** Of requests that had waited, since the clock last moved: no tick lies in between. */
  let sinceTick = 0;

  /** Looks at what has become of those that waited. */
  const look = (): void => {
    assert.equal(plugin.vm.failure, undefined);
    const waitsBefore = new Set<string>();
    let settled = 0;
    const still: Arrival[] = [];
    for (const arrival of waiting) {
      const now = fate(arrival.stream);
      if (now === "waits") {
        still.push(arrival);
        // Those with an unknown kid may wait for a further fetch.
        if (!arrival.fates.includes(UNKNOWN_KEY)) waitsBefore.add(arrival.line);
        continue;
      }
      arrival.settled = now;
      if (arrival.left) continue;
      settled++;
      assert.ok(arrival.fates.includes(now), `${now} is not for ${arrival.fates.join(", ")}`);
      assert.ok(
        arrival.fates.includes(UNKNOWN_KEY) || !waitsBefore.has(arrival.line),
        "one that came later is answered, and an earlier one waits",
      );
    }
    sinceTick += settled;
    assert.ok(sinceTick <= JUDGED_A_TICK, `${sinceTick} answers between two ticks`);
    waiting.splice(0, waiting.length, ...still);
  };

  const arrive = (): void => {
    const kind = kinds[random.below(kinds.length)]!;
    const name = ISSUERS[random.below(ISSUERS.length)]!;
    const atOnce = random.below(2) === 0;
    for (let i = random.below(4) === 0 ? 150 : 1 + random.below(40); i > 0; i--) {
      const counted = { wentOn: 0 };
      const options: RequestOptions = {
        whenItGoesOn: (stream) => {
          counted.wentOn++;
          if (atOnce) stream.respond(HeaderMap.response([[":status", "204"]]));
        },
      };
      const claims = { iss: ISSUER + name, sub: kind.subject };
      const stream = ask(plugin, kind.kid, { kid: kind.kid }, claims, options);
      const now = fate(stream);
      const arrival: Arrival = Object.assign(counted, {
        stream,
        line: name,
        fates: kind.fates,
        settled: now === "waits" ? undefined : now,
        left: false,
      });
      all.push(arrival);
      if (now === "waits") waiting.push(arrival);
      else assert.ok((kind.fates as readonly string[]).includes(now), now);
    }
  };

  const leave = (): void => {
    for (let i = random.below(20); i > 0 && waiting.length > 0; i--) {
      const arrival = waiting[random.below(waiting.length)]!;
      arrival.left = true;
      arrival.stream.close();
    }
  };

  const endFetch = (): void => {
    const open = workers.calls.map((_, index) => index).filter((index) => !answered.has(index));
    if (open.length === 0) return;
    const index = open[random.below(open.length)]!;
    answered.add(index);
    const how = random.below(5);
    if (how === 0) workers.calls[index]!.respond(500);
    else if (how === 1) workers.calls[index]!.reset();
    else workers.calls[index]!.respond(200, keySet("a"));
  };

  const move = (milliseconds: number): void => {
    // So many ticks at most, and each is looked at.
    for (let passed = 0; passed < milliseconds; passed += REST_TICK) {
      sinceTick = 0;
      workers.clock.advance(REST_TICK);
      look();
    }
  };

  const steps = [arrive, arrive, leave, endFetch, endFetch, () => move(1 + random.below(30))];
  let waited = 0;
  for (let i = 0; i < STEPS; i++) {
    steps[random.below(steps.length)]!();
    waited = Math.max(waited, waiting.length);
    look();
  }
  // All fetches end well now, and so does every wait.
  for (let i = 0; i < 5 && waiting.length > 0; i++) {
    for (const [index, call] of workers.calls.entries()) {
      if (answered.has(index)) continue;
      answered.add(index);
      call.respond(200, keySet("a"));
      look();
      move(5);
    }
    move(TICK);
  }
  assert.deepEqual(waiting.length, 0, "some wait for good");
  for (const { stream, settled, wentOn, left } of all) {
    if (left) continue;
    assert.equal(fate(stream), settled, "an answer has changed");
    assert.equal(wentOn, settled === "passed" ? 1 : 0);
  }
  plugin.close();
  assert.equal(plugin.vm.failure, undefined);
  return waited;
}

describe("crowds in drawn orders", () => {
  it(`${SEQUENCES} sequences of ${STEPS} steps keep every promise`, async () => {
    const random = new Random(seed);
    let most = 0;
    for (let i = 0; i < SEQUENCES; i++) most = Math.max(most, await play(random));
    // Else nothing was tried.
    assert.ok(most > 10 * JUDGED_A_TICK, `at most ${most} have waited`);
  });
});
