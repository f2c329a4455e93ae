// The list of outcomes as the command has it (policies/evaluation/outcomes.ts) is the filter's: numbers, texts and HTTP statuses. Numbers and texts up to
// 72 are those of Envoy's jwt_verify_lib (status.h, status.cc).

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  keySetFaults,
  neverAnswered,
  refusalNamed,
  refusals,
} from "../../../policies/evaluation/outcomes.js";
import { httpCode, statusText } from "../parsers/parsers.js";

const all = [...refusals, ...keySetFaults, ...neverAnswered].sort((a, b) => a.number - b.number);

describe("outcomes", () => {
  for (const [place, { number, text }] of all.entries()) {
    test(`${number} is ${text}`, () => {
      assert.equal(number, place, "the numbers have a gap");
      assert.equal(statusText(number), text);
    });
  }

  test("there is none behind the last one", () => {
    assert.equal(statusText(all.length), statusText(-1));
  });

  for (const { number, text, httpStatus, cause, remedy } of refusals) {
    test(`${text}: answered with ${httpStatus}, has a cause and a remedy`, () => {
      assert.equal(httpCode(number), httpStatus);
      assert.match(cause, /^[A-Z`].*\.$/);
      assert.match(remedy, /^[A-Z`].*[.?]$/);
    });
  }

  test("only an audience, a policy and a scope are 403, only the filter's own failure is 500, only what it tells is 200", () => {
    const numbers = (status: number) =>
      refusals.flatMap((one) => (one.httpStatus === status ? [one.number] : []));
    assert.deepEqual([numbers(200), numbers(403), numbers(500)], [[81], [25, 73, 79], [74]]);
  });

  test("a refusal is found by its text", () => {
    assert.equal(refusalNamed("Jwt is expired")?.number, 3);
    assert.equal(refusalNamed("Found multiple Jwt tokens"), undefined);
  });

  test("a number that is none has the text of a failure", () => {
    for (const number of [-1, 10_000]) assert.equal(statusText(number), "Jwt policy filter failed");
  });
});
