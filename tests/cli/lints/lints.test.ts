// Each lint of `check`: what it points at and where, what it leaves alone, and what --fix makes of it.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { checkTable } from "../../../policies/findings/check-table.js";
import { extensionTables } from "./extension-cases.js";
import { headerTables } from "./header-cases.js";
import { identityTables } from "./identity-cases.js";
import { HERE, type LintCase } from "./lint-case.js";
import { meshTables } from "./mesh-cases.js";
import { mistakeTables } from "./mistake-cases.js";
import { placementTables } from "./placement-cases.js";
import { relationTables } from "./relation-cases.js";
import { surroundingsTables } from "./surroundings-cases.js";
import { valueTables } from "./value-cases.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { runCommand } from "../string-terminal.js";

const tables = [
  ...identityTables,
  ...valueTables,
  ...relationTables,
  ...surroundingsTables,
  ...meshTables,
  ...mistakeTables,
  ...extensionTables,
  ...placementTables,
  ...headerTables,
];

interface JsonFinding {
  readonly id: string;
  readonly severity: string;
  readonly message: string;
  readonly remedy?: string;
  readonly line: number;
  readonly column: number;
  readonly fixable: boolean;
}

/** The text without its marks, and the `line:column` of each. */
function unmarked(yaml: string): { readonly text: string; readonly places: readonly string[] } {
  const places: string[] = [];
  const lines = yaml.split("\n").map((line, row) => {
    const parts = line.split(HERE);
    let column = 1;
    for (const part of parts.slice(0, -1)) places.push(`${row + 1}:${(column += part.length)}`);
    return parts.join("");
  });
  return { text: lines.join("\n"), places };
}

async function findings(id: string, args: readonly string[], input = ""): Promise<JsonFinding[]> {
  const { stdout, stderr } = await runCommand(["check", "--json", ...args], input);
  assert.equal(stderr, "");
  return (JSON.parse(stdout) as { findings: JsonFinding[] }).findings.filter((one) => one.id === id);
}

for (const { id, cases } of tables) {
  describe(`${id}: ${checkTable.find((row) => row.id === id)?.title}`, () => {
    for (const one of cases) {
      it(one.name, async () => {
        const { text, places } = unmarked(one.yaml);
        const found = await findings(id, ["-", ...(one.flags ?? [])], text);
        assert.deepEqual(
          found.map(({ line, column }) => `${line}:${column}`),
          places,
          found.map(({ message }) => message).join("; "),
        );
        for (const { severity, message, remedy = "", fixable } of found) {
          assert.equal(severity, one.severity ?? "warning");
          if (one.says !== undefined) assert.ok(`${message}; ${remedy}`.includes(one.says), message + remedy);
          assert.equal(fixable, one.fixed !== undefined, "can be fixed");
        }
      });
    }
  });
}

it("there is a table of cases for every lint", () => {
  const lints = checkTable.map(({ id }) => id).filter((id) => id.startsWith("JP2"));
  const ids = new Set(tables.map(({ id }) => id).filter((id) => id.startsWith("JP2")));
  assert.deepEqual([...ids].sort(), lints.sort());
});

describe("good policies", () => {
  for (const id of [...new Set(tables.map((table) => table.id)), "JP100", "JP101", "JP102"])
    it(`${id} has nothing to say about them`, async () => {
      assert.deepEqual(await findings(id, [join(repositoryRoot, "tests/cli/lints/good-policies.yaml")]), []);
    });

  it("of Istio's documentation have none of the newer findings", async () => {
    const { stdout } = await runCommand([
      "check",
      "--json",
      join(repositoryRoot, "tests/cli/istio-examples"),
    ]);
    const { findings: all } = JSON.parse(stdout) as { findings: (JsonFinding & { file: string })[] };
    const newer = all.filter(({ id, severity }) => /^JP2(29|3\d)$/.test(id) && severity !== "note");
    assert.deepEqual(
      newer.map(({ id, file, line }) => `${id} ${file}:${line}`),
      [],
    );
  });
});

describe("--fix", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-fix-"));
  });
  after(() => rm(directory, { recursive: true }));

  const fixable = tables.flatMap(({ id, cases }) =>
    cases.filter(({ yaml }) => yaml.includes(HERE)).map((one): readonly [string, LintCase] => [id, one]),
  );
  for (const [id, { name, yaml, fixed, flags = [] }] of fixable) {
    it(`${fixed === undefined ? "leaves alone" : "mends"} ${id}: ${name}`, async () => {
      const file = join(directory, "policy.yaml");
      const { text } = unmarked(yaml);
      await writeFile(file, text);
      const left = await findings(id, [file, "--fix", ...flags]);
      const first = await readFile(file, "utf8");
      if (fixed === undefined) {
        assert.ok(left.length > 0);
        return;
      }
      assert.equal(first, fixed);
      assert.deepEqual(left, [], "the finding is still there");
      await findings(id, [file, "--fix", ...flags]);
      assert.equal(await readFile(file, "utf8"), first, "a second --fix changes more");
    });
  }
});
