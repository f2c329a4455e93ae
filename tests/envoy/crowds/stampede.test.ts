// Thousands of requests that wait for keys and are answered when the wait is over, whatever the answer is and wherever it is given: each gets its
// own, and the workers live on. Envoy gives the answers of one callback one inside the other: some 300 of them end the VM (decision 0012).

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { bearer, crowd, type Protocol } from "./crowd.js";
import {
  DEADLINE_MS,
  KEY,
  parked,
  startStage,
  tokenOf,
  TRAP,
  trustingIssuers,
  type Stage,
} from "./stampede-stage.js";

interface Kind {
  /** Whether keys are there already, so that only a newer one is waited for. */
  readonly warm?: boolean;
  /** The token's key; without one nobody has signed it. */
  readonly signer?: string;
  readonly claims?: object;
  readonly path?: string;
  /** Of the fetch. */
  readonly timeout?: string;
  /** The key server's answer; undefined: none. */
  readonly status?: number;
  readonly expected: string;
}

const kinds = {
  "refused by key": { warm: true, status: 200, expected: "401" },
  "refused by key as the issuer hangs": { warm: true, timeout: "5s", expected: "401" },
  "refused as the issuer fails": { signer: KEY, status: 500, expected: "401" },
  "refused by policy": { signer: KEY, claims: { sub: "denied" }, status: 200, expected: "403" },
  "let on to an upstream": { signer: KEY, status: 200, expected: "200" },
  "let on to a direct_response": { signer: KEY, path: "/direct", status: 200, expected: "204" },
  "let on to a cluster without endpoints": { signer: KEY, path: "/nowhere", status: 200, expected: "503" },
} satisfies Record<string, Kind>;

interface Run {
  readonly kind: keyof typeof kinds;
  readonly count: number;
  readonly protocol: Protocol;
}

const everyKind = (count: number): Run[] =>
  (Object.keys(kinds) as Run["kind"][]).map((kind) => ({ kind, count, protocol: "HTTP/2" }));

/** By the number of workers. */
const runs: Readonly<Record<number, readonly Run[]>> = {
  1: [
    ...everyKind(400),
    ...everyKind(1_000),
    { kind: "refused by key", count: 10_000, protocol: "HTTP/2" },
    { kind: "let on to a direct_response", count: 10_000, protocol: "HTTP/2" },
    { kind: "refused by key", count: 1_000, protocol: "HTTP/1.1" },
    { kind: "let on to a cluster without endpoints", count: 1_000, protocol: "HTTP/1.1" },
  ],
  2: [
    { kind: "refused by key", count: 1_000, protocol: "HTTP/1.1" },
    { kind: "refused by policy", count: 3_000, protocol: "HTTP/2" },
    { kind: "refused as the issuer fails", count: 10_000, protocol: "HTTP/2" },
  ],
};

const titleOf = ({ kind, count, protocol }: Run) => `${count} over ${protocol} that are ${kind}`;
const pathOf = (run: Run) => `/${titleOf(run).replace(/[ .]/g, "-")}`;

for (const [workers, planned] of Object.entries(runs)) {
  describe(`a crowd at ${workers} worker${workers === "1" ? "" : "s"}`, () => {
    let stage: Stage;
    before(async () => {
      stage = await startStage({
        workers: Number(workers),
        held: planned.filter(({ kind }) => !("warm" in kinds[kind])).map(pathOf),
        listeners: (keys) =>
          Object.fromEntries(
            planned.map((run) => [
              pathOf(run),
              trustingIssuers(keys, [pathOf(run)], (kinds[run.kind] as Kind).timeout),
            ]),
          ),
      });
    });
    after(() => stage.stop());

    for (const run of planned) {
      it(titleOf(run), async () => {
        const { envoy, keys } = stage;
        const kind: Kind = kinds[run.kind];
        const path = pathOf(run);
        const port = envoy.port(path);
        const honest = async () => {
          const one = await crowd(port, "HTTP/1.1", [{ headers: bearer(tokenOf(path, KEY)) }]);
          return one.answers().finally(() => one.stop());
        };
        if (kind.warm === true) {
          await waitFor("keys", DEADLINE_MS, async () => "200" in (await honest()));
          keys.hold(path);
        }
        const headers = bearer(tokenOf(path, kind.signer, kind.claims));
        const requests = Array.from({ length: run.count }, () => ({ headers, path: kind.path ?? "/" }));
        const waiting = await crowd(port, run.protocol, requests);
        try {
          await parked(stage, run.count);
          if (kind.status !== undefined) keys.open(path, kind.status);
          assert.deepEqual(await waiting.answers(), { [kind.expected]: run.count });
          // While an issuer fails nobody has keys; the next attempt comes soon.
          if (kind.status === 500) keys.open(path);
          await waitFor("an honest request to pass", DEADLINE_MS, async () => "200" in (await honest()));
          await parked(stage, 0);
        } finally {
          waiting.stop();
        }
        assert.doesNotMatch(envoy.log(), TRAP);
      });
    }
  });
}
