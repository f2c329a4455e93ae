// How many instructions the filter executes for a request: one whose token it knows, and others beside it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  HeaderMap,
  HostProcess,
  LogLevel,
  ManualHttpFetcher,
  VirtualClock,
  WasmModule,
  WasmVm,
} from "../../host/index.js";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { jwk, mint, NOW, rule, trusting } from "../security/filter.js";
import { COUNTER, metered } from "./meter.js";

export interface Measured {
  readonly name: string;
  readonly instructions: number;
}

/** Rules as users have them: a principal, methods and paths, a scope; DENY beside ALLOW. */
export const configuration = {
  ...trusting(
    rule([jwk("rsa")], { outputPayloadToHeader: "x-jwt-payload", forwardOriginalToken: true }),
    rule([jwk("ec256")], { issuer: "https://other.example.com/" }),
  ),
  authorizationPolicies: [
    {
      name: "allow",
      namespace: "foo",
      rules: [
        {
          from: [{ source: { requestPrincipals: ["*"] } }],
          to: [{ operation: { methods: ["GET"], paths: ["/headers", "/ip*"] } }],
          when: [{ key: "request.auth.claims[scope]", values: ["read:headers"] }],
        },
      ],
    },
    {
      name: "deny",
      namespace: "foo",
      action: "DENY",
      rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }],
    },
  ],
};

let compiled: Promise<WasmModule> | undefined;

/** @param lines how many more of them, which nobody asks for */
const pairs = (path: string, token: string | undefined, lines: number) =>
  HeaderMap.request([
    [":method", "GET"],
    [":path", path],
    [":authority", "api.example.com"],
    [":scheme", "https"],
    ["user-agent", "test/1.0"],
    ["accept", "*/*"],
    ["x-request-id", "5f9d2a6c-1f0c-4b70-9a3e-2f4f5c7e8d10"],
    ...Array.from({ length: lines }, (_, i): [string, string] => [`x-line-${i}`, "value"]),
    ...(token === undefined ? [] : [["authorization", `Bearer ${token}`] as [string, string]]),
  ]);

/** What each request costs, after one that has made the filter know its token. Deterministic: the same wasm says the same. */
export async function measure(config: object = configuration): Promise<Measured[]> {
  const quiet = await costs(config, LogLevel.Info);
  const explained = await costs(config, LogLevel.Debug);
  return [
    ...quiet,
    ...explained.map(({ name, instructions }) => ({ name: `${name}, debug log`, instructions })),
  ];
}

async function costs(config: object, logLevel: LogLevel): Promise<Measured[]> {
  compiled ??= readFile(join(repositoryRoot, "build", "jwt-policy.wasm")).then((bytes) =>
    WasmModule.compile(metered(bytes)),
  );
  const process = new HostProcess({
    clock: new VirtualClock(NOW * 1000),
    fetcher: new ManualHttpFetcher([]),
    log: () => undefined,
    logLevel,
  });
  const vm = await WasmVm.instantiate(await compiled, { process, vmId: "instructions" });
  const started = vm.startPlugin({ rootId: "jwt-policy", configuration: JSON.stringify(config) });
  if (started.kind !== "started") throw new Error("the filter refuses the configuration");
  const { exports } = vm as unknown as { exports: Record<string, WebAssembly.Global> };
  const counter = exports[COUNTER]!;
  const token = mint({ claims: { scope: "read:headers write:headers" } });
  const cost = (path: string, sent?: string, lines = 0) => {
    const before = counter.value as bigint;
    started.plugin.request(pairs(path, sent, lines)).close();
    return Number((counter.value as bigint) - before);
  };
  cost("/headers", token);
  cost("/headers", token);
  return [
    { name: "a known token, allowed", instructions: cost("/headers", token) },
    { name: "a known token, 300 lines", instructions: cost("/headers", token, 300) },
    { name: "a known token, denied", instructions: cost("/admin", token) },
    { name: "no token, denied", instructions: cost("/headers") },
  ];
}
