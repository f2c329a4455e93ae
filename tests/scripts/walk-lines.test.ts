// The prose of the walk breaks at blanks.

import assert from "node:assert/strict";
import { it } from "node:test";
import { brokenAtBlanks } from "../../scripts/demo/print.js";

it("lines are as long as they may be, and no word is broken", () => {
  const rows: readonly (readonly [text: string, width: number, lines: string[]])[] = [
    ["a b c", 5, ["a b c"]],
    ["a b c", 4, ["a b", "c"]],
    ["one longword two", 5, ["one", "longword", "two"]],
    ["", 5, [""]],
  ];
  for (const [text, width, lines] of rows) assert.deepEqual(brokenAtBlanks(text, width), lines);
});
