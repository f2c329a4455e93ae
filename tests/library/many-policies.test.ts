// Work that must not grow with the square of a fleet. Counted, not timed: what is asked of one object, and the VMs that are made.

import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { loadFilter } from "../../cli/files/filter-file.js";
import { WasmVm } from "../../host/index.js";
import { check } from "../../policies/check.js";
import { faultsOf } from "../../policies/evaluation/filter.js";
import { findingsText } from "../../policies/findings/finding.js";
import { lintResources } from "../../policies/lints/all-lints.js";
import { parseResources } from "../../policies/documents/documents.js";
import type { JsonObject } from "../../policies/resources/tree.js";
import { noColours } from "../../policies/text/colours.js";

/** A Deployment, its Service, and that many policies for it and for others. */
function fleet(policies: number): string {
  const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: httpbin, namespace: foo }
spec: { template: { metadata: { labels: { app: httpbin } } } }
---
apiVersion: v1
kind: Service
metadata: { name: httpbin, namespace: foo }
spec: { selector: { app: httpbin }, ports: [{ name: http-web, port: 80 }] }
`;
  const policy = (_: unknown, i: number) => `
apiVersion: security.istio.io/v1
kind: ${i % 3 === 0 ? "RequestAuthentication" : "AuthorizationPolicy"}
metadata: { name: p-${i}, namespace: ${["foo", "bar"][i % 2]} }
spec:
  selector: { matchLabels: { app: ${i % 5 === 0 ? "gone" : "httpbin"} } }
${
  i % 3 === 0
    ? `  jwtRules: [{ issuer: https://issuer-${i}.example }]`
    : `  action: ${i % 3 === 1 ? "ALLOW" : "DENY"}
  rules: [{ to: [{ operation: { paths: [/${i}] } }], when: [{ key: "request.auth.claims[sub]", values: [a] }] }]`
}
`;
  return [workload, ...Array.from({ length: policies }, policy)].join("---\n");
}

/** How often the lints look into the Deployment and the Service. */
function looksAtOthers(policies: number): number {
  let looks = 0;
  const resources = parseResources([{ file: "fleet.yaml", text: fleet(policies) }], "default").map(
    (resource) => {
      if (resource.kind !== "Deployment" && resource.kind !== "Service") return resource;
      const { tree, ...rest } = resource;
      return {
        ...rest,
        get tree() {
          looks++;
          return tree;
        },
      };
    },
  );
  lintResources(resources, "istio-system");
  return looks;
}

describe("many policies", () => {
  it("look at each workload and Service as often as few do", () => {
    const few = looksAtOthers(6);
    assert.ok(few > 0);
    assert.equal(looksAtOthers(60), few);
  });

  it("are given to the filter together where it takes them all", async () => {
    const real = await loadFilter();
    let asked = 0;
    const filter = new Proxy(real, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name === "configure" || name === "takes") asked++;
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    await check([{ file: "fleet.yaml", text: fleet(240) }], filter);
    assert.equal(asked, 1);
  });

  it("of many workloads share VMs, and what is refused has the answer of a filter of its own", async () => {
    const filter = await loadFilter();
    const instantiate = mock.method(WasmVm, "instantiate");
    const configuration = (i: number, form: unknown): JsonObject => ({
      authorizationPolicies: [{ name: `p-${i}`, namespace: "foo", rules: [{ to: form }] } as JsonObject],
    });
    const good = (i: number) => configuration(i, [{ operation: { paths: [`/${i}`] } }]);
    const bad = configuration(0, []);
    try {
      for (let i = 0; i < 120; i++) assert.deepEqual(await faultsOf(filter, good(i)), []);
      assert.equal(instantiate.mock.callCount(), 3);
      const faults = await faultsOf(await loadFilter(), bad);
      assert.equal(faults.length, 1);
      for (let i = 0; i < 3; i++) {
        assert.deepEqual(await faultsOf(filter, bad), faults);
        assert.equal(await filter.takes(bad), false);
        assert.equal(await filter.takes(good(i)), true);
      }
    } finally {
      instantiate.mock.restore();
    }
  });

  it("are told of by a few names, and how many more there are", async () => {
    const sources = [{ file: "fleet.yaml", text: fleet(240) }];
    const findings = await check(sources, await loadFilter());
    const longest = Math.max(...findings.map(({ remedy = "" }) => remedy.length));
    assert.ok(longest < 600, findings.find(({ remedy = "" }) => remedy.length === longest)?.remedy);
    assert.match(findingsText(findings, sources, noColours), / and [0-9]+ more/);
  });
});
