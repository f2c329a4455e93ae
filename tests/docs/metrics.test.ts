// Every metric of the filter is in the operations page and on the dashboard, and nothing else is.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");

/** Metric -> its label, as the filter defines them. */
async function metrics(): Promise<Map<string, string | undefined>> {
  const source = await read("assembly/filter/telemetry/metrics.ts");
  const defined = source.matchAll(/"(jwt_policy_[a-z_]+)"(?: \+ label\("([a-z]+)")?/g);
  return new Map([...defined].map(([, name, label]) => [name!, label]));
}

describe("metrics", () => {
  let known: Map<string, string | undefined>;
  let dashboard: Dashboard;
  let expressions: string[];
  before(async () => {
    known = await metrics();
    dashboard = JSON.parse(await read("docs/grafana/jwt-policy.json")) as Dashboard;
    expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  });

  it("are all in the table of docs/operations.md, with their labels", async () => {
    assert.ok(known.size > 10, `${known.size} metrics`);
    const rows = [
      ...(await read("docs/operations.md")).matchAll(/^\| `(jwt_policy_[a-z_]+)(?:\{([a-z]+)\})?`/gm),
    ];
    const table = new Map(rows.map(([, name, label]) => [name!, label]));
    assert.deepEqual([...table].sort(), [...known].sort());
  });

  it("are all on the dashboard, and it asks for no other", () => {
    const used = new Set(
      expressions.flatMap((one) => [...one.matchAll(/jwt_policy_[a-z_]+/g)].map(([name]) => name)),
    );
    assert.deepEqual([...used].sort(), [...known.keys()].sort());
  });

  it("have the labels that the dashboard groups by and prints", () => {
    for (const { title, targets = [] } of dashboard.panels) {
      for (const { expr, legendFormat } of targets) {
        const labels = [
          ...[...expr.matchAll(/by \(([a-z, ]+)\)/g)].flatMap(([, list]) => list!.split(", ")),
          ...[...legendFormat.matchAll(/\{\{([a-z]+)\}\}/g)].map(([, label]) => label!),
          ...[...expr.matchAll(/[{,]([a-z]+)(?:=|!=|=~|!~)"/g)].map(([, label]) => label!),
        ];
        const metric = /jwt_policy_[a-z_]+/.exec(expr)![0];
        // `job` and `instance` are Prometheus' own.
        const there = ["job", "instance", known.get(metric)];
        for (const label of labels) assert.ok(there.includes(label), `${title}: ${label} of ${metric}`);
      }
    }
  });

  it("the dashboard is one that Grafana shows", () => {
    assert.match(dashboard.uid, /^[a-z-]+$/);
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const variables = dashboard.templating.list.map(({ name }) => name);
    for (const [, name] of JSON.stringify(dashboard).matchAll(/\$\{?([a-z]\w*)\}?/g)) {
      assert.ok(variables.includes(name!), `$${name}`);
    }
    for (const { title, type, gridPos, targets = [] } of dashboard.panels) {
      assert.ok(type === "row" || targets.length > 0, `${title} shows nothing`);
      assert.ok(gridPos.x + gridPos.w <= 24, `${title} is beyond the edge`);
    }
    for (const expr of expressions) {
      for (const [open, close] of ["()", "{}", "[]"]) {
        assert.equal(expr.split(open!).length, expr.split(close!).length, expr);
      }
    }
  });
});
