// What native jwt_authn can say of a token profile: clock_skew_seconds, require_expiration and max_lifetime. In one Envoy, the same tokens to both.

import assert from "node:assert/strict";
import { it } from "node:test";
import { setupFor, trustingInline } from "../stage/harness.js";
import { ask, goodOrMissing, jwtAuthn, withNative } from "./native-listener.js";

const profile = { clockSkew: "300s", maxLifetime: "7200s", requiredClaims: ["exp"] };
const native = { clock_skew_seconds: 300, max_lifetime: "7200s", require_expiration: true };

let inline: object = {};
const setup = setupFor({
  listeners: (issuer) => {
    inline = { issuer: issuer.issuer, local_jwks: { inline_string: JSON.stringify(issuer.jwks) } };
    const ours = trustingInline(issuer, {}, { extensions: { tokenProfiles: [profile] } });
    return { ours, native: ours };
  },
  edit: (config) =>
    withNative(config, "native", [
      jwtAuthn({ ...inline, ...native }, [{ match: { prefix: "/" }, requires: goodOrMissing }]),
    ]),
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
