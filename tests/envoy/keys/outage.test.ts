// Issuers that go down or answer nonsense for 8 s, and come back with another key, as many do that keep their keys in memory. Two workers.

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { PATIENCE } from "../stage/eventually.js";
import { setupFor, stat, type Setup } from "../stage/harness.js";
import type { Answer } from "../stage/issuer-process.js";
import { RestartingIssuer } from "../stage/restarting-issuer.js";
import { clusterLike } from "../stage/static-cluster.js";

const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";
const OUTAGE = 8_000;
/** How long keys may take to be right again: judged is 8 s where nothing else runs, and host/outage.test.ts holds to the millisecond. */
const RECOVERY = PATIENCE;

/** What the issuers do; undefined: the process is gone. */
const failures: Readonly<Record<string, Answer | undefined>> = {
  gone: undefined,
  error: { status: 503, type: "application/json", body: "{}" },
  page: { status: 200, type: "text/html", body: "<html>" },
  empty: { status: 200, type: "application/json", body: '{"keys":[]}' },
  silent: "nothing",
};

const issuers = new Map<string, RestartingIssuer>();
after(() => Promise.all([...issuers.values()].map((issuer) => issuer.kill())));

function pluginConfig(issuer: RestartingIssuer, jwksCache: object): object {
  const jwtRule = { issuer: issuer.issuer, jwksUri: issuer.jwksUri, timeout: "1s" };
  return {
    requestAuthentications: [{ name: "test", namespace: "foo", jwtRules: [jwtRule] }],
    clusters: { [new URL(issuer.jwksUri).origin]: issuer.name },
    jwksCache,
  };
}

const setup = setupFor({
  concurrency: 2,
  wasmLogLevel: "info",
  listeners: async () => {
    for (const name of [...Object.keys(failures), "flooded"])
      issuers.set(name, await RestartingIssuer.start(name));
    return Object.fromEntries(
      [...issuers.values()].map((issuer) => [
        issuer.name,
        // Nothing but unknown keys makes the filter ask again in the time of this test.
        pluginConfig(issuer, issuer.name === "flooded" ? {} : { duration: "2s", refetchCooldown: "2s" }),
      ]),
    );
  },
  edit: ({ static_resources: { clusters } }) => {
    const [, template] = clusters;
    for (const { name, port } of issuers.values()) clusters.push(clusterLike(template!, name, port));
  },
});

/** What eight requests are told, on connections of their own so that both workers get some. */
async function told({ send }: Setup, listener: string, token: string): Promise<string> {
  const sent = Array.from({ length: 8 }, () => send(listener, { token, headers: { connection: "close" } }));
  const answers = (await Promise.all(sent)).map(({ status, body }) => (status === 200 ? "passed" : body));
  return [...new Set(answers)].join(" and ");
}

describe("issuers that fail for 8 s", { concurrency: true }, () => {
  for (const [name, answer] of Object.entries(failures)) {
    it(`${name}: its old key bridges that; when it is back, the withdrawn key is refused and its successor taken`, async () => {
      const running = await setup();
      const issuer = issuers.get(name)!;
      const old = await issuer.token();
      await waitFor("keys", RECOVERY, async () => (await told(running, name, old)) === "passed");
      if (answer === undefined) await issuer.kill();
      else issuer.answerWith(answer);
      await pause(OUTAGE);
      assert.equal(await told(running, name, old), "passed");
      await issuer.restart();
      const next = await issuer.token();
      await waitFor("the successor", RECOVERY, async () => (await told(running, name, next)) === "passed");
      await waitFor("the refusal", RECOVERY, async () => (await told(running, name, old)) === UNKNOWN_KEY);
    });
  }
});

describe("200 invented kids on two workers", () => {
  it("cost one fetch in a cooldown while the issuer fails, and no good token", async () => {
    const running = await setup();
    const issuer = issuers.get("flooded")!;
    const old = await issuer.token();
    await waitFor("keys", RECOVERY, async () => (await told(running, "flooded", old)) === "passed");
    issuer.answerWith({ status: 503, type: "application/json", body: "{}" });
    const before = issuer.asked;
    const tokens = await Promise.all(
      Array.from({ length: 200 }, (_, i) => issuer.token({ kid: `invented-${i}` })),
    );
    for (let i = 0; i < tokens.length; i += 20) {
      const sent = tokens
        .slice(i, i + 20)
        .map((token) => running.send("flooded", { token, headers: { connection: "close" } }));
      for (const { body } of await Promise.all(sent)) assert.equal(body, UNKNOWN_KEY);
    }
    // A busy machine may take longer than a cooldown for this.
    assert.ok(issuer.asked - before <= 2 && issuer.asked > before, `${issuer.asked - before} fetches`);
    assert.equal(await told(running, "flooded", old), "passed");
    const counted = await stat(
      running.envoy,
      "wasmcustom.jwt_policy_jwks_fetches_totaloutcome=.=bad_http_status;.;",
    );
    assert.ok(counted > 0);
  });
});
