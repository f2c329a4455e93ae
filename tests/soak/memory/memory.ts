// `npm run memory`: a million requests through one worker, and what the VM and Envoy hold after 10,000, 100,000, 500,000 and all of them.
// `-- --requests N` sends N, and looks after the same fractions.

import { parseArgs } from "node:util";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { envoyConfig, readEnvoyConfig } from "../../../scripts/envoy-config.js";
import { startEnvoy } from "../../../cli/envoy/envoy-process.js";
import { startIssuer } from "../../seeded/issuer.js";
import { eventually } from "../../envoy/stage/eventually.js";
import { stat } from "../../envoy/stage/harness.js";
import { envoyMemory, mebibytes, memoryIsTold } from "./envoy-memory.js";
import { rawMix } from "../load/raw-mix.js";
import { sendRaw, startFixedUpstream } from "../load/raw-load.js";
import { newSigningKey } from "../issuer/signing-key.js";

/** Of all requests: where memory is looked at. */
const MARKS = [0.01, 0.1, 0.5, 1];
const CONNECTIONS = 32;
/** Linear memory grows by pages of 64 KiB; this much more than after the first mark is no growth. */
const PAGE = 64 * 1024;

export interface MemoryRow {
  requests: number;
  vm: number;
  resident: number;
}

/** Runs `requests` requests and answers the memory at each mark; `print` gets the table line by line. */
export async function measureMemory(requests: number, print: (line: string) => void): Promise<MemoryRow[]> {
  const binary = await locateEnvoy();
  const issuer = await startIssuer();
  const upstream = await startFixedUpstream();
  const keys = [newSigningKey("RS256"), newSigningKey("ES256"), newSigningKey("EdDSA")];
  issuer.answerJwksWith(() =>
    Promise.resolve({ status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) }),
  );
  const mix = rawMix(issuer, keys);
  const config = envoyConfig(await readEnvoyConfig(), {
    listeners: [{ name: "memory", port: 0, pluginConfig: mix.pluginConfig }],
    adminPort: 0,
    upstreamPort: upstream.port,
    idpPorts: { idp: issuer.port },
  });
  try {
    const envoy = await startEnvoy({ path: binary.path, config, concurrency: 1 });
    try {
      await memoryIsTold(envoy);
      const rows: MemoryRow[] = [];
      let passing = 0;
      const next = () => {
        const request = mix.next();
        if (request.expected === "200") passing++;
        return request;
      };
      const note = async (sent: number) => {
        // The filter tells all of its figures at once: when it has told of the last request, its memory is that behind it.
        const told = async () => (await stat(envoy, "wasmcustom.jwt_policy_allowed_total")) === passing;
        await eventually("the filter's figures", told);
        const { vms, resident } = await envoyMemory(envoy);
        rows.push({ requests: sent, vm: vms, resident });
        print(`| ${sent.toLocaleString("en")} | ${mebibytes(vms)} | ${mebibytes(resident)} |`);
      };
      print(`Envoy ${binary.version}, one worker; each answer checked. Sent: ${mix.description}.`);
      print("| requests | VM | Envoy |");
      print("| --- | --- | --- |");
      await note(0);
      const begin = Date.now();
      let sent = 0;
      for (const mark of MARKS) {
        const upTo = Math.round(requests * mark);
        await sendRaw(envoy.port("memory"), upTo - sent, CONNECTIONS, next);
        sent = upTo;
        await note(sent);
      }
      print(`${Math.round((requests / (Date.now() - begin)) * 1000)} requests a second.`);
      return rows;
    } finally {
      await envoy.stop();
    }
  } finally {
    await issuer.stop();
    await upstream.stop();
  }
}

/** Whether the VM holds at the end what it held at the first mark. */
export function isFlat(rows: readonly MemoryRow[]): boolean {
  const [, first] = rows;
  const last = rows.at(-1);
  return first !== undefined && last !== undefined && last.vm <= first.vm + PAGE;
}

export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { requests: { type: "string" } } });
  const rows = await measureMemory(Number(values.requests ?? 1_000_000), (line) => console.log(line));
  if (isFlat(rows)) return;
  console.error("The VM's memory has grown.");
  process.exitCode = 1;
}
