// Envoy referees host/: the same probe filter, given the same requests, must answer alike in both.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { WasmModule } from "../../../host/index.js";
import { eventually } from "../stage/eventually.js";
import { EnvoyProbe } from "../../host/probe/envoy-probe.js";
import { HostProbe } from "../../host/probe/host-probe.js";
import { endScripts, parityCases } from "../../host/probe/parity-cases.js";
import { requestFields, type ProbeAnswer, type ProbeRequest } from "../../host/probe/probe-exchange.js";
import { compileProbe } from "../../host/probe/probe-module.js";
import { signatureCases } from "../../host/probe/signature-cases.js";

/** What the probe does in on_configure; its log line is compared. `call` shows that a call may be dispatched there. */
const CONFIGURATION = [
  "call up 1000 % :method GET :path /text :authority up.test",
  "call nowhere 1000 % :method GET :path / :authority a",
  "level|time|prop plugin_root_id|prop plugin_name|prop source address|setprop a b|bufstatus 7|bufstatus 6",
  "get 0 x|pairs 0|size 0|add 0 a b|sdset configured one 0|sdget configured|eff 0|eff 1|eff 2|cont 0|close 0|reply 200 a b",
  "done|def 0 configured.count|inc @ 1|met 1|qreg configured|foreign clear_route_cache|tick 20|return 1",
].join("|");

void describe("host and Envoy", () => {
  let envoy: EnvoyProbe;
  let host: HostProbe;
  let probe: Uint8Array;

  before(async () => {
    probe = await compileProbe();
    envoy = await EnvoyProbe.start(probe, { configuration: CONFIGURATION });
    host = await HostProbe.start(await WasmModule.compile(probe), CONFIGURATION);
  });
  after(() => envoy.stop());

  /** How many fields an upstream's response has is not the filter's doing, and differs between versions of Envoy. */
  function withoutUpstreamCounts(answer: ProbeAnswer): ProbeAnswer {
    const strip = (text: string): string => text.replace(/headers \d+ (body|end 0)/g, "headers N $1");
    return {
      ...answer,
      body: strip(answer.body),
      headers: answer.headers.map(strip).filter((line) => !line.startsWith("content-length")),
    };
  }

  async function compare(request: ProbeRequest): Promise<void> {
    const expected = withoutUpstreamCounts(await envoy.send(request));
    assert.deepEqual(withoutUpstreamCounts(host.send(request)), expected);
  }

  const envoyMinor = (): number => Number(envoy.version.split(".")[1]);

  void test("on_configure", async () => {
    const told = (log: readonly string[]) => log.find((line) => line.startsWith("configure"));
    const line = await eventually("the probe's configuration", () => told(envoy.log()));
    assert.equal(told(host.log()), line);
  });

  for (const parityCase of [...parityCases, ...signatureCases()]) {
    void test(parityCase.name, async (t) => {
      if (envoyMinor() >= (parityCase.sinceMinor ?? 0)) await compare(parityCase);
      else t.skip(`Envoy ${envoy.version} answers differently`);
    });
  }

  const isLifecycle = (line: string): boolean => /^(log|done|delete)\b/.test(line);

  const ends: Record<string, ProbeRequest> = {};
  for (const [name, onEnd] of Object.entries(endScripts)) {
    ends[`${name} after a local response`] = { script: "reply 401 d text", onEnd };
    ends[`${name} after a response of the upstream`] = { script: "add 0 x-a 1", onEnd };
    ends[`${name} after an answer in a call`] = {
      script: "call up 2000 % :method GET :path /text :authority a|park",
      onCall: "eff @|reply 403 d no",
      onEnd,
    };
  }

  for (const [name, request] of Object.entries<ProbeRequest>({
    ...ends,
    "a local response": { script: "reply 401 d text", onResponse: "lifecycle" },
    "a response of the upstream": { script: "add 0 x-a 1", onResponse: "lifecycle" },
    "a closed stream": { script: "close 0|return 1", onResponse: "lifecycle" },
  })) {
    void test(`the end of a stream: ${name}`, async () => {
      const [envoyBefore, hostBefore] = [envoy.log().length, host.log().length];
      await compare(request);
      const newLines = (): string[] => envoy.log().slice(envoyBefore).filter(isLifecycle);
      await eventually("on_log, on_done and on_delete", () => newLines().length === 3);
      assert.deepEqual(host.log().slice(hostBefore).filter(isLifecycle), newLines());
    });
  }

  void test("a client that leaves while its request is paused", async () => {
    const request: ProbeRequest = {
      script: "call up 300 % :method GET :path /hang :authority a|log 3 PROBE%20parked|park",
      onResponse: "lifecycle",
    };
    // The calls of on_configure and of the cases before: Envoy's clock has ended them long ago.
    host.clock.advance(10_000);
    const [envoyBefore, hostBefore] = [envoy.log().length, host.log().length];
    const fields = requestFields(request).map(([field, value]) => `${field}: ${value}\r\n`);
    const socket = connect(envoy.port, "127.0.0.1", () => {
      socket.write(`GET / HTTP/1.1\r\nhost: probe.test\r\n${fields.join("")}\r\n`);
    });
    const newLines = (): string[] => envoy.log().slice(envoyBefore);
    await eventually("the request to be paused", () => newLines().includes("parked"));
    socket.destroy();
    // The call of the stream that has gone is answered all the same: set_effective_context refuses it.
    await eventually("the answer to the call", () => newLines().some((line) => line.startsWith("orphan")));

    const stream = host.request(request);
    stream.close();
    host.clock.advance(1000);
    assert.equal(stream.outcome.kind, "abandoned");
    assert.deepEqual(host.log().slice(hostBefore), newLines());
  });

  void test("a trap: 503 for the request and for all that follow", async () => {
    const parked = host.request({ script: "park" });
    await compare({ script: "trap" });
    await compare({ script: "add 0 x-a 1" });
    await compare({ script: "answer" });
    assert.equal(host.vm.failed, true);
    assert.match(host.vm.failure ?? "", /proxy_on_request_headers failed.*unreachable/);
    assert.equal(parked.outcome.kind, "paused");
  });
});
