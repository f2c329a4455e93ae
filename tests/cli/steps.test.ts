// The filter's log lines, read back: they tell all that leads to a decision, in any text that a request or a policy may bring.

import { loadFilter } from "../../cli/files/filter-file.js";
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { holds } from "../seeded/properties.js";
import type { KeyObject } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { Filter } from "../../policies/evaluation/filter.js";
import { parseStep } from "../../policies/evaluation/parse-step.js";
import type { Request } from "../../policies/evaluation/request/request.js";
import type { Step } from "../../policies/evaluation/step.js";
import type { JsonObject } from "../../policies/resources/tree.js";
import { ecKeys } from "../seeded/keys.js";

const now = Date.parse("2026-02-03T04:05:06Z");
const issuer = "https://idp.example.com/";
const first = "requestAuthentications[0].jwtRules[0]";
const bearer = "header authorization, prefix Bearer ";

describe("the steps of a request", () => {
  let filter: Filter;
  let key: KeyObject;
  let keySet: string;
  before(async () => {
    filter = await loadFilter();
    const pair = ecKeys("P-256", "steps");
    key = pair.privateKey;
    const jwk = await exportJWK(pair.publicKey);
    keySet = JSON.stringify({ keys: [{ ...jwk, kid: "k0" }, { ...jwk, kid: "k1" }, jwk] });
  });

  async function stepsOf(configuration: JsonObject, request: Partial<Request>): Promise<Step[]> {
    const configured = await filter.configure(configuration, { keys: new Map([[issuer, keySet]]) });
    const { steps } = await configured.evaluate(
      { method: "GET", path: "/a?b=c", authority: "httpbin", ...request },
      now,
    );
    configured.close();
    return steps.map((step) => ({ ...step, stream: undefined }));
  }

  const one = <S extends Step["step"]>(steps: readonly Step[], step: S) =>
    steps.filter((other): other is Extract<Step, { step: S }> => other.step === step);

  const authentications = (...jwtRules: JsonObject[]) => ({
    requestAuthentications: [{ name: "jwt", jwtRules }],
  });
  const policies = (...rules: JsonObject[]): JsonObject => ({
    authorizationPolicies: [{ name: "may", namespace: "foo", rules }],
  });

  it("tell where a token was found, its key, and what was checked", async () => {
    const token = await new SignJWT({
      iss: issuer,
      sub: "alice",
      aud: ["x", "b"],
      exp: now / 1000 + 60,
      nbf: 1,
    })
      .setProtectedHeader({ alg: "ES256", kid: "k1" })
      .sign(key);
    const steps = await stepsOf(authentications({ issuer, audiences: ["https://b/", "c"] }), {
      headers: [["authorization", `Bearer ${token}`]],
    });
    assert.deepEqual(one(steps, "request"), [
      { step: "request", stream: undefined, method: "GET", authority: "httpbin", path: "/a" },
    ]);
    const location = { step: "location", stream: undefined, rule: first };
    assert.deepEqual(
      one(steps, "location").filter(({ rule }) => rule !== undefined),
      [
        { ...location, location: bearer, present: true, tokens: 1 },
        { ...location, location: "parameter access_token", present: false, tokens: 0 },
      ],
    );
    assert.deepEqual(one(steps, "key"), [
      {
        step: "key",
        stream: undefined,
        rule: first,
        source: "inline",
        keys: 3,
        fitting: ["k1", "#2"],
        verifiedBy: "k1",
        remembered: false,
      },
    ]);
    assert.deepEqual(one(steps, "token"), [
      {
        step: "token",
        stream: undefined,
        rule: first,
        location: bearer,
        ruleIssuer: issuer,
        ruleAudiences: ["b", "c"],
        issuer,
        subject: "alice",
        audiences: ["x", "b"],
        alg: "ES256",
        kid: "k1",
        exp: now / 1000 + 60,
        nbf: 1,
        now: now / 1000,
        status: "OK",
      },
    ]);
    assert.deepEqual(one(steps, "authentication"), [
      { step: "authentication", stream: undefined, status: "OK", rule: first },
    ]);
    assert.deepEqual(one(steps, "header"), [
      { step: "header", stream: undefined, change: "removed", name: "authorization" },
    ]);
    assert.deepEqual(one(steps, "decision"), [
      { step: "decision", stream: undefined, result: "allowed", status: undefined, policy: undefined },
    ]);
  });

  const unread: readonly (readonly [string, string, string])[] = [
    [
      "that cannot be read",
      "rubbish",
      "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
    ],
    [
      "of an algorithm that nobody knows",
      "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.AAAA",
      "Jwt header [alg] is not supported",
    ],
    ["whose payload is none", "eyJhbGciOiJFUzI1NiJ9.W10.AAAA", "Jwt payload is an invalid JSON"],
    [
      "of an issuer that no rule has",
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.AAAA",
      "Jwt issuer is not configured",
    ],
  ];
  for (const [name, token, status] of unread) {
    it(`tell of a token ${name}`, async () => {
      const steps = await stepsOf(authentications({ issuer }), {
        headers: [["authorization", `Bearer ${token}`]],
      });
      assert.deepEqual(
        one(steps, "token").map((step) => [step.rule, step.location, step.status]),
        [[undefined, bearer, status]],
      );
      // Of what cannot be read nothing is told: parts of it may be anything.
      const [told] = one(steps, "token");
      const isReadable = status === "Jwt issuer is not configured";
      assert.equal(told?.alg, isReadable ? "ES256" : undefined);
      assert.equal(told?.now === undefined, !isReadable);
    });
  }

  it("tell of a header that is there without its prefix", async () => {
    const steps = await stepsOf(authentications({ issuer }), { headers: [["authorization", "Basic eDp5"]] });
    assert.deepEqual(
      one(steps, "location")
        .map(({ present, tokens }) => [present, tokens])
        .slice(0, 2),
      [
        [true, 0],
        [false, 0],
      ],
    );
  });

  it("tell every condition of every rule, and the first that fails", async () => {
    const steps = await stepsOf(
      policies(
        {
          from: [{ source: { notRemoteIpBlocks: ["10.0.0.0/8"] } }, { source: { requestPrincipals: ["*"] } }],
          to: [{ operation: { methods: ["GET"], paths: ["/b", "/c"] } }],
          when: [{ key: "request.headers[x-a]", notValues: ["1"] }],
        },
        {},
      ),
      {
        remote: "11.0.0.1:80",
        headers: [
          ["x-a", "1"],
          ["x-a", "2"],
        ],
      },
    );
    const rule = "ns[foo]-policy[may]-rule[0]";
    const condition = { step: "condition", stream: undefined, rule };
    const path = { place: "to[0].operation.paths", wants: ["/b", "/c"], sees: ["/a"] };
    assert.deepEqual(one(steps, "condition"), [
      {
        ...condition,
        place: "from[0].source.notRemoteIpBlocks",
        met: true,
        wants: ["10.0.0.0/8"],
        sees: ["11.0.0.1:80"],
      },
      { ...condition, place: "from[1].source.requestPrincipals", met: false, wants: ["*"], sees: [] },
      { ...condition, place: "to[0].operation.methods", met: true, wants: ["GET"], sees: ["GET"] },
      { ...condition, ...path, met: false },
      {
        ...condition,
        place: "when[0].notValues of request.headers[x-a]",
        met: false,
        wants: ["1"],
        sees: ["1", "2"],
      },
    ]);
    const policy = { step: "policy", stream: undefined, action: "ALLOW" };
    assert.deepEqual(one(steps, "policy"), [
      { ...policy, rule, at: "authorizationPolicies[0].rules[0]", matches: false, failed: path },
      {
        ...policy,
        rule: rule.replace("0", "1"),
        at: "authorizationPolicies[0].rules[1]",
        matches: true,
        failed: undefined,
      },
    ]);
  });

  it("tell the values of metadata as policies write them", async () => {
    const steps = await stepsOf(
      policies({ when: [{ key: "experimental.envoy.filters.a[b]", values: ["[x]"] }] }),
      {
        metadata: { "envoy.filters.a": { b: ["é", "y"] } },
      },
    );
    assert.deepEqual(
      one(steps, "condition").map(({ sees }) => sees),
      [["[é]", "[y]"]],
    );
  });

  it("cut long lists and values", async () => {
    const values = Array.from({ length: 10 }, (_, i) => `v${i}`);
    const steps = await stepsOf(policies({ when: [{ key: "request.headers[x-a]", values }] }), {
      headers: [["x-a", "é".repeat(150)]],
    });
    const [step] = one(steps, "condition");
    assert.deepEqual(step?.wants, [...values.slice(0, 8), "… 2 more"]);
    assert.deepEqual(step.sees, [`${"é".repeat(100)}…`]);
  });

  it("never show credentials", async () => {
    const rules = ["authorization", "cookie", "x-token"].map((name) => ({
      when: [{ key: `request.headers[${name}]`, values: ["a"] }],
    }));
    const steps = await stepsOf(
      { ...authentications({ issuer, fromHeaders: [{ name: "x-token" }] }), ...policies(...rules) },
      {
        path: "/a?access_token=secret",
        headers: [
          ["authorization", "secret"],
          ["cookie", "a=secret"],
        ],
      },
    );
    assert.deepEqual(
      one(steps, "condition").map(({ sees }) => sees),
      [["(not shown)"], ["(not shown)"], []],
    );
    assert.ok(!JSON.stringify(steps).includes("secret"));
  });

  it("tell any value as it is", async () => {
    const configured = await filter.configure(
      policies({ when: [{ key: "request.headers[x-a]", values: ["a"] }] }),
    );
    await holds(
      "step-values",
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 40 }), async (text) => {
        const value = text.replaceAll(/[\ud800-\udfff]/g, "");
        const { steps } = await configured.evaluate(
          { method: "GET", path: "/", authority: "a", headers: [["x-a", value]] },
          now,
        );
        const [step] = one(steps, "condition");
        assert.deepEqual(step?.sees, [Buffer.byteLength(value) > 200 ? step?.sees[0] : value]);
      }),
      { numRuns: 300 },
    );
    configured.close();
  });
});

describe("a line", () => {
  const none = [
    "",
    "jwt-policy",
    "jwt-policy ",
    "jwt-policy: signatures are verified by wasm",
    "other stream=1 step=request",
    "jwt-policy stream=1 step=unheardOf",
    'jwt-policy step=request method="GET',
    'jwt-policy step=policy wants=["a"',
    'jwt-policy step=policy wants=["a""b"]',
    "jwt-policy step=toString",
    'jwt-policy step="\\x"',
    "jwt-policy stepequest",
  ];
  for (const line of none) {
    it(`that tells no step: ${line}`, () => assert.equal(parseStep(line), undefined));
  }

  it("with fields that this version does not know", () => {
    const step = parseStep('jwt-policy stream=3 step=header change=added name="x" newField=["a","b"] other=');
    assert.deepEqual(step, { step: "header", stream: 3, change: "added", name: "x" });
  });

  it("of a fetch", () => {
    assert.deepEqual(parseStep('jwt-policy step=keys uri="https://a/\\u0022" outcome="timeout" failures=3'), {
      step: "keys",
      stream: undefined,
      uri: 'https://a/"',
      outcome: "timeout",
      failures: 3,
      ageMilliseconds: undefined,
      keys: undefined,
      reason: undefined,
      found: undefined,
      key: undefined,
      kid: undefined,
    });
  });
});
