import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import type { Case } from "./case.js";
import { loadTables, withEnvoy } from "./differential-run.js";
import { differences, type Answer } from "./exchange.js";
import { HostRunner } from "./harness/host-runner.js";
import type { Policy } from "./policy.js";
import { tables } from "./tables.js";

const wasm = process.env.DIFFERENTIAL_WASM ?? join(repositoryRoot, "build", "jwt-policy.wasm");

/** A listener without any filter: what its upstream receives is what a filter would have seen. */
const bare: Policy = { name: "bare", config: {} };

/** Tables about the connection, which host/ is told by properties that only Envoy knows here. */
const aboutConnections = new Set(["addresses", "peers", "filter-metadata"]);

/** Every so many cases of a table are asked. */
const stride = 5;

function comparable(one: Case): boolean {
  const { request, policy } = one;
  const grpc = (request.headers ?? []).some(
    ([name, value]) => name === "content-type" && /grpc/i.test(value),
  );
  return request.connection === undefined && policy.tls !== true && policy.ahead === undefined && !grpc;
}

/** What host/ does not make: Envoy's own headers, and the framing. */
function reduced(answer: Answer): Answer {
  const headers =
    answer.received !== null
      ? []
      : answer.headers.filter(([name]) => name === "www-authenticate" || name === "content-type");
  return { ...answer, headers };
}

test("the filter answers in host/ as it does in Envoy", async () => {
  const chosen = tables.filter((table) => !aboutConnections.has(table.name));
  let count = 0;
  const { cases, policies } = await loadTables(chosen, (one) => comparable(one) && count++ % stride === 0);
  const host = await HostRunner.load(wasm);
  const problems: string[] = [];
  let compared = 0;
  await withEnvoy({ policies: [...policies, bare], native: new Map(), wasm }, async (run) => {
    for (const policy of policies) {
      for (const one of cases.filter(({ policy: its }) => its === policy)) {
        const [seen, envoy] = await Promise.all([
          run.runner.ask("native", bare, one.request),
          run.runner.ask("ours", policy, one.request),
        ]);
        // Envoy's HTTP layer refused the request, or the changed one: no filter is asked, or its answer does not get out.
        if (seen.received === null || envoy.details.startsWith("filter_removed_required")) continue;
        const inHost = await host.answer(policy, seen.received);
        compared++;
        const lines = differences(reduced(envoy), reduced(inHost)).map((line) =>
          line.replace("native", "envoy").replace("ours", "host"),
        );
        if (lines.length > 0) problems.push(`${policy.name}: ${one.label}\n    ${lines.join("\n    ")}`);
      }
      run.runner.release(policy);
      await host.release(policy);
    }
  });
  assert.ok(compared > 5000, `${compared} cases were compared`);
  assert.equal(problems.length, 0, `${problems.length} of ${compared}:\n${problems.slice(0, 10).join("\n")}`);
});
