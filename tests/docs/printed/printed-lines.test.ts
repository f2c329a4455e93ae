// What the pages print for a shell is run, as it stands, by a newcomer with the packed package; every other block is on a list with the reason.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { allBlocks, blocksOf, type FencedBlock } from "./fenced-blocks.js";
import { Newcomer } from "../newcomer/newcomer.js";
import { unrunBlocks } from "./unrun-blocks.js";

const blocks = await allBlocks();
const done = new Set<string>();
const nameOf = ({ page, line }: FencedBlock): string => `${page}:${line}`;

let newcomer: Newcomer;
before(async () => {
  newcomer = await Newcomer.arrive();
  // The cluster has the example's policies.
  await copyFile(
    join(repositoryRoot, "examples/httpbin/policies.yaml"),
    join(newcomer.cluster, "policies.yaml"),
  );
});
after(() => newcomer.leave());

/** The one block of the page that begins so. */
function block(page: string, begins: string): FencedBlock {
  // The command is called by its own name or by the package's.
  const same = (text: string): string => text;
  const found = blocks.filter((one) => one.page === page && same(one.text).startsWith(same(begins)));
  assert.equal(found.length, 1, `${page} has ${found.length} blocks that begin with ${begins}`);
  done.add(nameOf(found[0]!));
  return found[0]!;
}

/** Runs a block to its end. @returns what it wrote to standard output */
async function runs(page: string, begins: string, code = 0): Promise<string> {
  const { text } = block(page, begins);
  const result = await newcomer.shell(text);
  assert.equal(result.code, code, `${text}${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** What was applied is taken by the filter, and has a resource that loads it. */
async function appliesPlugin(page: string, begins: string): Promise<string> {
  await runs(page, begins);
  const applied = await newcomer.applied();
  assert.match(applied, /kind: WasmPlugin/);
  await writeFile(join(newcomer.directory, "applied.yaml"), applied);
  const checked = await newcomer.shell("jwt-policy check applied.yaml --ignore JP308 --fail-on warning");
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  return applied;
}

describe("docs/install.md", () => {
  const page = "docs/install.md";
  it("the command is installed, and runs", async () => {
    const { text } = block(page, "npm install --global envoy-jwt-policy");
    // The package of these sources, not what is published under its name.
    const lines = text.replace("--global envoy-jwt-policy", `--global --no-audit "${newcomer.tarball}"`);
    const { code, stdout, stderr } = await newcomer.shell(lines);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /kind: WasmPlugin/);
    // As the remark behind the line has it.
    const [, remark] = /# or: (npx .*)/.exec(text) ?? [];
    assert.ok(remark !== undefined, text);
    const other = await newcomer.shell(remark);
    assert.equal(other.code, 0, other.stdout + other.stderr);
  });
});

it("docs/install.md: the schema is where the first line of a configuration says", () => {
  const [text] = blocks.filter(
    (one) => one.page === "docs/install.md" && one.text.startsWith("# yaml-language-server:"),
  );
  const [, path] = /\$schema=(\S+)/.exec(text!.text) ?? [];
  assert.ok(existsSync(join(newcomer.directory, path!)), path);
});

describe("consoles show what is printed", () => {
  const pages = [
    "README.md",
    "docs/explain.md",
    "docs/testing-policies.md",
    "docs/mcp.md",
    "docs/key-sources.md",
  ];
  for (const page of pages) {
    it(page, async () => {
      const file = join(newcomer.directory, "policies", "policies.yaml");
      const before = await readFile(file, "utf8");
      // docs/testing-policies.md tells of a copy with another path.
      await writeFile(file, before.replace('"/headers"', '"/header"'));
      try {
        const consoles = (await blocksOf(page)).filter(({ language }) => language === "console");
        assert.ok(consoles.length > 0);
        for (const one of consoles) {
          done.add(nameOf(one));
          const [, line, output] = /^\$ (.*)\n([^]*)$/.exec(one.text) ?? [];
          assert.equal(await newcomer.terminal(line!), output, line);
        }
      } finally {
        await writeFile(file, before);
      }
    });
  }
});

describe("docs/getting-started.md", () => {
  const page = "docs/getting-started.md";
  const curls = async (): Promise<void> => {
    const text = await readFile(join(repositoryRoot, page), "utf8");
    const rows = [...text.matchAll(/^\| `(curl [^`]+)` +\| (\d+)(?: `([^`]+)`)?/gm)];
    assert.ok(rows.length >= 4, `${rows.length} requests`);
    for (const [, line, status, body] of rows) {
      const { stdout, stderr } = await newcomer.shell(line!);
      assert.match(stdout, new RegExp(`^HTTP/1.1 ${status!} `), `${line!}\n${stdout}${stderr}`);
      if (body !== undefined) assert.ok(stdout.endsWith(body), `${line!}\n${stdout}`);
    }
  };
  const serves = "curl -s -o headers.txt localhost:10000/headers";

  it("1. check", async () => {
    assert.match(
      await runs(page, "npx envoy-jwt-policy check"),
      /^2 policies in 2 files: 0 errors, 0 warnings, 0 notes$/m,
    );
  });
  it("2. test and explain", async () => {
    assert.match(await runs(page, "npx envoy-jwt-policy test"), /15 passed/);
    // Its exit code says that the request is denied.
    assert.match(await runs(page, "npx envoy-jwt-policy explain", 1), /^DENIED {2}403/);
  });
  it("3. an Envoy with a token of one's own and nothing behind it, and each request of the table; twice", async () => {
    const { text } = block(page, "npx envoy-jwt-policy token");
    await newcomer.serving(text, serves, curls);
    await newcomer.serving(text, serves, async () => {
      const { stdout } = await newcomer.shell("curl -s localhost:10000/headers");
      assert.equal(stdout, "RBAC: access denied");
    });
  });
  it("4. to Istio, and to an Envoy without it", async () => {
    await appliesPlugin(
      page,
      "npx envoy-jwt-policy render examples/httpbin --for foo/app=httpbin --as wasmplugin",
    );
    const { text } = block(
      page,
      "npx envoy-jwt-policy render examples/httpbin --for foo/app=httpbin --as envoy",
    );
    await newcomer.serving(text, serves, async () => {
      const { stdout } = await newcomer.shell("curl -i localhost:10000/headers");
      assert.match(stdout, /^HTTP\/1.1 403 [^]*RBAC: access denied$/);
    });
  });
});

describe("docs/migration.md", () => {
  const page = "docs/migration.md";
  it("1. a look at what is there", async () => {
    assert.match(await runs(page, "kubectl get -A"), /"requestAuthentications": \[/);
    assert.ok(existsSync(join(newcomer.directory, "policies.yaml")));
  });
  it("2. in the shadow", async () => {
    const applied = await appliesPlugin(
      page,
      "jwt-policy render policies.yaml --for foo/app=httpbin,track=canary",
    );
    assert.match(applied, /track: canary/);
    assert.match(applied, /forwardOriginalToken: true/);
  });
  it("3. both decide", async () => {
    const [first] = blocks.filter(
      (one) =>
        one.page === page && /--forward-token \| kubectl/.test(one.text) && !one.text.includes("--dry-run"),
    );
    assert.match(await appliesPlugin(page, first!.text), /forwardOriginalToken: true/);
  });
  it("4. the native objects go", async () => {
    await runs(page, "kubectl delete");
  });
  it("5. this filter alone", async () => {
    const last = blocks.filter((one) => one.page === page && one.text.includes("--as wasmplugin")).at(-1);
    assert.doesNotMatch(await appliesPlugin(page, last.text), /forwardOriginalToken/);
  });
});

describe("docs/explain.md", () => {
  it("a log that an Envoy has written", async () => {
    // Of the example's policies, as "4." above renders them.
    await newcomer.shell(
      block(
        "docs/getting-started.md",
        "npx envoy-jwt-policy render examples/httpbin --for foo/app=httpbin --as envoy",
      ).text.split("\n")[0]!,
    );
    const log = join(newcomer.cluster, "istio-proxy.log");
    await newcomer.serving(
      `envoy -c envoy.yaml --concurrency 1 --component-log-level wasm:debug 2> "${log}"`,
      "curl -s -o headers.txt localhost:10000/headers",
      async () => {
        for (let i = 0; i < 10; i++) await newcomer.shell("curl -s localhost:10000/headers");
      },
    );
    // Denied requests make its exit code 1, so that the shell goes on only without -e.
    const { text } = block("docs/explain.md", "istioctl proxy-config log");
    const { stdout, stderr } = await newcomer.shell(`set +e\n${text}`);
    assert.equal(stderr, "");
    assert.match(stdout, /DENIED {2}403 RBAC: access denied/);
    assert.match(stdout, /policies\/policies.yaml:\d+:\d+/);
  });
});

describe("docs/testing-policies.md", () => {
  it("the step of a workflow", async () => {
    const { text } = block("docs/testing-policies.md", "- run: npx envoy-jwt-policy test policies/");
    const [, line] = /^- run: (.*)$/m.exec(text) ?? [];
    const { code, stdout, stderr } = await newcomer.shell(line!);
    assert.equal(code, 0, stdout + stderr);
    assert.match(await readFile(join(newcomer.directory, "report.xml"), "utf8"), /<testsuites/);
  });
});

describe("every block for a shell", () => {
  it("has been run, or is on the list of those that are not", () => {
    const listed = (one: FencedBlock): boolean =>
      unrunBlocks.some(({ page, begins }) => one.page === page && one.text.startsWith(begins));
    const left = blocks.filter(
      (one) => /^(sh|console|bash|shell)$/.test(one.language) && !done.has(nameOf(one)) && !listed(one),
    );
    assert.deepEqual(left.map(nameOf), []);
  });
  for (const { page, begins, reason, runBy } of unrunBlocks)
    it(`not run: ${page}: ${begins.split("\n")[0]!}`, async () => {
      const found = blocks.filter((one) => one.page === page && one.text.startsWith(begins));
      assert.equal(found.length, 1, "the list has a block that is not there");
      assert.ok(!done.has(nameOf(found[0]!)), "it has been run");
      assert.ok(reason.length > 20);
      if (runBy === undefined) return;
      const texts = await Promise.all(runBy.map((path) => readFile(join(repositoryRoot, path), "utf8")));
      for (const line of found[0]!.text.trimEnd().split(/\n| && /))
        assert.ok(
          texts.some((text) => text.includes(line)),
          `${runBy.join(", ")}: ${line}`,
        );
    });
});
