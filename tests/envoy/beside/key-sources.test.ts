// Several key sets of one issuer beside native's two providers of one issuer, any of which is required; and an issuer's process that is not there.

import assert from "node:assert/strict";
import type { KeyObject } from "node:crypto";
import { after, it } from "node:test";
import { SignJWT } from "jose";
import { ecKeys } from "../../seeded/keys.js";
import { eventually } from "../stage/eventually.js";
import { setupFor, stat } from "../stage/harness.js";
import { RestartingIssuer } from "../stage/restarting-issuer.js";
import { clusterLike } from "../stage/static-cluster.js";
import { anyProvider, ask, withNative } from "./native-listener.js";

const ISSUER = "https://one.example.com/";
/** Two keys of the second set: one by a kid of the first set's. */
const same = ecKeys("P-256", "the second set, same kid");
const second = ecKeys("P-256", "the second set");
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: "jwk" }), kid, alg: "ES256" });

const issuers = new Map<string, RestartingIssuer>();
after(() => Promise.all([...issuers.values()].map((issuer) => issuer.kill())));
const named = (name: string): RestartingIssuer => issuers.get(name)!;

/** A rule of the first URI's, with the second as a further one. */
function several(own: string, further: string): object {
  const [first, other] = [named(own), named(further)];
  return {
    requestAuthentications: [
      {
        name: "test",
        namespace: "foo",
        jwtRules: [{ issuer: ISSUER, jwksUri: first.jwksUri, timeout: "1s", forwardOriginalToken: true }],
      },
    ],
    extensions: { keySources: [{ issuer: ISSUER, jwksUris: [other.jwksUri] }] },
    clusters: Object.fromEntries([first, other].map(({ jwksUri, name }) => [new URL(jwksUri).origin, name])),
  };
}

const remote = ({ jwksUri: uri, name: cluster }: RestartingIssuer) => ({
  issuer: ISSUER,
  forward: true,
  remote_jwks: { http_uri: { uri, cluster, timeout: "5s" }, cache_duration: "300s" },
});

const setup = setupFor({
  concurrency: 2,
  listeners: async () => {
    for (const name of ["one", "two", "absent"]) issuers.set(name, await RestartingIssuer.start(name));
    const keys = [jwk(same.publicKey, "life-1"), jwk(second.publicKey, "second")];
    named("two").answerWith({ status: 200, type: "application/json", body: JSON.stringify({ keys }) });
    await named("absent").kill();
    const both = several("one", "two");
    return { both, native: both, lacking: several("absent", "two") };
  },
  edit: (config) => {
    const { clusters } = config.static_resources;
    const [, template] = clusters;
    for (const { name, port } of issuers.values()) clusters.push(clusterLike(template!, name, port));
    withNative(config, "native", [anyProvider({ one: remote(named("one")), two: remote(named("two")) })]);
  },
});

const signed = (key: KeyObject, kid: string, claims: object = {}) =>
  new SignJWT({ iss: ISSUER, sub: "alice", exp: 4_000_000_000, ...claims })
    .setProtectedHeader({ alg: "ES256", kid })
    .sign(key);

async function answerOf(port: number, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const { status, body } = await ask(port, { path: "/headers", headers });
  return status === 200 ? "passed" : `${status} ${body}`;
}

it("a token of any of an issuer's key sets is taken and refused as natively with two providers", async () => {
  const { envoy } = await setup();
  const first = await named("one").token();
  const rows: readonly (readonly [what: string, token: string, taken: boolean])[] = [
    ["of the first set", first, true],
    ["of the second set", await signed(second.privateKey, "second"), true],
    ["of the second set by a kid that is in both", await signed(same.privateKey, "life-1"), true],
    ["of neither by a kid that is in both", await signed(second.privateKey, "life-1"), false],
    ["of neither by a kid of the second", await signed(same.privateKey, "second"), false],
    ["of no kid", await signed(second.privateKey, "nobody"), false],
    ["of another issuer", await signed(second.privateKey, "second", { iss: "https://x" }), false],
    ["that has expired", await signed(second.privateKey, "second", { exp: 1 }), false],
    ["of the first set, cut", first.slice(0, -3), false],
  ];
  for (const [what, token, taken] of rows) {
    const theirs = await answerOf(envoy.port("native"), token);
    // Twice: as it comes, and as it is remembered.
    for (const time of [1, 2])
      assert.equal(await answerOf(envoy.port("both"), token), theirs, `${what}, ${time}`);
    assert.equal(theirs === "passed", taken, `${what}: ${theirs}`);
  }
});

it("an issuer's process that is not there takes nobody along, and its keys count when it is", async () => {
  const { envoy } = await setup();
  const absent = named("absent");
  const token = await absent.token({}, { iss: ISSUER });
  const other = await signed(second.privateKey, "second");
  const port = envoy.port("lacking");
  for (let i = 0; i < 8; i++) assert.equal(await answerOf(port, other), "passed");
  // A kid that the second set has for another key: of an `any` the last failure is told.
  assert.equal(await answerOf(port, token), "401 Jwt verification fails");
  const failed = "wasmcustom.jwt_policy_jwks_fetches_totaloutcome=.=no_answer;.;";
  await eventually("the failure to be counted", async () => (await stat(envoy, failed)) > 0);
  await absent.restart();
  const next = await absent.token({}, { iss: ISSUER });
  await eventually("its new key", async () => (await answerOf(port, next)) === "passed");
  await absent.kill();
  for (let i = 0; i < 8; i++) {
    assert.equal(await answerOf(port, other), "passed");
    assert.equal(await answerOf(port, next), "passed", "an outage is bridged");
  }
});
