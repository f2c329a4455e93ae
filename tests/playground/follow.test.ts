// When the page asks again: not while somebody types, and the later the longer an answer takes.

import assert from "node:assert/strict";
import { it, mock } from "node:test";
import { Follower } from "../../playground/answer/follow.js";

it("what has changed is asked about after a pause as long as the last answer took, and no longer than a second and a half", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  const clock = mock.method(performance, "now", () => now);
  const shown: number[] = [];
  let took = 0;
  let answered: () => void = () => undefined;
  const follower = new Follower<number>(
    () => {
      now += took;
      return Promise.resolve(took);
    },
    (answer) => {
      shown.push(answer);
      answered();
    },
    (error) => assert.fail(String(error)),
    100,
  );
  const anAnswer = () => new Promise<void>((resolve) => (answered = resolve));
  try {
    // [what this answer takes, the pause before it is asked for: by what the one before took]
    for (const [next, pause] of [
      [400, 100],
      [9000, 400],
      [20, 1500],
      [1, 100],
    ] as const) {
      took = next;
      const before = shown.length;
      follower.changed();
      mock.timers.tick(pause - 1);
      await Promise.resolve();
      assert.equal(shown.length, before, `asked before ${pause} ms`);
      const answer = anAnswer();
      mock.timers.tick(1);
      await answer;
      // What it took is known once it has been shown.
      await Promise.resolve();
      assert.equal(shown.at(-1), next);
    }
  } finally {
    clock.mock.restore();
    mock.timers.reset();
  }
});
