// What `forwardOriginalToken: true` hands on: all that the client sent, verified or not, as native does (tests/differential/cases/locations.ts
// has the same names twice, side by side). SECURITY.md tells upstreams so.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pair } from "../../host/index.js";
import { Filter, jwk, mint, principalNeeded, rule, trusting } from "./filter.js";

const good = mint({ key: "oct" });
/** Another subject, with the good one's signature. */
const forged = mint({
  key: "oct",
  claims: { sub: "admin" },
  edits: [{ segment: 2, text: good.split(".")[2]! }],
});

const start = (forwardOriginalToken: boolean) =>
  Filter.start({
    ...trusting(
      rule([jwk("oct")], {
        fromParams: ["tok"],
        fromCookies: ["tok"],
        outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
        forwardOriginalToken,
      }),
    ),
    ...principalNeeded,
  });

const lines = (headers: readonly Pair[], wanted: string) =>
  headers.filter(([name]) => name === wanted).map(([, value]) => value);

describe("of a name that is there twice the first alone is verified", () => {
  it("a parameter: the upstream gets both where tokens are forwarded, none otherwise", async () => {
    const path = `/a?tok=${good}&tok=${forged}&b=1`;
    for (const [forwarded, seen] of [
      [true, path],
      [false, "/a?b=1"],
    ] as const) {
      const filter = await start(forwarded);
      const answer = filter.send({ path });
      assert.deepEqual([answer.status, answer.path, lines(answer.headers, "x-sub")], [200, seen, ["alice"]]);
      const turned = { path: `/a?tok=${forged}&tok=${good}&b=1` };
      assert.equal(filter.outcome(turned), "401 Jwt verification fails");
    }
  });

  const cookies: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["in one line", [`tok=${good}; tok=${forged}`]],
    ["in two lines", [`tok=${good}`, `tok=${forged}`]],
  ];
  for (const [title, sent] of cookies)
    it(`a cookie ${title}: the upstream gets both, whether tokens are forwarded or not`, async () => {
      for (const forwarded of [true, false]) {
        const answer = (await start(forwarded)).send({
          headers: sent.map((line) => ["cookie", line] as const),
        });
        assert.deepEqual(
          [answer.status, lines(answer.headers, "cookie"), lines(answer.headers, "x-sub")],
          [200, sent, ["alice"]],
        );
      }
    });

  it("a token of another place than the one that is verified is verified too", async () => {
    const filter = await start(true);
    const request = { path: `/a?tok=${good}`, headers: [["cookie", `tok=${forged}`]] as const };
    assert.equal(filter.outcome(request), "401 Jwt verification fails");
  });
});
