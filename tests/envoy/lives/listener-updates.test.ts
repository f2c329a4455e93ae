// Configuration that changes while requests flow (LDS from a file that is moved into place): old and new plugin side by side in one VM.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { startIssuer } from "../../seeded/issuer.js";
import { eventually } from "../stage/eventually.js";
import { gate } from "../stage/gate.js";
import {
  allow,
  connectionManager,
  goodToken,
  setUp,
  stat,
  trusting,
  type EnvoyListener,
  type Setup,
  type TestAnswer,
  type TestRequest,
} from "../stage/harness.js";
import { LdsFile } from "../stage/lds-file.js";

const other = startIssuer();
let directory = "";
before(async () => (directory = await mkdtemp(join(tmpdir(), "jwt-policy-lds-"))));
after(async () => {
  await (await other).stop();
  await rm(directory, { recursive: true });
});

/** A setup whose one listener comes by LDS, and the means to give it another plugin configuration. */
async function withUpdates(
  config: (issuer: Issuer) => object,
  prepare: (issuer: Issuer) => void = () => undefined,
): Promise<Setup & { update: (config: object) => Promise<void> }> {
  const folder = await mkdtemp(join(directory, "listeners-"));
  let listener: EnvoyListener | undefined;
  const lds = new LdsFile(join(folder, "listeners.json"));
  const setup = await setUp({
    concurrency: 2,
    prepare,
    listeners: (issuer) => ({ updated: config(issuer) }),
    edit: async (bootstrap) => {
      [listener] = bootstrap.static_resources.listeners;
      await lds.take(bootstrap);
    },
  });
  const update = async (next: object) => {
    const plugin = connectionManager(listener!).http_filters[0].typed_config.config;
    plugin.configuration = {
      "@type": "type.googleapis.com/google.protobuf.StringValue",
      value: JSON.stringify(next),
    };
    const updates = "listener_manager.listener_create_success";
    const done = await stat(setup.envoy, updates);
    await lds.write([listener!]);
    // Once by each worker.
    await eventually(
      "the workers to take the update",
      async () => (await stat(setup.envoy, updates)) >= done + 2,
    );
  };
  return { ...setup, update };
}

/** What came of a request: its status, the text of a refusal, and which plugin's header the upstream saw. */
function told({ status, body }: TestAnswer): string {
  if (status !== 200) return `${status} ${body}`;
  const { headers } = JSON.parse(body) as { headers: Record<string, string> };
  return ["200", ...["X-First", "X-Second"].filter((name) => name in headers)].join(" ");
}

const everybody = allow({ from: [{ source: { requestPrincipals: ["*"] } }] });
const open = (issuer: Issuer, rest: object = {}) =>
  trusting(issuer, { outputPayloadToHeader: "x-first" }, rest);
const closed = (issuer: Issuer) => trusting(issuer, { outputPayloadToHeader: "x-second" }, everybody);

describe("twelve updates under load", () => {
  it("give every request the answer of the old or of the new configuration", async () => {
    const setup = await withUpdates((issuer) => open(issuer));
    try {
      const { issuer, send, update } = setup;
      const good = await goodToken(issuer);
      const kinds: { request: TestRequest; allowed: string[] }[] = [
        { request: { token: good }, allowed: ["200 X-First", "200 X-Second"] },
        { request: {}, allowed: ["200", "403 RBAC: access denied"] },
        {
          request: { token: `${good.slice(0, -8)}AAAAAAAA` },
          allowed: ["401 Jwt verification fails"],
        },
        { request: { token: await goodToken(await other) }, allowed: ["401 Jwt issuer is not configured"] },
      ];
      const seen = new Map<string, number>();
      let running = true;
      const load = kinds.flatMap(({ request, allowed }) =>
        // With connections that stay, and with new ones: those see the new configuration at once.
        [{}, { connection: "close" }].map(async (headers: Record<string, string>) => {
          while (running) {
            const answer = told(await send("updated", { ...request, headers }));
            assert.ok(allowed.includes(answer), answer);
            seen.set(answer, (seen.get(answer) ?? 0) + 1);
          }
        }),
      );
      const updates = async () => {
        try {
          for (let i = 1; i <= 12; i++) {
            const isClosed = i % 2 === 1;
            await update(isClosed ? closed(issuer) : open(issuer));
            // However slow the machine: both configurations have answered before the next one comes.
            const answers = [
              isClosed ? "200 X-Second" : "200 X-First",
              isClosed ? "403 RBAC: access denied" : "200",
            ];
            const before = answers.map((answer) => seen.get(answer) ?? 0);
            await eventually(`answers of configuration ${i}`, () =>
              answers.every((answer, index) => (seen.get(answer) ?? 0) > before[index]!),
            );
          }
        } finally {
          running = false;
        }
      };
      await Promise.all([...load, updates()]);
      for (const { allowed } of kinds)
        for (const answer of allowed) assert.ok((seen.get(answer) ?? 0) > 0, `nobody was told ${answer}`);
      assert.equal(issuer.jwksFetches(), 1, "a plugin that comes has the keys of the one that goes");
    } finally {
      await setup.stop();
    }
  });
});

describe("requests that are parked when the configuration changes", () => {
  it("are judged by the old one; those that come after by the new one", async () => {
    const held = gate();
    const setup = await withUpdates(
      (issuer) => open(issuer),
      (issuer) => {
        const answer = { status: 200, body: JSON.stringify(issuer.jwks) };
        issuer.answerJwksWith(() => held.passed.then(() => answer));
      },
    );
    try {
      const { issuer, envoy, send, update } = setup;
      const token = await goodToken(issuer);
      const ask = () => send("updated", { token, headers: { connection: "close" } });
      const active = (count: number) =>
        eventually(
          `${count} parked requests`,
          async () => (await stat(envoy, "http.updated.downstream_rq_active")) === count,
        );
      const early = Array.from({ length: 10 }, ask);
      await active(10);
      await update(closed(issuer));
      const late = Array.from({ length: 10 }, ask);
      await active(20);
      held.open();
      const answers = async (asked: Promise<TestAnswer>[]) => new Set((await Promise.all(asked)).map(told));
      assert.deepEqual([...(await answers(early))], ["200 X-First"]);
      assert.deepEqual([...(await answers(late))], ["200 X-Second"]);
      assert.equal(issuer.jwksFetches(), 1);
    } finally {
      await setup.stop();
    }
  });
});
