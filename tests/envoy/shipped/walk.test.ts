// The walk of `npm start` as a test: every step has the answer of the native filters.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { setStage, type Stage } from "../../../scripts/demo/stage.js";
import { chapters } from "../../../scripts/demo/steps.js";
import { differences, sendStep } from "../../../scripts/demo/walk.js";
import { eventually } from "../stage/eventually.js";

/** All steps: each is a request that the filter decides. */
const count = chapters.flatMap(({ steps }) => steps).length;

const starting = locateEnvoy().then((binary) => setStage(binary, "free"));
let stage: Stage;

before(async () => {
  stage = await starting;
});
after(async () => (await starting).stop());

for (const chapter of chapters) {
  describe(chapter.title, () => {
    for (const step of chapter.steps) {
      it(step.title, async () => {
        const port = stage.envoy.port(step.listener);
        const answer = await sendStep(step, port, stage.tokens);
        const found = differences(step, answer, port, stage.tokens);
        assert.equal(
          found.map(({ what, expected, got }) => `${what}: ${got}, not ${expected}`).join("; "),
          "",
        );
      });
    }
  });
}

it("X-Jwt-Payload decodes to the claims that the issuer put in", async () => {
  const response = await fetch(`http://127.0.0.1:${stage.envoy.port("no-policy")}/headers`, {
    headers: { authorization: `Bearer ${stage.tokens.get("TOKEN") ?? ""}` },
  });
  const { headers } = (await response.json()) as { headers: Record<string, string> };
  const claims = JSON.parse(Buffer.from(headers["X-Jwt-Payload"] ?? "", "base64url").toString()) as object;
  const { iat, exp, jti, ...rest } = claims as Record<string, unknown>;
  assert.equal(Number(exp) - Number(iat), 3600);
  assert.equal(typeof jti, "string");
  assert.deepEqual(rest, {
    iss: stage.issuers.trusted.issuer,
    sub: "billing@clients",
    aud: "istio-jwt-test",
    azp: "billing",
    client_id: "billing",
    gty: "client-credentials",
    scope: "read:database write:database",
    "https://foo.com/groups": ["admin", "superuser", "db-admin"],
  });
});

it("at level debug the log tells the steps, and never the token", async () => {
  const log = await eventually("the log of all steps", () => {
    const text = stage.envoy.log();
    return (text.match(/step=decision/g) ?? []).length >= count ? text : undefined;
  });
  const token = stage.tokens.get("TOKEN") ?? "";
  assert.ok(log.includes("billing@clients"), "the principal is in no log line");
  assert.ok(!log.includes(token), "a token is in the log");
  assert.ok(!log.includes(token.split(".")[2]!), "a token's signature is in the log");
});
