// Each fault of a house is noticed: small houses with one.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutShortcuts, arrowsOf } from "../../../scripts/docs/house/arrows.js";
import { houseFaults, MOST_FILES } from "../../../scripts/docs/house/faults.js";
import { sourcesOf } from "../../../scripts/docs/house/imports.js";
import { housePicture } from "../../../scripts/docs/house/picture.js";

/** A house: path -> text. */
type Texts = Readonly<Record<string, string>>;

const inOrder: Texts = {
  "cli/main.ts": 'import { readFile } from "node:fs/promises"; import { check } from "../policies/index.js";',
  "policies/index.ts": 'export { check } from "./check.js"; import type { Tree } from "yaml";',
  "policies/check.ts": 'import { Host } from "../host/index.js";',
  "host/index.ts": 'export { Host } from "./host.js";',
  "host/host.ts": "export class Host {}",
  "host/node-part.ts": 'import { request } from "node:http"; import { Host } from "./host.js";',
  "assembly/index.ts": 'import { a } from "./policy/a";',
  "assembly/policy/a.ts":
    "// @ts-ignore: decorator\n@inline\nexport function a(): u32 { return load<u32>(0); }",
};

const many = Object.fromEntries(
  Array.from({ length: MOST_FILES + 1 }, (_, i) => [`cli/verbs/verb${i}.ts`, ""]),
);

/** What is done to the house in order -> what is found. */
const table: readonly [string, Texts, readonly string[]][] = [
  ["nothing", {}, []],
  [
    "two files that import each other",
    {
      "assembly/policy/a.ts": 'import { b } from "./b";',
      "assembly/policy/b.ts": 'import { a } from "./a";',
    },
    ["a circle of files: assembly/policy/a.ts, assembly/policy/b.ts"],
  ],
  [
    "a circle of types alone",
    {
      "host/host.ts": 'import type { A } from "./a.js";',
      "host/a.ts": 'import type { Host } from "./host.js";',
    },
    ["a circle of files: host/a.ts, host/host.ts"],
  ],
  [
    "folders whose files know each other in a ring that no file closes",
    {
      "cli/a/one.ts": 'import "../b/one.js";',
      "cli/b/one.ts": "",
      "cli/b/two.ts": 'import "../a/two.js";',
      "cli/a/two.ts": "",
    },
    ["a circle of folders: cli/a, cli/b", "a circle of what is in cli: a/, b/"],
  ],
  [
    "folders that know each other by their subfolders alone",
    {
      "cli/a/x/one.ts": 'import "../../b/x/one.js";',
      "cli/b/x/one.ts": "",
      "cli/b/y/two.ts": 'import "../../a/y/two.js";',
      "cli/a/y/two.ts": "",
    },
    ["a circle of what is in cli: a/, b/"],
  ],
  [
    "the core imports from the command",
    { "policies/check.ts": 'import type { Terminal } from "../cli/terminal.js";', "cli/terminal.ts": "" },
    [
      "a circle of folders: cli, policies",
      "a circle of what is in the repository: cli/, policies/",
      "policies/check.ts: imports cli/terminal.ts, and policies stands below it or beside it",
    ],
  ],
  [
    "the host imports from the core",
    { "host/node-part.ts": 'import { check } from "../policies/check.js";' },
    [
      "a circle of folders: host, policies",
      "a circle of what is in the repository: host/, policies/",
      "host/node-part.ts: imports policies/check.ts, and host stands below it or beside it",
    ],
  ],
  [
    "the filter imports from outside",
    { "assembly/index.ts": 'import { a } from "../scripts/a";' },
    ["assembly/index.ts: imports scripts/a.ts, and assembly stands below it or beside it"],
  ],
  [
    "the command imports from the filter",
    { "cli/main.ts": 'import { a } from "../assembly/policy/a.js";' },
    ["cli/main.ts: imports assembly/policy/a.ts, and cli stands below it or beside it"],
  ],
  [
    "a file that is not there",
    { "cli/main.ts": 'import "./gone.js";' },
    ["cli/main.ts: imports cli/gone.ts, which is not there"],
  ],
  [
    "Node in the core, where nothing imports it",
    { "policies/lost.ts": 'import { join } from "path";' },
    ["policies/lost.ts: imports path, and must run without Node"],
  ],
  [
    "Node in the core, by a dynamic import",
    { "policies/check.ts": 'await import("node:fs");' },
    ["policies/check.ts: imports node:fs, and must run without Node"],
  ],
  [
    "Node in what the core takes of the host",
    { "host/host.ts": 'import { createHash } from "node:crypto";' },
    ["host/host.ts: imports node:crypto, and must run without Node"],
  ],
  [
    "the core takes the host's Node part",
    { "policies/check.ts": 'import { fetcher } from "../host/node-part.js";' },
    ["host/node-part.ts: imports node:http, and must run without Node"],
  ],
  ["a folder of too many files", many, [`cli/verbs: ${MOST_FILES + 1} files, more than ${MOST_FILES}`]],
];

describe("faults of a house", () => {
  for (const [name, texts, faults] of table) {
    it(name, () => {
      assert.deepEqual(houseFaults(sourcesOf(new Map(Object.entries({ ...inOrder, ...texts })))), faults);
    });
  }
});

describe("the picture of a house", () => {
  const draw = (texts: Texts): string =>
    housePicture(sourcesOf(new Map(Object.entries(texts))), ["cli", "policies", "host"], "");

  it("does not depend on the order in which files are read", () => {
    assert.equal(draw(inOrder), draw(Object.fromEntries(Object.entries(inOrder).reverse())));
  });

  it("changes with an arrow between folders", () => {
    const apart = { ...inOrder, "cli/a/one.ts": "", "cli/b/one.ts": "" };
    const together = { ...apart, "cli/a/one.ts": 'import "../b/one.js";' };
    assert.notEqual(draw(apart), draw(together));
  });

  it("leaves out the arrow that two others say", () => {
    const arrows = arrowsOf([
      ["a", "b"],
      ["b", "c"],
      ["a", "c"],
      ["a", "d"],
    ]);
    assert.deepEqual([...withoutShortcuts(arrows).get("a")!], ["b", "d"]);
  });
});
