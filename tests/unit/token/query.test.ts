// Query parameters: read as Envoy reads them, removed without touching the others.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { holds } from "../../seeded/properties.js";
import { queryParameter, withoutParameter } from "../parsers/parsers.js";

describe("queryParameter", () => {
  const rows: readonly (readonly [path: string, value: string | undefined])[] = [
    ["/", undefined],
    ["/?", undefined],
    ["", undefined],
    ["?t=1", "1"],
    ["/?t=1", "1"],
    ["/?t", ""],
    ["/?t=", ""],
    ["/?t=1&t=2", "1"],
    ["/?a=1&t=2", "2"],
    ["/?a=1&&t=2", "2"],
    ["/?&t=2&", "2"],
    ["/?t=a=b", "a=b"],
    ["/?t=a?b", "a?b"],
    ["/?t=%41%2e", "A."],
    ["/?%74=1", "1"],
    ["/?t=a+b", "a+b"],
    ["/?t=%", "%"],
    ["/?t=%4", "%4"],
    ["/?t=%zz", "%zz"],
    ["/?t=%4%31", "%41"],
    ["/?t=%00", "\u0000"],
    ["/?t=%ff\u00ff", "\u00ff\u00ff"],
    ["/?T=1", undefined],
    ["/?tt=1", undefined],
    ["/?=1", undefined],
    ["/t=1", undefined],
    ["/?a=1#&t=2", "2"],
    ["/?a=?t=2", undefined],
  ];
  for (const [path, value] of rows) {
    test(`t in ${path} is ${value ?? "missing"}`, () => assert.equal(queryParameter(path, "t"), value));
  }
});

describe("withoutParameter leaves the rest byte for byte", () => {
  const rows: readonly (readonly [path: string, rest: string])[] = [
    ["/", "/"],
    ["/?", "/?"],
    ["", ""],
    ["/p", "/p"],
    ["/p?t=1", "/p"],
    ["/p?t", "/p"],
    ["/p?t=1&t=2", "/p"],
    ["/p?a=1&t=2", "/p?a=1"],
    ["/p?t=2&a=1", "/p?a=1"],
    ["/p?z=1&t=2&a=%20+%41", "/p?z=1&a=%20+%41"],
    ["/p?%74=1&a=2", "/p?a=2"],
    ["/p?a&&b&t=1&", "/p?a&&b&"],
    ["/p?t=1&", "/p?"],
    ["/p?&t=1", "/p?"],
    ["/p?T=1&tt=2", "/p?T=1&tt=2"],
    ["/p?a=t&t=a", "/p?a=t"],
    ["/p?a=%zz%&t=1", "/p?a=%zz%"],
  ];
  for (const [path, rest] of rows) {
    test(`${path} becomes ${rest}`, () => assert.equal(withoutParameter(path, "t"), rest));
  }

  test("a parameter that was taken out is not there any more, and the others are", () => {
    const name = fc.constantFrom("t", "%74", "a", "b", "t%", "");
    const value = fc.string({ unit: fc.constantFrom(...Array.from("ab=?%41+ ")), maxLength: 6 });
    const parameter = fc.oneof(
      name,
      fc.tuple(name, value).map((pair) => pair.join("=")),
    );
    holds(
      "query-without-parameter",
      fc.property(fc.array(parameter, { maxLength: 6 }), (parameters) => {
        const path = `/p?${parameters.join("&")}`;
        const rest = withoutParameter(path, "t")!;
        assert.equal(queryParameter(rest, "t"), undefined);
        const kept = parameters.filter((text) => !/^(t|%74)(=|$)/.test(text));
        const removed = kept.length < parameters.length;
        assert.equal(rest, kept.length === 0 && removed ? "/p" : `/p?${kept.join("&")}`);
      }),
      { numRuns: 5_000 },
    );
  });
});
