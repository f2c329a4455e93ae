// What native jwt_authn can say of a token profile: clock_skew_seconds, require_expiration and max_lifetime; and of tenants: a provider for each. In one Envoy, the
// same tokens to both.

import assert from "node:assert/strict";
import { it } from "node:test";
import { setupFor, trustingInline } from "../stage/harness.js";
import { anyProvider, ask, goodOrMissing, jwtAuthn, rbac, withNative } from "./native-listener.js";

const profile = { clockSkew: "300s", maxLifetime: "7200s", requiredClaims: ["exp"] };
const native = { clock_skew_seconds: 300, max_lifetime: "7200s", require_expiration: true };

const place = "https://login.example.com/{tenantid}/v2.0";
const allowed = ["8eaef023-2b34-4da1-9baa-8bc8c9d6a490", "82229342-1101-4ab6-817b-70c0747630f3"];
const of = (tenant: string) => place.replace("{tenantid}", tenant);

let inline: object = {};
const setup = setupFor({
  listeners: (issuer) => {
    inline = { issuer: issuer.issuer, local_jwks: { inline_string: JSON.stringify(issuer.jwks) } };
    const ours = trustingInline(issuer, {}, { extensions: { tokenProfiles: [profile] } });
    const tenants = trustingInline(
      issuer,
      { issuer: place },
      { extensions: { tenants: [{ issuer: place, allowed }] } },
    );
    const policy = { name: "scopes", namespace: "foo", action: "ALLOW" };
    const scopes = trustingInline(
      issuer,
      {},
      {
        extensions: { tokenProfiles: [{ scopeClaim: "scp" }] },
        authorizationPolicies: [
          { ...policy, rules: [{ when: [{ key: "request.auth.claims[scope]", values: ["read"] }] }] },
        ],
      },
    );
    return { ours, native: ours, tenants, providers: ours, scopes, scp: ours };
  },
  edit: (config) => {
    withNative(config, "native", [
      jwtAuthn({ ...inline, ...native }, [{ match: { prefix: "/" }, requires: goodOrMissing }]),
    ]);
    withNative(config, "scp", [
      jwtAuthn({ ...inline, normalize_payload_in_metadata: { space_delimited_claims: ["scp"] } }, [
        { match: { prefix: "/" }, requires: goodOrMissing },
      ]),
      rbac({
        read: {
          permissions: [{ any: true }],
          principals: [
            {
              metadata: {
                filter: "envoy.filters.http.jwt_authn",
                path: [{ key: "payload" }, { key: "scp" }],
                value: { list_match: { one_of: { string_match: { exact: "read" } } } },
              },
            },
          ],
        },
      }),
    ]);
    const providers = Object.fromEntries(
      allowed.map((tenant) => [tenant, { ...inline, issuer: of(tenant), forward: true }]),
    );
    withNative(config, "providers", [anyProvider(providers)]);
  },
});

/** Seconds from now, far enough from each bound that the test's own time does not count; undefined: not there. */
const times: readonly (readonly [exp: number | undefined, nbf: number | undefined, taken: boolean])[] = [
  [3600, undefined, true],
  [-200, undefined, true],
  [-500, undefined, false],
  [3600, 200, true],
  [3600, 500, false],
  [7000, undefined, true],
  [7800, undefined, false],
  [undefined, undefined, false],
];

it("token profiles take and refuse what native does with its words for them", async () => {
  const { envoy, issuer } = await setup();
  const now = Math.floor(Date.now() / 1000);
  for (const [exp, nbf, taken] of times) {
    const token = await issuer.sign({
      iss: issuer.issuer,
      sub: "a",
      ...(exp === undefined ? {} : { exp: now + exp }),
      ...(nbf === undefined ? {} : { nbf: now + nbf }),
    });
    const asked = { path: "/headers", headers: { authorization: `Bearer ${token}` } };
    const ours = await ask(envoy.port("ours"), asked);
    const theirs = await ask(envoy.port("native"), asked);
    const what = `exp ${exp ?? "none"}, nbf ${nbf ?? "none"}: ours ${ours.body}, native ${theirs.body}`;
    assert.equal(theirs.status, taken ? 200 : 401, what);
    assert.equal(ours.status, theirs.status, what);
  }
});

it("rules on scopes see what native's see of scp, where scopeClaim names that, and nothing of scope", async () => {
  const { envoy, issuer } = await setup();
  const rows: readonly (readonly [claims: object, allowed: boolean])[] = [
    [{ scp: "read" }, true],
    [{ scp: "write read" }, true],
    [{ scp: ["read", "write"] }, true],
    [{ scp: ["read"], scope: "nothing" }, true],
    [{ scp: ["write"], scope: "read" }, false],
    [{ scp: "", scope: "read" }, false],
    [{ scp: [], scope: ["read"] }, false],
    [{ scp: ["read write"] }, false],
    [{ scp: { scp: "read" } }, false],
    [{ scp: { scope: "read" } }, false],
    [{ "scp ": "read", SCP: "read" }, false],
    [{ scp: "readwrite" }, false],
    [{ scope: "read" }, false],
    [{}, false],
  ];
  for (const [claims, allowed] of rows) {
    const token = await issuer.sign({ iss: issuer.issuer, sub: "a", exp: 4_000_000_000, ...claims });
    const headers = { authorization: `Bearer ${token}` };
    for (const listener of ["scp", "scopes", "scopes"]) {
      const answer = await ask(envoy.port(listener), { path: "/headers", headers });
      const what = `${listener}, ${JSON.stringify(claims)}: ${answer.body}`;
      assert.equal(answer.status, allowed ? 200 : 403, what);
    }
  }
});

it("an issuer with a place for the tenant takes and refuses what native does with a provider for each tenant", async () => {
  const { envoy, issuer } = await setup();
  const rows: readonly (readonly [tenant: string, status: number])[] = [
    [allowed[0]!, 200],
    [allowed[1]!, 200],
    ["9188040d-6c67-4c5b-b112-36a304b66dad", 401],
    [allowed[0]!.toUpperCase(), 401],
    [`${allowed[0]!}/x`, 401],
    ["{tenantid}", 401],
    ["", 401],
  ];
  for (const [tenant, status] of rows) {
    const claims = { iss: of(tenant), tid: tenant, sub: "a", exp: 4_000_000_000 };
    const headers = { authorization: `Bearer ${await issuer.sign(claims)}` };
    for (const listener of ["tenants", "providers", "tenants"]) {
      const answer = await ask(envoy.port(listener), { path: "/headers", headers });
      assert.equal(answer.status, status, `${listener}, ${tenant}: ${answer.body}`);
    }
  }
  for (const listener of ["tenants", "providers"])
    assert.equal((await ask(envoy.port(listener), { path: "/headers" })).status, 200);
});
