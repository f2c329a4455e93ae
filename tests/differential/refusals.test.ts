import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { ConfigurationRefusedError } from "../../policies/evaluation/filter.js";
import { refusals } from "./cases/refusals.js";
import { builtFilter } from "./differential-run.js";
import { HostRunner } from "./harness/host-runner.js";
import { readObjections, type Objections } from "./native/objections.js";

describe("what Istio refuses, this filter refuses", () => {
  let host: HostRunner;
  let objections: Map<string, Objections>;
  before(async () => {
    host = await HostRunner.load(builtFilter);
    objections = await readObjections(refusals);
  });

  for (const policy of refusals) {
    test(policy.name.replace("refusals/", ""), async () => {
      const istio = objections.get(policy.name)?.texts.join("; ");
      const refusal = await host.start(policy).then(
        () => assert.fail(`accepted; Istio says: ${istio ?? ""}`),
        (error: unknown) => error,
      );
      assert.ok(refusal instanceof ConfigurationRefusedError, String(refusal));
      // The first line names the path of the field, or the policy; a user has nothing else to go by.
      assert.match(refusal.faults[0] ?? "", /^\w+(\[\d+\])?/);
    });
  }
});
