// The files in envoy/ that users copy: Envoy takes them, and the filter takes what Istio would hand it from them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { parse, parseAllDocuments } from "yaml";
import { statsTags } from "../../../policies/render/envoy/stats-tags.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { goodToken, setupFor } from "../stage/harness.js";

interface Resource {
  kind: string;
  spec: { pluginConfig?: object; wasm?: { pluginConfig: object } };
}

async function resources(name: string): Promise<Resource[]> {
  const text = await readFile(join(repositoryRoot, "envoy", "istio", name), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS() as Resource);
}

const wasmPlugin = async () => (await resources("wasmplugin.yaml"))[0]!;

it("envoy/jwt-policy.yaml is a valid configuration of Envoy's", async () => {
  const { path } = await locateEnvoy();
  // As its first lines say: from the repository's root.
  const parameters = ["--mode", "validate", "-c", "envoy/jwt-policy.yaml", "-l", "error"];
  const { stdout } = await promisify(execFile)(path, parameters, { cwd: repositoryRoot });
  assert.match(stdout, /configuration 'envoy\/jwt-policy\.yaml' OK/);
});

it("envoy/jwt-policy.yaml labels metrics as rendered bootstraps do", async () => {
  const text = await readFile(join(repositoryRoot, "envoy", "jwt-policy.yaml"), "utf8");
  const { stats_config: statsConfig } = parse(text) as { stats_config: { stats_tags: object[] } };
  assert.deepEqual(statsConfig.stats_tags, statsTags);
});

it("the TrafficExtension says what the WasmPlugin says", async () => {
  const [extension] = await resources("trafficextension.yaml");
  const { pluginConfig } = (await wasmPlugin()).spec;
  assert.ok(pluginConfig !== undefined);
  assert.deepEqual(extension?.spec.wasm?.pluginConfig, pluginConfig);
});

describe("the WasmPlugin's pluginConfig", () => {
  const setup = setupFor({ listeners: async () => ({ istio: (await wasmPlugin()).spec.pluginConfig }) });

  it("is taken by the filter, which then denies a request without a token", async () => {
    const { send } = await setup();
    assert.equal((await send("istio")).status, 403);
  });

  it("names an issuer, whose keys are asked for at the cluster that Istio makes", async () => {
    const { issuer, send } = await setup();
    // This Envoy has no cluster outbound|443||idp.example.com.
    const { status, body } = await send("istio", {
      token: await goodToken(issuer, { iss: "https://idp.example.com/" }),
    });
    assert.deepEqual({ status, body }, { status: 401, body: "Jwks remote fetch is failed" });
  });
});
