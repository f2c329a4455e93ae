import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { refusals } from "./cases/refusals.js";
import { builtFilter } from "./differential-run.js";
import { HostRunner } from "./harness/host-runner.js";
import { readObjections, type Objections } from "./objections.js";

describe("what Istio refuses, this filter refuses", () => {
  let host: HostRunner;
  let objections: Map<string, Objections>;
  before(async () => {
    host = await HostRunner.load(builtFilter);
    objections = await readObjections(refusals);
  });

  for (const policy of refusals) {
    test(policy.name.replace("refusals/", ""), async () => {
      const start = await host.start(policy);
      const istio = objections.get(policy.name)?.texts.join("; ");
      if (start.kind !== "refused") assert.fail(`accepted; Istio says: ${istio ?? ""}`);
      // The first line names the path of the field, or the policy; a user has nothing else to go by.
      assert.match(start.log[0] ?? "", /^jwt-policy: \w+(\[\d+\])?/);
    });
  }
});
