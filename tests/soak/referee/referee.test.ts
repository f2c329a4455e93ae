// The referee of the soak: which answers it lets pass, moment by moment.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NO_KEYS, rightAnswers, UNKNOWN_KEY, type Expectation, type History } from "./referee.js";

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
    { at: 0, version: 0 },
    { at: 10_000, version: 1 },
  ],
};

const signedBy = (kid: string | null, rest: Partial<Expectation> = {}): Expectation => ({
  kid,
  verified: "200",
  ...rest,
});
const ofVersion = (version: number): Expectation => ({ verified: "200", version, otherwise: "403" });

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
});
