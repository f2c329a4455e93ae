// `render` applies the policies that real Istio applies, in the same order.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { selectionCases } from "./cases.js";
import { recordedSelections } from "./recorded-selections.js";
import { selectedInConfig } from "./selected.js";
import { runCommand } from "../string-terminal.js";

describe("policies of a workload, against real Istio", async () => {
  const recorded = await recordedSelections();

  for (const { name, resources, workload, type } of selectionCases) {
    it(name, async () => {
      const istio = recorded[name];
      assert.ok(istio !== undefined, "run npm run referee");
      const flags = type === undefined ? [] : [`--${type}`];
      const { code, stdout, stderr } = await runCommand(
        ["render", "-", "--for", workload, ...flags],
        resources,
      );
      if (istio.rules.length + istio.policies.length === 0) {
        assert.equal(code, 1, stdout);
        assert.match(stderr, /no policy applies/);
      } else {
        assert.equal(code, 0, stderr);
        assert.deepEqual(selectedInConfig(stdout), istio);
      }
    });
  }
});

it("times of creation, where all objects have them, go before the order of files", async () => {
  const request = (name: string, second: number) => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: ${name}, namespace: foo, creationTimestamp: "2026-01-01T00:00:0${second}Z"}
spec: {jwtRules: [{issuer: a, audiences: [${name}], jwksUri: 'https://idp/keys'}]}
---`;
  const { stdout } = await runCommand(
    ["render", "-", "--for", "foo"],
    request("last", 3) + request("first", 1) + request("b", 2) + request("a", 2),
  );
  assert.deepEqual(selectedInConfig(stdout).rules, ["first", "a", "b", "last"]);
});
