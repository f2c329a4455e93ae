// extensions.claimPolicies beside Envoy's own rbac with CEL conditions over what native jwt_authn leaves in metadata: the same requests to both in one Envoy,
// conditions, claims, paths and headers drawn at random.

import assert from "node:assert/strict";
import { it } from "node:test";
import { Random } from "../../../seeded/random.js";
import { setupFor, trustingInline } from "../../stage/harness.js";
import { ask, goodOrMissing, jwtAuthn, rbac, withNative } from "../native-listener.js";
import { celOf } from "./claim-cel.js";
import { drawnClaims, drawnCondition, drawnRequest, HEADER, isPlain, placeOf } from "./drawn-claims.js";

const CONDITIONS = 44;
const TOKENS = 12;
/** Where whoever has a token may go. */
const OPEN = "/anything/open";

const random = Random.for("claim policies beside CEL");
const conditions = Array.from({ length: CONDITIONS }, (_, i) => drawnCondition(random, i));

let inline: object = {};
const setup = setupFor({
  listeners: (issuer) => {
    inline = { issuer: issuer.issuer, local_jwks: { inline_string: JSON.stringify(issuer.jwks) } };
    const rules = conditions.map(({ claim, test, every, not }, i) => ({
      to: [{ operation: { paths: [placeOf(i), `${placeOf(i)}/*`] } }],
      claims: [{ claim, ...test, ...(every ? { every } : {}), ...(not ? { not } : {}) }],
    }));
    const open = { to: [{ operation: { paths: [OPEN] } }], claims: [{ claim: ["sub"], present: true }] };
    const ours = trustingInline(
      issuer,
      {},
      {
        extensions: {
          claimPolicies: [{ name: "drawn", rules: [...rules, open] }],
          claimHeaders: [
            { claim: ["level"], header: "x-level" },
            { claim: ["https://a.test/b.c"], header: "x-dotted", list: "REPEATED" },
          ],
        },
      },
    );
    return { ours, native: trustingInline(issuer) };
  },
  edit: (config) =>
    withNative(config, "native", [
      jwtAuthn(
        {
          ...inline,
          normalize_payload_in_metadata: { space_delimited_claims: ["scope", "permission"] },
          claim_to_headers: [{ header_name: "x-level", claim_name: "level" }],
        },
        [{ match: { prefix: "/" }, requires: goodOrMissing }],
      ),
      rbac({
        open: { permissions: [{ url_path: { path: { exact: OPEN } } }], principals: [{ any: true }] },
        ...Object.fromEntries(
          conditions.map((one, i) => [
            `c${i}`,
            {
              permissions: [
                { url_path: { path: { exact: placeOf(i) } } },
                { url_path: { path: { prefix: `${placeOf(i)}/` } } },
              ],
              principals: [{ any: true }],
              condition: celOf(one, i),
            },
          ]),
        ),
      }),
    ]),
});

it("conditions on claims hold where Envoy's rbac with CEL has them hold", async () => {
  const { envoy, issuer } = await setup();
  let held = 0;
  let compared = 0;
  for (let t = 0; t < TOKENS; t++) {
    const drawn = drawnClaims(random);
    const token = await issuer.sign({ iss: issuer.issuer, sub: "a", exp: 4_000_000_000, ...drawn });
    const requests = conditions.map(() => drawnRequest(random, drawn));
    await Promise.all(
      conditions.map(async (condition, i) => {
        const request = requests[i]!;
        const asked = {
          path: placeOf(i) + request.rest,
          headers: { authorization: `Bearer ${token}`, [HEADER]: [...request.lines] },
        };
        const [ours, theirs] = await Promise.all([
          ask(envoy.port("ours"), asked),
          ask(envoy.port("native"), asked),
        ]);
        const what = `${JSON.stringify(condition)} of ${JSON.stringify(drawn)} with ${JSON.stringify(request)}`;
        assert.ok(
          [200, 403].includes(theirs.status) && [200, 403].includes(ours.status),
          `${what}: ${ours.status} ${theirs.status} ${ours.body}`,
        );
        // CEL is asked without negations: where it cannot tell, `not` holds. What can be read in two ways equals nothing here.
        const isInverse = condition.not !== (condition.test.present === false);
        const holds = isPlain(condition, request) && theirs.status === 200;
        assert.equal(ours.status === 200, holds !== isInverse, what);
        if (holds !== isInverse) held++;
        if (holds && isCompared(condition.test)) compared++;
      }),
    );
  }
  assert.ok(held > 50 && held < CONDITIONS * TOKENS - 50, `${held} have held`);
  assert.ok(compared > 2, `${compared} claims were what the request said`);
});

const isCompared = (test: object) =>
  "equalsHeader" in test || "equalsSegment" in test || "equalsPath" in test;

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
