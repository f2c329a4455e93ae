// The referee of the soak: which answers it lets pass, moment by moment.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  metDrainEnd,
  NO_KEYS,
  rightAnswers,
  UNKNOWN_KEY,
  type Expectation,
  type History,
} from "./referee.js";

const DURATIONS = { usable: 30_000, lag: 3_000, drain: 6_000 };

const answerAt = (answeredAt: number, ...kids: string[]) => ({
  receivedAt: answeredAt,
  answeredAt,
  kids: new Set(kids),
  sure: true,
});

/** Key `new` comes at 10,000, key `old` goes at 20,000; the configuration changes at 10,000. */
const HISTORY: History = {
  goodAnswers: [answerAt(0, "old"), answerAt(10_000, "old", "new"), answerAt(20_000, "new")],
  reloads: [
    { at: 0, takenAt: 0, version: 0 },
    { at: 10_000, takenAt: 10_100, version: 1 },
  ],
};

const signedBy = (kid: string | null, rest: Partial<Expectation> = {}): Expectation => ({
  kid,
  verified: "200",
  ...rest,
});
const ofVersion = (version: number): Expectation => ({ verified: "200", version, otherwise: "403" });

/** The same where Envoy has had no time for the new configuration for five seconds. */
const BUSY: History = {
  ...HISTORY,
  reloads: [
    { at: 0, takenAt: 0, version: 0 },
    { at: 10_000, takenAt: 15_000, version: 1 },
  ],
};

describe("the right answers to a request", () => {
  const cases: { title: string; expectation: Expectation; from: number; to: number; right: string[] }[] = [
    { title: "key in all sets", expectation: signedBy("old"), from: 9_990, to: 10_010, right: ["200"] },
    {
      title: "key not fetched yet",
      expectation: signedBy("new"),
      from: 9_000,
      to: 9_010,
      right: [UNKNOWN_KEY],
    },
    {
      title: "key fetched meanwhile",
      expectation: signedBy("new"),
      from: 9_000,
      to: 10_010,
      right: ["200", UNKNOWN_KEY],
    },
    {
      title: "key that nothing hinders from being fetched",
      expectation: signedBy("new", { findable: true }),
      from: 9_000,
      to: 10_010,
      right: ["200"],
    },
    {
      title: "key that one worker may not have heard of",
      expectation: signedBy("new"),
      from: 12_000,
      to: 12_010,
      right: ["200", UNKNOWN_KEY],
    },
    { title: "key that all know", expectation: signedBy("new"), from: 13_500, to: 13_510, right: ["200"] },
    {
      title: "key withdrawn a moment ago",
      expectation: signedBy("old"),
      from: 21_000,
      to: 21_010,
      right: ["200", UNKNOWN_KEY],
    },
    { title: "key withdrawn", expectation: signedBy("old"), from: 23_500, to: 23_510, right: [UNKNOWN_KEY] },
    { title: "invented key", expectation: signedBy(null), from: 23_500, to: 23_510, right: [UNKNOWN_KEY] },
    { title: "keys still good", expectation: signedBy("new"), from: 48_000, to: 48_010, right: ["200"] },
    {
      title: "keys about to end",
      expectation: signedBy("new"),
      from: 49_500,
      to: 49_510,
      right: ["200", NO_KEYS],
    },
    { title: "keys too old", expectation: signedBy("new"), from: 51_500, to: 51_510, right: [NO_KEYS] },
    { title: "before a reload", expectation: ofVersion(0), from: 9_000, to: 9_010, right: ["200"] },
    {
      title: "while connections drain",
      expectation: ofVersion(0),
      from: 12_000,
      to: 12_010,
      right: ["200", "403"],
    },
    { title: "after a reload", expectation: ofVersion(0), from: 19_500, to: 19_510, right: ["403"] },
    {
      title: "no matter of keys",
      expectation: { verified: "204" },
      from: 51_500,
      to: 51_510,
      right: ["204"],
    },
  ];
  for (const { title, expectation, from, to, right } of cases) {
    it(title, () => {
      const answers = [...rightAnswers(expectation, from, to, HISTORY, DURATIONS).keys()];
      assert.deepEqual(answers.sort(), [...right].sort());
    });
  }

  it("after a reload that a busy Envoy has taken late", () => {
    const at = (moment: number) => [
      ...rightAnswers(ofVersion(0), moment, moment + 10, BUSY, DURATIONS).keys(),
    ];
    assert.deepEqual(at(19_500), ["200", "403"]);
    assert.deepEqual(at(24_500), ["403"]);
  });
});

describe("the end of a drain", () => {
  const cases: { title: string; from: number; to: number; history?: History; met: boolean }[] = [
    { title: "is behind a request that ends before", from: 14_000, to: 14_500, met: false },
    { title: "falls into a request", from: 15_900, to: 16_100, met: true },
    { title: "falls into a request as old as the drain", from: 10_500, to: 17_000, met: true },
    { title: "is long past for a request", from: 19_500, to: 19_600, met: false },
    { title: "comes late where Envoy was busy", from: 19_500, to: 21_100, history: BUSY, met: true },
    { title: "is long past there too", from: 24_500, to: 24_600, history: BUSY, met: false },
  ];
  for (const { title, from, to, history = HISTORY, met } of cases) {
    it(title, () => assert.equal(metDrainEnd(from, to, history.reloads, DURATIONS), met));
  }
});
