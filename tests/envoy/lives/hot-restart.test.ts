// Envoy's hot restart: a second process takes over the listeners of the first, and every request meanwhile gets its right answer.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { envoyConfig, readEnvoyConfig } from "../../../scripts/envoy-config.js";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { startIssuer } from "../../seeded/issuer.js";
import { startUpstream } from "../../../scripts/upstream.js";
import { eventually } from "../stage/eventually.js";
import { rawGet } from "../../host/probe/raw-http.js";
import { allow, goodToken, trusting } from "../stage/harness.js";

it("a hot restart under load", async () => {
  const directory = await mkdtemp(join(tmpdir(), "jwt-policy-restart-"));
  const [issuer, upstream, binary] = await Promise.all([startIssuer(), startUpstream(), locateEnvoy()]);
  const envoys: RunningEnvoy[] = [];
  const pluginConfig = trusting(issuer, {}, allow({ from: [{ source: { requestPrincipals: ["*"] } }] }));
  const template = await readEnvoyConfig();
  const start = async (epoch: number, port: number) => {
    const config = envoyConfig(template, {
      listeners: [{ name: "restarted", port, pluginConfig }],
      adminPort: 0,
      upstreamPort: upstream.port,
      idpPorts: { idp: issuer.port },
    });
    const hotRestart = { epoch, baseIdPath: join(directory, "base-id"), parentShutdownSeconds: 3 };
    const options = { path: binary.path, config, concurrency: 2, drainSeconds: 1, hotRestart };
    const envoy = await startEnvoy(options);
    envoys.push(envoy);
    return envoy;
  };
  try {
    const first = await start(0, 0);
    // The second process takes the socket over by its address.
    const port = first.port("restarted");
    const good = await goodToken(issuer);
    const kinds: { fields: [string, string][]; answer: string }[] = [
      { fields: [["authorization", `Bearer ${good}`]], answer: "200" },
      {
        fields: [["authorization", `Bearer ${good.slice(0, -8)}AAAAAAAA`]],
        answer: "401 Jwt verification fails",
      },
      { fields: [], answer: "403 RBAC: access denied" },
    ];
    const counts = [0, 0, 0];
    let running = true;
    const load = kinds.map(async ({ fields, answer }, index) => {
      while (running) {
        const { status, body } = await rawGet(port, "/headers", fields);
        assert.equal(status === 200 ? "200" : `${status} ${body}`, answer);
        counts[index]!++;
      }
    });
    const restart = async () => {
      try {
        await start(1, port);
        await eventually("the first process to end", () => first.process.exitCode !== null);
        const before = [...counts];
        await eventually("requests that the second has served", () =>
          counts.every((count, index) => count > before[index]! + 20),
        );
      } finally {
        running = false;
      }
    };
    await Promise.all([...load, restart()]);
    assert.equal(issuer.jwksFetches(), 2, "each process has fetched for itself, once");
  } finally {
    for (const envoy of envoys) await envoy.stop();
    // What the two shared outlives them both.
    const baseId = await readFile(join(directory, "base-id"), "utf8").catch(() => "none");
    await rm(`/dev/shm/envoy_shared_memory_${baseId.trim()}0`, { force: true });
    await Promise.all([issuer.stop(), upstream.stop(), rm(directory, { recursive: true })]);
  }
});
