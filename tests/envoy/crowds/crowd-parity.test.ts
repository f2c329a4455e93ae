// Envoy referees host/: what the guest asks for is done when its call returns, one thing inside the other if it calls the guest again. So many
// answers of one callback end the VM, in both.

import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { WasmModule, type Stream } from "../../../host/index.js";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { EnvoyProbe } from "../../host/probe/envoy-probe.js";
import { HostProbe } from "../../host/probe/host-probe.js";
import { compileProbe } from "../../host/probe/probe-module.js";
import { crowd } from "./crowd.js";

const DEADLINE_MS = 30_000;
/** Answers of one callback that no host has trouble with, and more than any stack holds. */
const FEW = 100;
const MANY = 450;
const STACK = /failed: (Uncaught )?RangeError: Maximum call stack size exceeded/;

interface Case {
  readonly name: string;
  readonly path: string;
  /** What ends the wait of all: see the operation `crowd` of probe.as.ts. */
  readonly end: string;
  /** The answer to each, and to those who come behind the trap. */
  readonly answer: string;
  readonly nests: boolean;
}

const cases: readonly Case[] = [
  { name: "local responses", path: "/", end: "crowd reply 401", answer: "401", nests: true },
  { name: "a direct_response", path: "/direct", end: "crowd cont", answer: "204", nests: true },
  { name: "an upstream", path: "/", end: "crowd cont", answer: "200", nests: false },
];

/** How many got which status. */
type Statuses = Record<string, number>;

async function inEnvoy(envoy: EnvoyProbe, { path, end }: Case, count: number): Promise<Statuses> {
  const said = () => envoy.log().filter((line) => line === "joined").length;
  const before = said();
  const requests = Array.from({ length: count }, () => ({
    path,
    headers: { "x-script": "join|log 3 PROBE%20joined" },
  }));
  const waiting = await crowd(envoy.port, "HTTP/2", requests);
  try {
    await waitFor("all to wait", DEADLINE_MS, () => said() === before + count);
    await envoy.send({ script: `${end}|answer` });
    return await waiting.answers();
  } finally {
    waiting.stop();
  }
}

function inHost(host: HostProbe, { path, end }: Case, count: number): Statuses {
  const streams = Array.from({ length: count }, () => host.request({ path, script: "join" }));
  host.send({ script: `${end}|answer` });
  const statuses: Statuses = {};
  for (const stream of streams) {
    const status = statusOf(stream);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

/** As Envoy's client sees it: what goes on to the upstream is answered with 200. */
function statusOf({ outcome, passedResponse }: Stream): string {
  if (outcome.kind === "localResponse") return String(outcome.headers.get(":status"));
  if (outcome.kind !== "continue") return outcome.kind;
  return passedResponse?.headers?.get(":status") ?? "200";
}

describe("answers of one callback, in host and Envoy", () => {
  let probe: Uint8Array;
  before(async () => void (probe = await compileProbe()));

  for (const one of cases) {
    it(`${one.name}: a few are given alike, and so many end the VM`, async () => {
      const host = await HostProbe.start(await WasmModule.compile(probe));
      const envoy = await EnvoyProbe.start(probe);
      try {
        assert.deepEqual(await inEnvoy(envoy, one, FEW), { [one.answer]: FEW });
        assert.deepEqual(inHost(host, one, FEW), { [one.answer]: FEW });
        assert.equal(host.vm.failure, undefined);
        const there = await inEnvoy(envoy, one, MANY);
        const here = inHost(host, one, MANY);
        if (!one.nests) {
          assert.deepEqual([here, there], [{ [one.answer]: MANY }, { [one.answer]: MANY }]);
          return;
        }
        // Whose turn came before the stack was full had its answer, and nobody after: in Envoy later than here.
        assert.ok(
          there[one.answer]! < MANY && here[one.answer]! <= there[one.answer]!,
          JSON.stringify([here, there]),
        );
        for (const statuses of [here, there])
          assert.deepEqual(statuses, {
            [one.answer]: statuses[one.answer],
            "503": MANY - statuses[one.answer]!,
          });
        assert.match(envoy.fullLog(), STACK);
        assert.match(String(host.vm.failure), STACK);
        const after = { script: "answer" };
        assert.deepEqual([host.send(after).status, (await envoy.send(after)).status], [503, 503]);
      } finally {
        await envoy.stop();
      }
    });
  }
});
