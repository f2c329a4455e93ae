// What `npm run mutants` knows of guards by name is still in the sources, and every row of SECURITY.md has its guards there.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repositoryRoot } from "../../scripts/repository-root.js";
import { claimedGuards } from "./claimed-guards.js";
import { findGuards, nameOf } from "./guard.js";
import { switchedSource } from "./switched-source.js";
import { allGuards } from "./switched-tree.js";
import { unnoticedGuards } from "./unnoticed-guards.js";

const guards = [...(await allGuards(repositoryRoot)).values()];

describe("guards by name", () => {
  it("those of SECURITY.md's rows are in the sources", () => {
    for (const { row, guards: named } of claimedGuards)
      for (const [file, text] of named)
        assert.ok(
          guards.some((guard) => guard.file === file && guard.text === text),
          `${row}: no guard "${text}" in ${file}`,
        );
  });

  it("those that no test notices are in the sources, each once on the list", () => {
    const seen = new Set<string>();
    for (const { file, text, within, removal, reason } of unnoticedGuards) {
      const place = `${file} ${within ?? ""} "${text}" ${removal ?? ""}`;
      assert.ok(
        guards.some(
          (guard) =>
            guard.file === file &&
            guard.text === text &&
            (within ?? guard.within) === guard.within &&
            (removal ?? guard.removal) === guard.removal,
        ),
        `no guard ${place}`,
      );
      assert.ok(reason.length > 10, place);
      assert.ok(!seen.has(place), place);
      seen.add(place);
    }
  });

  it("every row of SECURITY.md's claims and limits has guards, or a reason to have none", async () => {
    const page = await readFile(join(repositoryRoot, "SECURITY.md"), "utf8");
    const tables = page.slice(page.indexOf("| claim"), page.indexOf("What one request may cost"));
    const rows = [...tables.matchAll(/^\| (.*?) +\|/gm)].map((match) => match[1]!);
    const claims = rows.filter((row) => !/^(claim|what|-+)$/.test(row));
    assert.ok(claims.length >= 30, `${claims.length} rows`);
    for (const claim of claims) {
      const known = claimedGuards.filter(({ row }) => claim.startsWith(row));
      assert.equal(known.length, 1, `claimed-guards.ts has ${known.length} rows for: ${claim}`);
      const [{ guards: named, none } = { guards: [], none: undefined }] = known;
      assert.ok(named.length > 0 !== (none !== undefined), claim);
    }
    for (const { row } of claimedGuards)
      assert.ok(
        claims.some((claim) => claim.startsWith(row)),
        `no row: ${row}`,
      );
  });
});

describe("the guards of a source", () => {
  const source = `export function f(a: i32, b: Token | null): bool {
  if (b === null) return false;
  if (a > 4 || b.ended()) return false;
  check(a);
  return a != 3;
}
`;
  const found = [...findGuards("assembly/f.ts", source).values()];

  it("are its conditions, operands, returned comparisons and lone calls", () => {
    assert.deepEqual(found.map(nameOf), [
      "assembly/f.ts f: a > 4 || b.ended(): never",
      "assembly/f.ts f: a > 4: never",
      "assembly/f.ts f: b.ended(): never",
      "assembly/f.ts f: check(a);: skipped",
      "assembly/f.ts f: a != 3: never",
      "assembly/f.ts f: a != 3: always",
    ]);
  });

  it("get a switch each, and stay on their lines", () => {
    assert.equal(
      switchedSource("assembly/f.ts", source, new Map(found.entries())),
      `import { guardStands, guardIsOut } from "./guard_switch"; export function f(a: i32, b: Token | null): bool {
  if (b === null) return false;
  if (((((a > 4) && guardStands(1)) || ((b.ended()) && guardStands(2))) && guardStands(0))) return false;
  { if (guardStands(3)) check(a); }
  return ((((a != 3) || guardIsOut(5))) && guardStands(4));
}
`,
    );
  });
});
