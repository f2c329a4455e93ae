// extensions.claimPolicies beside CEL in Envoy's rbac, on cases drawn at random and on those that an exploration has found; extensions.claimHeaders beside
// native's claim_to_headers.

import assert from "node:assert/strict";
import { it } from "node:test";
import { keepFoundCase, readFoundCases } from "../../../seeded/found-cases.js";
import { KEEP_VARIABLE } from "../../../seeded/properties.js";
import { Random } from "../../../seeded/random.js";
import { setupFor } from "../../stage/harness.js";
import { ask } from "../native-listener.js";
import {
  compareCases,
  drawnCases,
  listenersOf,
  OPEN,
  type ClaimCase,
  type Compared,
} from "./claim-comparison.js";

const CONDITIONS = 44;
const TOKENS = 12;
const FOUND = "claim-policies-beside-cel";

const found = readFoundCases(FOUND) as unknown as ClaimCase[];
const drawn = drawnCases(Random.for("claim policies beside CEL"), CONDITIONS, TOKENS);
const conditions = [...drawn[0]!, ...found].map(([condition]) => condition);

const setup = setupFor(
  listenersOf(
    conditions,
    {
      claimHeaders: [
        { claim: ["level"], header: "x-level" },
        { claim: ["https://a.test/b.c"], header: "x-dotted", list: "REPEATED" },
      ],
    },
    { claim_to_headers: [{ header_name: "x-level", claim_name: "level" }] },
  ),
);

it("conditions on claims hold where Envoy's rbac with CEL has them hold", async () => {
  const started = await setup();
  const compared: Compared = { held: 0, heldByRequest: 0, failures: [] };
  await compareCases(started, found, compared, CONDITIONS);
  for (const cases of drawn) await compareCases(started, cases, compared);
  const isKept = process.env[KEEP_VARIABLE] !== undefined;
  const told = compared.failures.map(({ one, what }) =>
    isKept ? `${what}\nKept in ${keepFoundCase(FOUND, one)}.` : what,
  );
  assert.equal(told.length, 0, told.slice(0, 5).join("\n"));
  const { held, heldByRequest } = compared;
  assert.ok(held > 50 && held < CONDITIONS * TOKENS - 50, `${held} have held`);
  assert.ok(heldByRequest > 2, `${heldByRequest} claims were what the request said`);
});

it("claims come to the upstream as native's do where those are texts, lists beside them, and no client's copy", async () => {
  const { envoy, issuer } = await setup();
  const upstreamOf = async (listener: "ours" | "native", claims: object) => {
    const token = await issuer.sign({ iss: issuer.issuer, sub: "a", exp: 4_000_000_000, ...claims });
    const forged = { "x-level": ["admin", "root"], "x-dotted": "admin" };
    const headers = { authorization: `Bearer ${token}`, ...(listener === "ours" ? forged : {}) };
    const { status, body } = await ask(envoy.port(listener), { path: OPEN, headers });
    assert.equal(status, 200, `${JSON.stringify(claims)}: ${body}`);
    const seen = (JSON.parse(body) as { readonly headers: Readonly<Record<string, string | undefined>> })
      .headers;
    return [seen["X-Level"], seen["X-Dotted"]];
  };
  const texts: (string | undefined)[] = [];
  for (const level of ["x", "x y", "", "é", "5", true, false, null, 7, 1e15]) {
    const [[ours], [theirs]] = await Promise.all([
      upstreamOf("ours", { level }),
      upstreamOf("native", { level }),
    ]);
    assert.equal(ours, theirs, JSON.stringify(level));
    texts.push(ours);
  }
  assert.ok(texts.includes("x y") && texts.includes("1000000000000000"), JSON.stringify(texts));
  for (const [list, joined] of [
    [["x", "y"], "x,y"],
    [[1.5, true, "x"], "1.5,true,x"],
    [["x,y"], undefined],
    [["x\r\ny"], undefined],
    [[], undefined],
  ] as const)
    assert.deepEqual(await upstreamOf("ours", { level: list, "https://a.test/b.c": list }), [joined, joined]);
  assert.deepEqual(await upstreamOf("ours", {}), [undefined, undefined]);
  // What no header can have: natively the request ends, here the header is left out.
  const level = "x\ny";
  assert.deepEqual(await upstreamOf("ours", { level }), [undefined, undefined]);
  const token = await issuer.sign({ iss: issuer.issuer, sub: "a", exp: 4_000_000_000, level });
  const ended = await ask(envoy.port("native"), {
    path: OPEN,
    headers: { authorization: `Bearer ${token}` },
  });
  assert.equal(ended.status, 503, ended.body);
});
