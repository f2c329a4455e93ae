// Crowds of all kinds at once behind one fetch: unsigned tokens with an unknown kid, users that a policy denies, and users that are let on to an
// upstream, a direct_response or a cluster without endpoints. Each gets its own answer, and an honest request after them too.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { waitFor } from "../../../cli/envoy/wait-for.js";
import { bearer, crowd, type Crowd, type CrowdRequest } from "./crowd.js";
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
  readonly signer?: string;
  readonly claims?: object;
  readonly path: string;
  /** Once the keys are there. */
  readonly expected: string;
}

const kinds: readonly Kind[] = [
  { path: "/", expected: "401" },
  { signer: KEY, claims: { sub: "denied" }, path: "/", expected: "403" },
  { signer: KEY, path: "/", expected: "200" },
  { signer: KEY, path: "/direct", expected: "204" },
  { signer: KEY, path: "/nowhere", expected: "503" },
];

interface Mix {
  readonly count: number;
  /** The key server's answer to the fetch that they wait for; undefined: none within the fetch's time. */
  readonly status?: number;
}

const mixes: readonly Mix[] = [250, 400, 3_000].flatMap((count) => [
  { count, status: 200 },
  { count, status: 500 },
  { count },
]);

const titleOf = ({ count, status }: Mix) =>
  `${count} at an issuer that ${status === undefined ? "hangs" : `answers ${status}`}`;
const pathOf = (mix: Mix) => `/${titleOf(mix).replaceAll(" ", "-")}`;

/** One kind after the other, so that any 32 of them are mixed. */
function mixed(path: string, count: number): { requests: CrowdRequest[]; expected: string[] } {
  const chosen = Array.from({ length: count }, (_, i) => kinds[i % kinds.length]!);
  const headers = new Map(
    kinds.map((kind) => [kind, bearer(tokenOf(path, kind.signer, kind.claims))] as const),
  );
  return {
    requests: chosen.map((kind) => ({ headers: headers.get(kind)!, path: kind.path })),
    expected: chosen.map((kind) => kind.expected),
  };
}

async function answersInOrder(waiting: Crowd): Promise<string[]> {
  return Promise.all(waiting.members.map((member) => member.answer));
}

describe("a mixed crowd at a cold start", () => {
  for (const mix of mixes) {
    it(titleOf(mix), async () => {
      const path = pathOf(mix);
      const timeout = mix.status === undefined ? "20s" : undefined;
      const stage: Stage = await startStage({
        workers: 1,
        held: [path],
        listeners: (keys) => ({ [path]: trustingIssuers(keys, [path], timeout) }),
      });
      try {
        const { envoy, keys } = stage;
        const { requests, expected } = mixed(path, mix.count);
        const waiting = await crowd(envoy.port(path), "HTTP/2", requests);
        try {
          await parked(stage, mix.count);
          if (mix.status !== undefined) keys.open(path, mix.status);
          // Without keys nobody is told anything else, good or bad.
          const right = mix.status === 200 ? expected : expected.map(() => "401");
          assert.deepEqual(await answersInOrder(waiting), right);
          keys.open(path);
          await waitFor("an honest request to pass", DEADLINE_MS, async () => {
            const one = await crowd(envoy.port(path), "HTTP/1.1", [{ headers: bearer(tokenOf(path, KEY)) }]);
            return "200" in (await one.answers().finally(() => one.stop()));
          });
          await parked(stage, 0);
        } finally {
          waiting.stop();
        }
        assert.doesNotMatch(envoy.log(), TRAP);
      } finally {
        await stage.stop();
      }
    });
  }
});
