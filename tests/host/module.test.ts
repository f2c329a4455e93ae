// What the built module asks of a host, and offers it: proxy-wasm functions and nothing else, or Envoy would refuse it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { WasmModule } from "../../host/index.js";
import { readModuleSignature, type ModuleSignature } from "../../host/module/module-signature.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

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
