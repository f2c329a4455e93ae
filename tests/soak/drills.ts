// What happens to the filter while the load goes on, a drill at a time. Each leaves everything well behind it.

import { bearer, crowd } from "../envoy/crowds/crowd.js";
import { HANGING, HEALTHY, RUBBISH, SLOW_ISSUER, type Behaviour } from "./issuer/issuer-behaviour.js";
import { NO_KEYS } from "./referee/referee.js";
import { ALGORITHMS, newSigningKey, type AlgorithmName, type SigningKey } from "./issuer/signing-key.js";
import { SoakFailure, type Stage } from "./stage.js";

export interface Drill {
  name: string;
  /** How long it takes at most, about: one that does not fit any more is not begun. */
  seconds: number;
  run(stage: Stage): Promise<void>;
}

export const DRILLS: readonly Drill[] = [
  { name: "rotation", seconds: 35, run: (stage) => rotate(stage, "at any time") },
  { name: "rotation right behind a refresh", seconds: 45, run: (stage) => rotate(stage, "behind a refresh") },
  { name: "rotation during a slow refresh", seconds: 45, run: (stage) => rotate(stage, "during a refresh") },
  { name: "storm of invented keys, with a rotation", seconds: 25, run: storm },
  { name: "rubbish from the issuer", seconds: 90, run: rubbish },
  { name: "slow issuer, with a rotation", seconds: 35, run: slowIssuer },
  { name: "hanging issuer", seconds: 50, run: hangingIssuer },
  { name: "issuer gone for longer than duration", seconds: 50, run: shortOutage },
  { name: "issuer gone for longer than maxStale", seconds: 110, run: longOutage },
  { name: "stampede", seconds: 45, run: stampede },
  { name: "reloads", seconds: 30, run: reloads },
  { name: "reloads while the issuer is slow", seconds: 40, run: reloadsWhileSlow },
];

function newKey(stage: Stage): SigningKey {
  return newSigningKey(stage.random.pick(Object.keys(ALGORITHMS) as AlgorithmName[]));
}

/** A key published while nothing hinders a fetch: each token that it signs from this moment on must pass. Then the older key goes. */
async function rotate(
  stage: Stage,
  moment: "at any time" | "behind a refresh" | "during a refresh",
): Promise<void> {
  const { rotating, state, random, cache, durations } = stage;
  state.inventedKeys = false;
  await stage.recovered();
  const quiet = cache.refetchCooldown + 1_000;
  await stage.until("quiet", 60_000, () => stage.load.quietFor > quiet);
  const key = newKey(stage);
  if (moment === "during a refresh") rotating.behave(SLOW_ISSUER);
  if (moment !== "at any time") {
    const before = rotating.fetches.length;
    const refreshed = () => rotating.fetches.length > before;
    await stage.until("a refresh", cache.duration + 2 * durations.lag, refreshed);
    await stage.pass(random.below(moment === "during a refresh" ? 1_300 : 500));
  } else {
    await stage.pass(random.below(cache.duration));
  }
  const older = rotating.signers.find(({ algorithm }) => algorithm === key.algorithm);
  const published = Date.now();
  state.findable.add(key.kid);
  rotating.publish(key);
  await stage.until("a fetch of the new key", 10_000, () => rotating.hasTold(published, key.kid, true));
  await stage.pass(durations.lag);
  rotating.behave(HEALTHY);
  state.findable.delete(key.kid);
  if (older !== undefined) await withdraw(stage, older);
  state.inventedKeys = true;
}

/** Its tokens still come: they are refused from the next refresh on. */
async function withdraw(stage: Stage, key: SigningKey): Promise<void> {
  const { rotating, state, cache, durations } = stage;
  const withdrawn = Date.now();
  rotating.withdraw(key);
  state.withdrawn.push(key);
  await stage.until("a refresh without the withdrawn key", cache.duration + 2 * durations.lag, () =>
    rotating.hasTold(withdrawn, key.kid, false),
  );
  await stage.pass(durations.lag + 3_000);
  state.withdrawn = state.withdrawn.filter(({ kid }) => kid !== key.kid);
  stage.tokens.forget(key);
}

/** However many invented kids come, the issuer is asked once a cooldown; and a key that it publishes meanwhile is in use by then. */
async function storm(stage: Stage): Promise<void> {
  const { rotating, state, cache, durations } = stage;
  await stage.recovered();
  const from = Date.now();
  const before = rotating.fetches.length;
  state.storm = true;
  await stage.pass(5_000);
  const key = newKey(stage);
  const older = rotating.signers.find(({ algorithm }) => algorithm === key.algorithm);
  const published = Date.now();
  rotating.publish(key);
  await stage.until("the new key, a cooldown later", cache.refetchCooldown + durations.lag, () =>
    rotating.hasTold(published, key.kid, true),
  );
  await stage.pass(5_000);
  state.storm = false;
  const seconds = Date.now() - from;
  const fetches = rotating.fetches.length - before;
  const most = Math.ceil(seconds / cache.refetchCooldown) + 1;
  if (fetches > most)
    throw new SoakFailure(`${fetches} fetches in a storm of ${seconds} ms: ${most} at most`);
  if (older !== undefined) await withdraw(stage, older);
}

/** How many wait at once: several times what fits into Envoy's stack. Of ten, one goes on: the upstream is a single process, and the load's too. */
const STAMPEDE = 3_000;

/** Thousands at once whose key is new or nobody's, while the issuer is slow: all wait, all are answered, and everybody else is served. */
async function stampede(stage: Stage): Promise<void> {
  const { rotating, state, tokens, cache } = stage;
  state.inventedKeys = false;
  await stage.recovered();
  await stage.until("quiet", 60_000, () => stage.load.quietFor > cache.refetchCooldown + 1_000);
  rotating.behave(SLOW_ISSUER);
  const key = newKey(stage);
  const older = rotating.signers.find(({ algorithm }) => algorithm === key.algorithm);
  const published = Date.now();
  rotating.publish(key);
  const kinds = [
    { token: () => tokens.unique(key), status: "200" },
    { token: () => tokens.unique(key, { role: "banned" }), status: "403" },
    { token: () => tokens.ofInventedKey(key), status: "401" },
  ];
  const kindOf = (index: number) => kinds[index % 10 === 0 ? 0 : 1 + (index % 2)]!;
  const requests = Array.from({ length: STAMPEDE }, (_, index) => ({
    headers: bearer(kindOf(index).token()),
    path: "/headers",
  }));
  const waiting = await crowd(stage.envoy.port("soak"), "HTTP/2", requests);
  try {
    let answers: string[] | undefined;
    void Promise.all(waiting.members.map(({ answer }) => answer)).then((all) => (answers = all));
    await stage.until("an answer to all of the stampede", 30_000, () => answers !== undefined);
    answers!.forEach((answer, index) => {
      const { status } = kindOf(index);
      if (answer !== status) throw new SoakFailure(`In a stampede: ${answer} instead of ${status}.`);
    });
  } finally {
    waiting.stop();
  }
  await stage.until("the new key", 15_000, () => rotating.hasTold(published, key.kid, true));
  await stage.pass(stage.durations.lag);
  rotating.behave(HEALTHY);
  if (older !== undefined) await withdraw(stage, older);
  state.inventedKeys = true;
}

/** Answers that are no key set, all kinds: the last three in a row, each other one followed by a good answer. */
async function rubbish(stage: Stage): Promise<void> {
  const { rotating } = stage;
  await stage.recovered();
  const kinds = stage.random.shuffled(RUBBISH);
  for (const kind of kinds.slice(3)) {
    await show(stage, kind);
    rotating.behave(HEALTHY);
    await stage.until("a good fetch behind the rubbish", 10_000, () => rotating.hasRecovered);
  }
  for (const kind of kinds.slice(0, 3)) await show(stage, kind);
  rotating.behave(HEALTHY);
  await stage.recovered();
}

/** One kind of rubbish, until Envoy has got it. */
async function show(stage: Stage, behaviour: Behaviour): Promise<void> {
  const from = stage.rotating.fetches.length;
  stage.rotating.behave(behaviour);
  await stage.until("a fetch", 20_000, () =>
    stage.rotating.fetches.slice(from).some((fetch) => fetch.behaviour === behaviour.name),
  );
  await stage.pass(500);
}

async function slowIssuer(stage: Stage): Promise<void> {
  const { rotating } = stage;
  await stage.recovered();
  rotating.behave(SLOW_ISSUER);
  await stage.pass(5_000);
  const key = newKey(stage);
  const older = rotating.signers.find(({ algorithm }) => algorithm === key.algorithm);
  const published = Date.now();
  rotating.publish(key);
  await stage.until("the new key", 15_000, () => rotating.hasTold(published, key.kid, true));
  await stage.pass(stage.durations.lag);
  rotating.behave(HEALTHY);
  if (older !== undefined) await withdraw(stage, older);
}

async function hangingIssuer(stage: Stage): Promise<void> {
  await stage.recovered();
  stage.rotating.behave(HANGING);
  await stage.pass(10_000);
  stage.rotating.behave(HEALTHY);
  await stage.recovered();
}

/** The keys expire, and serve on. */
async function shortOutage(stage: Stage): Promise<void> {
  const { rotating, cache } = stage;
  await stage.recovered();
  await rotating.goAway();
  await stage.pass(cache.duration + cache.maxStale / 4);
  await rotating.comeBack();
  await stage.recovered();
}

/** The keys become too old: every token that needs one is refused, until the issuer is back. */
async function longOutage(stage: Stage): Promise<void> {
  const { rotating, durations, load } = stage;
  await stage.recovered();
  await rotating.goAway();
  const last = rotating.goodAnswers.at(-1).answeredAt;
  await stage.pass(last + durations.usable + durations.lag + 3_000 - Date.now());
  if (!load.ledger.has(NO_KEYS)) throw new SoakFailure("Keys serve on beyond maxStale.");
  await rotating.comeBack();
  await stage.recovered();
}

async function reloads(stage: Stage): Promise<void> {
  await stage.recovered();
  const times = 1 + stage.random.below(3);
  for (let i = 0; i < times; i++) {
    await stage.reload();
    await stage.pass(stage.random.below(1_500));
  }
  // Then only the last one may answer.
  await stage.pass(stage.durations.drain + stage.durations.lag + 3_000);
}

async function reloadsWhileSlow(stage: Stage): Promise<void> {
  stage.rotating.behave(SLOW_ISSUER);
  await reloads(stage);
  stage.rotating.behave(HEALTHY);
}
