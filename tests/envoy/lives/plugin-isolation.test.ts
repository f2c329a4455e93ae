// Several plugin configurations in one VM (the same vm_id): each sees its own issuer, keys, rules and headers only.

import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { startIssuer } from "../../seeded/issuer.js";
import { allow, goodToken, setupFor, trustingInline } from "../stage/harness.js";

const other = startIssuer();
after(async () => (await other).stop());

const setup = setupFor({
  // Inline keys on both sides, so that only what the VM holds can mix them up.
  listeners: async (issuer) => ({
    first: trustingInline(issuer, { outputPayloadToHeader: "x-first" }),
    second: trustingInline(await other, { outputPayloadToHeader: "x-second" }),
    closed: trustingInline(
      issuer,
      {},
      allow({ from: [{ source: { requestPrincipals: ["nobody/nobody"] } }] }),
    ),
  }),
});

describe("two plugin configurations in one VM", () => {
  it("each trust their own issuer", async () => {
    const { issuer: one, send } = await setup();
    const tokens = { first: await goodToken(one), second: await goodToken(await other) };
    const answers = new Map<string, string>();
    // Mixed, so that the contexts of both are alive at the same time.
    const sent = Array.from({ length: 10 }).flatMap(() =>
      (["first", "second"] as const).flatMap((listener) =>
        (["first", "second"] as const).map(async (issuer) => {
          const { status, body } = await send(listener, { token: tokens[issuer] });
          const answer = status === 200 ? "passed" : `${status} ${body}`;
          answers.set(`${issuer}'s token at ${listener}`, answer);
        }),
      ),
    );
    await Promise.all(sent);
    assert.deepEqual(Object.fromEntries([...answers].sort()), {
      "first's token at first": "passed",
      "first's token at second": "401 Jwt issuer is not configured",
      "second's token at first": "401 Jwt issuer is not configured",
      "second's token at second": "passed",
    });
  });

  it("each remove and set their own header only", async () => {
    const { issuer, send } = await setup();
    const token = await goodToken(issuer);
    const headers = { "x-first": "forged", "x-second": "mine" };
    const { status, body } = await send("first", { token, headers });
    assert.equal(status, 200, body);
    const seen = (JSON.parse(body) as { headers: Record<string, string> }).headers;
    assert.equal(seen["X-First"], token.split(".")[1]);
    assert.equal(seen["X-Second"], "mine");
  });

  it("each enforce their own policy", async () => {
    const { issuer, send } = await setup();
    const token = await goodToken(issuer);
    assert.equal((await send("closed", { token })).status, 403);
    assert.equal((await send("first", { token })).status, 200);
  });
});
