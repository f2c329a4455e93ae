// Envoy referees policies/evaluation/request/hop-fields.ts: what its filters see of header fields that are for one hop, or for itself.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { asReceived } from "../../../policies/evaluation/request/received-request.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import { rawGet } from "../../host/probe/raw-http.js";
import { tellingListener } from "../stage/telling-listener.js";

type Line = readonly [name: string, value: string];

const internal =
  "expected-rq-timeout-ms force-trace hedge-on-per-try-timeout internal ip-tags max-retries original-url retriable-header-names retriable-status-codes retry-grpc-on retry-on upstream-alt-stat-name upstream-rq-per-try-timeout-ms upstream-rq-timeout-alt-response upstream-rq-timeout-ms upstream-stream-duration-ms"
    .split(" ")
    .map((name): Line[] => [[`x-envoy-${name}`, "1"]]);
/** Taken out by Envoy 1.40, not by 1.36 (observed). */
const newestInternal = "x-envoy-upstream-stream-duration-ms";
const kept =
  "x-envoy-original-path x-envoy-decorator-operation x-envoy-attempt-count x-envoy-peer-metadata x-forwarded-host trailer via proxy-authorization http2-settings x-a"
    .split(" ")
    .map((name): Line[] => [[name, "1"]]);
const each = (name: string, values: readonly string[]) => values.map((value): Line[] => [[name, value]]);

const requests: readonly (readonly Line[])[] = [
  ...internal,
  ...kept,
  ...each("te", ["trailers", "Trailers", "gzip", "gzip, trailers", "trailers,gzip", "trailers;q=1"]),
  ...each("expect", ["x"]),
  ...each("referer", [
    ..."a /a a/b:c a:b //a/b ?a=b a|b https://a https://a/b?c http://u@a/ http://a/#b https:// about:blank".split(
      " ",
    ),
  ]),
  ...each("upgrade", ["websocket"]),
  ...each("connection", ["close", "upgrade", "keep-alive", "te"]),
  ...each("keep-alive", ["1"]),
  ...each("proxy-connection", ["close"]),
  ...each("x-forwarded-client-cert", ["URI=spiffe://cluster.local/ns/a/sa/b"]),
  [
    ["connection", "Upgrade"],
    ["upgrade", "websocket"],
  ],
  [
    ["connection", "keep-alive, upgrade"],
    ["upgrade", "WebSocket"],
    ["x-a", "1"],
  ],
  [
    ["connection", "X-A , x-b"],
    ["x-a", "1"],
    ["x-b", "2"],
    ["via", "3"],
  ],
  [
    ["connection", "te"],
    ["te", "trailers"],
  ],
  [["x-a", " 1\t "]],
];

const names = [...new Set(requests.flat().map(([name]) => name))];

const bootstrap = tellingListener(
  "fields",
  // As Istio's.
  { upgrade_configs: [{ upgrade_type: "websocket" }] },
  Object.fromEntries(names.map((name) => [`x-seen-${name}`, `[%REQ(${name})%]`])),
);

describe("header fields behind Envoy's connection manager", () => {
  let envoy: RunningEnvoy;
  let minor: number;
  before(async () => {
    const { path, version } = await locateEnvoy();
    minor = Number(version.split(".")[1]);
    envoy = await startEnvoy({ path, config: bootstrap });
  });
  after(() => envoy.stop());

  for (const sent of requests) {
    it(JSON.stringify(sent), async (t) => {
      if (minor < 40 && sent.some(([name]) => name === newestInternal)) {
        t.skip("older Envoys leave it to their filters");
        return;
      }
      const { status, headers } = await rawGet(envoy.port("fields"), "/", sent);
      assert.equal(status, 200);
      const seen = names.flatMap((name) => {
        const value = headers.find(([one]) => one === `x-seen-${name}`)?.[1] ?? "[]";
        // Of a field that is not there, and of an empty one.
        return value === "[]" ? [] : [[name, value.slice(1, -1)]];
      });
      const { headers: here } = asReceived({ method: "GET", path: "/", authority: "a", headers: sent });
      assert.deepEqual(
        here.filter(([name, value]) => names.includes(name) && value !== "").toSorted(byName),
        seen.toSorted(byName),
      );
    });
  }
});

const byName = ([a]: readonly unknown[], [b]: readonly unknown[]) => (String(a) < String(b) ? -1 : 1);
