// `scopeClaim` of a token profile: one claim says the scopes, and a token cannot choose which.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Filter, jwk, mint, rule, trusting } from "./filter.js";

const issuer = "https://idp.example.com/";
const other = "https://other.example.com/";
const keys = (of: string) => rule([jwk("rsa")], { issuer: of });
const token = (claims: object, of = issuer) => mint({ key: "rsa", claims: { iss: of, sub: "s", ...claims } });
const policy = (rules: object[], action = "ALLOW") => ({ name: "p", namespace: "foo", action, rules });
const onScope = (key = "scope", ...values: string[]) => ({
  when: [{ key: `request.auth.claims[${key}]`, values: values.length > 0 ? values : ["read"] }],
});

const start = (rest: object, extensions: object = {}, issuers = [issuer, other]) =>
  Filter.start({
    ...trusting(...issuers.map(keys)),
    ...rest,
    extensions: { tokenProfiles: [{ issuers: [issuer], scopeClaim: "scp" }], ...extensions },
  });
const statuses = (filter: Filter, ...tokens: string[]) =>
  tokens.map((one) => filter.send({ token: one }).status);

const both = { scp: "read", scope: "write" };
const swapped = { scp: ["write"], scope: "read" };

describe("scopes that another claim says", () => {
  it("are those of its own issuer's tokens alone, however often they come and in whatever order", async () => {
    const filter = await start({ authorizationPolicies: [policy([onScope()])] });
    for (let i = 0; i < 3; i++) {
      assert.deepEqual(
        statuses(filter, token(both), token(both, other), token(swapped), token(swapped, other)),
        [200, 403, 403, 200],
      );
    }
  });

  it("count in DENY rules, too, and what the token says as scope does not", async () => {
    const filter = await start({ authorizationPolicies: [policy([onScope()], "DENY")] });
    assert.deepEqual(
      statuses(filter, token(both), token(swapped), token({ scope: "read" })),
      [403, 200, 200],
    );
  });

  it("are seen under their own name as well, where that is a list or a single word", async () => {
    const filter = await start({ authorizationPolicies: [policy([onScope("scp")])] });
    assert.deepEqual(
      statuses(filter, token({ scp: ["read"] }), token({ scp: "read" }), token({ scope: "read" })),
      [200, 200, 403],
    );
  });

  it("count in conditions with types", async () => {
    const rows: readonly (readonly [condition: object, claims: object, status: number])[] = [
      [{ equals: ["read"] }, { scp: "write read" }, 200],
      [{ equals: ["read"] }, swapped, 403],
      [{ equals: ["read"], every: true }, { scp: ["read", "read"] }, 200],
      [{ equals: ["read"], every: true }, { scp: "read write" }, 403],
      [{ present: true }, { scope: "read" }, 403],
      [{ present: true }, { scp: [] }, 200],
      [{ present: false }, { scope: "read" }, 200],
      [{ equals: ["read"], not: true }, both, 403],
      [{ equals: ["read"], not: true }, swapped, 200],
    ];
    for (const [condition, claims, status] of rows) {
      const rules = [{ claims: [{ claim: ["scope"], ...condition }] }];
      const filter = await start({}, { claimPolicies: [{ name: "c", rules }] });
      const what = `${JSON.stringify(condition)} of ${JSON.stringify(claims)}`;
      assert.deepEqual(statuses(filter, token(claims), token(claims)), [status, status], what);
    }
  });

  it("are a top-level claim's, and no name within another one", async () => {
    const filter = await start({ authorizationPolicies: [policy([onScope(), onScope("a][scope")])] });
    const rows: readonly (readonly [object, number])[] = [
      [{ a: { scp: "read" } }, 403],
      [{ a: { scope: "read" } }, 200],
      [{ a: { scope: "read" }, scp: "write" }, 200],
      [{ scp: { scope: "read", scp: "read" } }, 403],
    ];
    for (const [claims, status] of rows)
      assert.deepEqual(statuses(filter, token(claims)), [status], JSON.stringify(claims));
  });

  it("are what a challenge computes from", async () => {
    const resource = "https://api.example.com/a";
    const filter = await start(
      { authorizationPolicies: [policy([onScope("scope", "write")])] },
      { protectedResources: [{ resource, scopes: ["read", "write"] }] },
    );
    const challenge = (claims: object) => {
      const { status, headers } = filter.send({ path: "/a", token: token({ aud: resource, ...claims }) });
      return `${status} ${headers.find(([name]) => name === "www-authenticate")?.[1] ?? ""}`;
    };
    assert.match(challenge({ scp: "read" }), /^403 .*error="insufficient_scope", scope="write"/);
    assert.match(
      challenge({ scp: "read", scope: "write" }),
      /^403 .*error="insufficient_scope", scope="write"/,
    );
    assert.equal(challenge({ scp: ["read", "write"] }), "200 ");
  });

  it("are scope's own where the profile says scope, or nothing", async () => {
    for (const profile of [{ scopeClaim: "scope" }, { clockSkew: "60s" }]) {
      const filter = await start(
        { authorizationPolicies: [policy([onScope()])] },
        { tokenProfiles: [profile] },
      );
      assert.deepEqual(statuses(filter, token(both), token(swapped)), [403, 200], JSON.stringify(profile));
    }
  });
});
