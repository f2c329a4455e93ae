// What the built module asks of a host, and offers it: proxy-wasm functions and nothing else, or Envoy would refuse it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import {
  HeaderMap,
  HostProcess,
  LogLevel,
  ManualHttpFetcher,
  VirtualClock,
  WasmModule,
  WasmVm,
} from "../../host/index.js";
import { readModuleSignature, type ModuleSignature } from "../../host/module/module-signature.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { onlyPolicies } from "../differential/cases/scale.js";
import { mint, NOW } from "../security/filter.js";
import { configuration } from "../instructions/known-token.js";
import { filterModule } from "./workers.js";

describe("build/jwt-policy.wasm", () => {
  let bytes: Uint8Array;
  let signature: ModuleSignature;
  before(async () => {
    bytes = await readFile(join(repositoryRoot, "build", "jwt-policy.wasm"));
    signature = readModuleSignature(bytes);
  });

  it("imports only functions of the proxy-wasm ABI", () => {
    const names = signature.imports.map(({ module, name }) => `${module}.${name}`);
    assert.deepEqual(
      names.filter((name) => !name.startsWith("env.proxy_")),
      [],
    );
    assert.deepEqual(signature.otherImports, []);
    assert.ok(names.length > 15, names.join(" "));
  });

  it("exports the callbacks of ABI 0.2.1 that it needs, so that the others cost a request nothing", () => {
    assert.deepEqual([...signature.exports.keys()].sort(), [
      "proxy_abi_version_0_2_1",
      "proxy_on_configure",
      "proxy_on_context_create",
      "proxy_on_delete",
      "proxy_on_http_call_response",
      "proxy_on_memory_allocate",
      "proxy_on_request_headers",
      "proxy_on_tick",
      "proxy_on_vm_start",
    ]);
  });

  it("is taken by host/, which checks names and types as Envoy does", async () => {
    await WasmModule.compile(bytes);
  });
});

/** assembly/memory/collector.ts: what nobody refers to any more is given back between two callbacks. */
describe("the memory of a VM", () => {
  const start = async (config: object, logLevel: LogLevel) => {
    const process = new HostProcess({
      clock: new VirtualClock(NOW * 1000),
      fetcher: new ManualHttpFetcher([]),
      log: () => undefined,
      logLevel,
    });
    const vm = await WasmVm.instantiate(await filterModule(), { process, vmId: "memory" });
    const plugin = (rootId: string) => {
      const started = vm.startPlugin({ rootId, configuration: JSON.stringify(config) });
      if (started.kind !== "started") throw new Error("the filter refuses the configuration");
      return started.plugin;
    };
    return { vm, plugin };
  };
  const token = mint({ claims: { scope: "read:headers write:headers" } });
  const requests = [`Bearer ${token}`, "Bearer malformed", "Basic none"].flatMap((authorization) =>
    ["/headers", "/admin"].map(
      (path) =>
        [
          [":method", "GET"],
          [":path", path],
          [":authority", "api.example.com"],
          [":scheme", "https"],
          ["authorization", authorization],
        ] as [string, string][],
    ),
  );
  const growth = async (logLevel: LogLevel, rounds: number) => {
    const { vm, plugin } = await start(configuration, logLevel);
    const started = plugin("one");
    const before = vm.memory.size;
    for (let i = 0; i < rounds; i++)
      for (const pairs of requests) started.request(HeaderMap.request(pairs)).close();
    return vm.memory.size - before;
  };

  it("stays as it is however many requests come", async () => {
    assert.equal(await growth(LogLevel.Info, 3_000), 0);
  });

  it("comes to rest when each request is explained in the debug log, some 4 KiB of garbage each", async () => {
    const grown = await growth(LogLevel.Trace, 500);
    assert.ok(grown <= 1 << 20, `${grown} bytes`);
  });

  it("comes to rest when the configuration is replaced again and again", async () => {
    const { vm, plugin } = await start({ ...configuration, ...onlyPolicies(300) }, LogLevel.Info);
    const replace = (times: number) => {
      for (let i = 0; i < times; i++) plugin("one").close();
      return vm.memory.size;
    };
    const rest = replace(4);
    assert.equal(replace(12), rest);
  });
});
