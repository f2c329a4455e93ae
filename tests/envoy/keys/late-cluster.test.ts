// A plugin that arrives before the cluster of its issuer: as in Istio, where the ServiceEntry comes when it comes, and its name resolves later still.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { PATIENCE } from "../stage/eventually.js";
import { goodToken, setupFor, stat, trusting, type Setup } from "../stage/harness.js";
import { writeResources } from "../stage/xds-file.js";

const HOST = "idp.example.com";
/** The name that Istio gives it. */
const CLUSTER = `outbound|80||${HOST}`;

/** Clusters that come from a file (CDS). */
class CdsFile {
  private version = 0;

  constructor(readonly path: string) {}

  async write(...clusters: object[]): Promise<void> {
    const type = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    await writeResources(this.path, ++this.version, type, clusters);
  }
}

const directory = mkdtemp(join(tmpdir(), "jwt-policy-cds-"));
after(async () => rm(await directory, { recursive: true, force: true }));

function cluster(port: number | undefined): object {
  const address = { socket_address: { address: "127.0.0.1", port_value: port } };
  const lb_endpoints = port === undefined ? [] : [{ endpoint: { address } }];
  return {
    name: CLUSTER,
    type: "STATIC",
    load_assignment: { cluster_name: CLUSTER, endpoints: [{ lb_endpoints }] },
  };
}

describe("a cluster that Envoy does not have yet", () => {
  let cds: CdsFile | undefined;
  const setup = setupFor({
    concurrency: 2,
    wasmLogLevel: "info",
    listeners: (issuer) => ({
      late: trusting(issuer, { jwksUri: `http://${HOST}/.well-known/jwks.json` }, { clusters: {} }),
    }),
    edit: async (config) => {
      cds = new CdsFile(join(await directory, "clusters.json"));
      await cds.write();
      config.node = { id: "test", cluster: "test" };
      config.dynamic_resources = {
        cds_config: { resource_api_version: "V3", path_config_source: { path: cds.path } },
      };
    },
  });
  const looks = ({ envoy }: Setup) =>
    stat(envoy, "wasmcustom.jwt_policy_jwks_fetches_totaloutcome=.=not_dispatched;.;");
  /** Waits for three more looks for the cluster, none of which finds a host in it. */
  async function threeLooks(running: Setup): Promise<void> {
    const before = await looks(running);
    await waitFor("three more looks", PATIENCE, async () => (await looks(running)) >= before + 3);
    const { status, body } = await running.send("late", { token: await goodToken(running.issuer) });
    assert.deepEqual({ status, body }, { status: 401, body: "Jwks remote fetch is failed" });
    assert.equal(running.issuer.jwksFetches(), 0);
  }

  it("is looked for every second, and the warning names it", async () => {
    const running = await setup();
    await threeLooks(running);
    const warnings = running.envoy
      .log()
      .split("\n")
      .filter((line) => line.includes("step=keys"));
    assert.ok(warnings.length > 0 && warnings.length <= 4, warnings.join("\n"));
    for (const line of warnings) {
      assert.ok(line.includes('outcome="not_dispatched" failures=0 '), line);
      assert.ok(line.includes(`cluster="${CLUSTER}"`), line);
    }
  });

  it("is looked for when it is there and has no host", async () => {
    const running = await setup();
    await cds!.write(cluster(undefined));
    await waitFor("the cluster", PATIENCE, async () =>
      (await running.envoy.admin("/clusters")).includes(`${CLUSTER}::`),
    );
    await threeLooks(running);
  });

  it("serves when its host has come, without a restart and without a request that asks for it", async () => {
    const running = await setup();
    await cds!.write(cluster(running.issuer.port));
    await waitFor("a fetch", PATIENCE, () => running.issuer.jwksFetches() === 1);
    const token = await goodToken(running.issuer);
    await waitFor("both workers to serve", PATIENCE, async () => {
      const sent = Array.from({ length: 8 }, () =>
        running.send("late", { token, headers: { connection: "close" } }),
      );
      return (await Promise.all(sent)).every(({ status }) => status === 200);
    });
    assert.equal(running.issuer.jwksFetches(), 1);
  });
});
