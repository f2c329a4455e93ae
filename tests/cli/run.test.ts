// `run`: the command as a process of its own, with a real Envoy, from its first line to its end by a signal.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "../envoy/stage/eventually.js";
import { exampleRequests } from "../../cli/local-run/example-requests.js";
import { readableLog } from "../../cli/local-run/log-lines.js";
import { locateEnvoy } from "../../scripts/envoy-binary.js";
import { startUpstream, type Upstream } from "../../scripts/upstream.js";
import { runCommand } from "./string-terminal.js";

const main = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const issuer = "https://idp.example.com/";

const policies = (path: string) => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec: {jwtRules: [{issuer: "${issuer}", jwksUri: "https://idp.example.com/keys"}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow, namespace: foo}
spec: {rules: [{from: [{source: {requestPrincipals: ["*"]}}], to: [{operation: {paths: [${path}]}}]}]}
`;

interface Running {
  stdout(): string;
  stderr(): string;
  /** `http://127.0.0.1:<port>` of the newest listener. */
  origin(): string;
  status(path: string, token?: string): Promise<number>;
  readonly pid: number;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  /** Ends it by a signal; its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

describe("run", () => {
  let directory = "";
  let upstream: Upstream;
  let envoyPath = "";
  let token = "";
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "jwt-policy-run-"));
    upstream = await startUpstream();
    envoyPath = (await locateEnvoy()).path;
    await writeFile(at("policies.yaml"), policies("/headers"));
    const minted = await runCommand([
      "token",
      "--issuer",
      issuer,
      "--subject",
      "a",
      "--jwks-out",
      at("jwks"),
    ]);
    token = minted.stdout.trim();
  });
  after(async () => {
    await upstream.stop();
    await rm(directory, { recursive: true });
  });
  const at = (name: string) => join(directory, name);
  const usual = () => [at("policies.yaml"), "--for", "foo", "--upstream", `127.0.0.1:${upstream.port}`];
  const free = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
  const jwks = () => ["--jwks", `${issuer}=${at("jwks")}`];

  const start = (...args: string[]): Promise<Running> => launch(...usual(), ...free, ...args);

  async function launch(...args: string[]): Promise<Running> {
    const child = spawn(process.execPath, [main, "run", ...args], {
      env: { ...process.env, ENVOY_PATH: envoyPath, TMPDIR: directory },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = (once(child, "close") as Promise<[number | null]>).then(([code]) => code);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const origin = () => /listener {2}(\S+)/.exec(stdout.slice(stdout.lastIndexOf("listener")))?.[1] ?? "";
    const running: Running = {
      stdout: () => stdout,
      stderr: () => stderr,
      origin,
      status: async (path, bearer) => {
        const headers: Record<string, string> = bearer ? { authorization: `Bearer ${bearer}` } : {};
        const response = await fetch(origin() + path, { headers });
        await response.arrayBuffer();
        return response.status;
      },
      pid: child.pid!,
      ended,
      end: (signal) => {
        child.kill(signal);
        return ended;
      },
    };
    await eventually("the first lines", () => stdout.includes("Ctrl-C") || child.exitCode !== null);
    assert.equal(child.exitCode, null, stderr);
    return running;
  }

  it("enforces the policies, explains, starts anew on a change, and leaves nothing behind", async () => {
    const running = await start(...jwks(), "--watch", "--explain");
    try {
      assert.deepEqual(
        [
          await running.status("/headers"),
          await running.status("/headers", token),
          await running.status("/get", token),
        ],
        [403, 200, 403],
      );
      const told = () => running.stdout().slice(running.stdout().indexOf("Ctrl-C"));
      await eventually("the explanations", () => told().split("\nWhy\n").length === 4);
      const decisions = [...told().matchAll(/^(ALLOWED|DENIED.*)\n {2}GET \S+?(\/\w+)/gm)];
      assert.deepEqual(
        decisions.map(([, decision, path]) => [decision, path]),
        [
          ["DENIED  403 RBAC: access denied", "/headers"],
          ["ALLOWED", "/headers"],
          ["DENIED  403 RBAC: access denied", "/get"],
        ],
      );
      // The formatter and the places of `explain`; no raw lines.
      assert.match(
        told(),
        /✗ to\[0\]\.operation\.paths {2}\S+policies\.yaml:10:\d+\n +wants \/headers\n +sees \/get/,
      );
      assert.doesNotMatch(running.stderr() + told(), /step=|~Wasm|source\/extensions/);
      assert.ok(!(running.stderr() + told()).includes(token.split(".")[2]!), "a signature in the log");

      await writeFile(at("policies.yaml"), "kind: [");
      await eventually("the remark", () =>
        running.stderr().includes("goes on with the policies from before"),
      );
      await eventually("its reason", () =>
        /not readable as YAML:\n\s+\S+policies.yaml:1:/.test(running.stderr()),
      );
      assert.equal(await running.status("/headers", token), 200);

      await writeFile(at("policies.yaml"), policies("/get"));
      await eventually("the second Envoy", () => running.stdout().split("Ctrl-C").length === 3);
      await eventually("its reason", () =>
        /The policies have changed: Envoy starts anew/.test(running.stdout()),
      );
      assert.deepEqual(
        [await running.status("/headers", token), await running.status("/get", token)],
        [403, 200],
      );
    } finally {
      assert.equal(await running.end("SIGINT"), 0, running.stderr());
    }
    await assert.rejects(running.status("/get"), "a listener is left");
    assert.deepEqual((await readdir(directory)).sort(), ["jwks", "policies.yaml"]);
    await writeFile(at("policies.yaml"), policies("/headers"));
  });

  it("tells each request in a line, of a configuration too, with an upstream of its own", async () => {
    const rendered = await runCommand(["render", at("policies.yaml"), "--for", "foo"]);
    await writeFile(at("config.yaml"), rendered.stdout);
    const ways = [
      [at("policies.yaml"), "--for", "foo"],
      ["--config", at("config.yaml")],
    ];
    for (const way of ways) {
      const running = await launch(...way, "--upstream", "echo", ...free, ...jwks());
      try {
        assert.match(running.stdout(), /-> echo, which answers with the request/);
        const headers = { authorization: `Bearer ${token}` };
        const echoed = await fetch(`${running.origin()}/headers?a=1`, { headers });
        const { method, path } = (await echoed.json()) as { method: string; path: string };
        assert.deepEqual([echoed.status, method, path], [200, "GET", "/headers?a=1"]);
        assert.equal(await running.status("/headers"), 403);
        assert.equal(await running.status("/get", token), 403);
        assert.equal(await running.status("/headers", "x.y.z"), 401);
        const lines = () =>
          [...running.stdout().matchAll(/^\d\d:\d\d:\d\d {2}(.*)$/gm)].map(([, line]) => line);
        await eventually("the lines", () => lines().length === 4);
        assert.deepEqual(lines(), [
          `200  GET /headers  ALLOW foo/allow rules[0] matches, by ${issuer}/a`,
          "403  GET /headers  no ALLOW rule matches",
          `403  GET /get  no ALLOW rule matches, by ${issuer}/a`,
          "401  GET /headers  Jwt header is an invalid Base64url encoded",
        ]);
        assert.ok(!running.stdout().includes(token.split(".")[2]!), "a signature in a line");
      } finally {
        assert.equal(await running.end("SIGINT"), 0, running.stderr());
      }
    }
    await rm(at("config.yaml"));
  });

  it("ends with 1 when Envoy dies, and with 0 when Envoy was told to end", async () => {
    const dying = await start(...jwks());
    const children = await readFile(`/proc/${dying.pid}/task/${dying.pid}/children`, "utf8");
    process.kill(Number(children.trim()), "SIGKILL");
    assert.equal(await dying.ended, 1);
    assert.match(dying.stderr(), /jwt-policy: Envoy has ended with SIGKILL/);

    const quitting = await start(...jwks());
    const admin = /admin {5}(\S+)/.exec(quitting.stdout())?.[1] ?? "";
    await fetch(`${admin}/quitquitquit`, { method: "POST" });
    assert.equal(await quitting.ended, 0);
  });

  it("says what it cannot do before it starts anything", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const port = (taken.address() as AddressInfo).port;
    const run = (...args: string[]) => runCommand(["run", ...usual(), ...args]);
    const table: (readonly [args: string[], message: RegExp, code?: number])[] = [
      [["--listen", `127.0.0.1:${port}`], /--listen 127.0.0.1:\d+: the port is in use already; port 0/],
      [
        ["--listen", "127.0.0.1:0", "--admin", `localhost:${port}`],
        /--admin 127.0.0.1:\d+: the port is in use/,
      ],
      [["--listen", "192.0.2.1:80"], /--listen 192.0.2.1:80: this machine has no such address/],
      [["--listen", "example.com:80"], /--listen example.com:80: expected an IP address and a port/],
      [["--upstream", "8000"], /--upstream 8000: expected host:port/],
      [
        ["--jwks", `https://other.example.com/=${at("jwks")}`],
        /no rule for this workload has this issuer; there/,
      ],
      [["--jwks", at("jwks")], /expected issuer=file, as https:\/\/idp.example.com\/=jwks.json/],
      [["--jwks", `${issuer}=${at("policies.yaml")}`], /policies.yaml holds no JSON. Expected/],
      [["--jwks", `${issuer}=none`], /--jwks: cannot read none: no such file or directory/],
      [["--log-level", "loud"], /'loud' is invalid. Allowed choices are trace,/],
      [["--watch", "-"], /--watch cannot watch standard input/],
      [["--config", "wasmplugin.yaml"], /--for: not with --config, which is of one workload already/],
      [["--for", "bar/app=x"], /--for is there twice, foo and bar\/app=x/],
      [
        ["--jwks", `${issuer}=${await empty()}`],
        /the filter refuses this key set: Jwks does not have \[keys\]/,
      ],
    ];
    const nobody = await runCommand(["run", at("policies.yaml"), "--for", "bar/app=x", "--upstream", "echo"]);
    assert.match(nobody.stderr, /no policy applies to bar\/app=x \[JP002\]/);
    assert.equal(nobody.code, 1);
    try {
      for (const [args, message, code = 2] of table) {
        const result = await run(...args);
        assert.match(result.stderr, message);
        assert.deepEqual([result.code, result.stdout], [code, ""], result.stderr);
      }
    } finally {
      taken.close();
      await once(taken, "close");
    }
  });

  async function empty(): Promise<string> {
    await writeFile(at("empty"), "{}");
    return at("empty");
  }
});

describe("what run prints", () => {
  const requests = (config: object) => exampleRequests(config, "http://h:1");

  it("requests that try the policies", () => {
    const operation = (...operations: object[]) => ({
      authorizationPolicies: [
        { action: "DENY", rules: [{ to: [{ operation: { paths: ["/denied"] } }] }] },
        { action: "ALLOW", rules: [{ to: operations.map((one) => ({ operation: one })) }] },
      ],
    });
    const rule = (fields: object) => ({ requestAuthentications: [{ jwtRules: [fields] }] });
    const table: (readonly [config: object, lines: string[]])[] = [
      [{}, ["curl -i http://h:1/"]],
      [
        operation({ paths: ["/a/*"] }, { paths: ["/it's"], methods: ["POST"] }),
        [`curl -i -X POST 'http://h:1/it'\\''s'`],
      ],
      [operation({ methods: ["PUT"] }), ["curl -i -X PUT http://h:1/"]],
      [rule({}), ["curl -i http://h:1/", 'curl -i -H "Authorization: Bearer $TOKEN" http://h:1/']],
      [
        rule({ fromHeaders: [{ name: "x-jwt", prefix: '$"' }] }),
        ["curl -i http://h:1/", 'curl -i -H "x-jwt: \\$\\"$TOKEN" http://h:1/'],
      ],
      [rule({ fromParams: ["t"] }), ["curl -i http://h:1/", 'curl -i -G -d "t=$TOKEN" http://h:1/']],
      [rule({ fromCookies: ["c"] }), ["curl -i http://h:1/", 'curl -i -b "c=$TOKEN" http://h:1/']],
      [{ requestAuthentications: [], authorizationPolicies: [] }, ["curl -i http://h:1/"]],
    ];
    for (const [config, lines] of table) assert.deepEqual(requests(config), lines);
  });

  it("the filter's lines without Envoy's words in front, in whatever pieces they come", () => {
    const log = [
      "10:00:00.001 debug [wasm] wasm log foo.jwt-policy jwt-policy jwt-policy: jwt-policy stream=2 step=request",
      "10:00:00.002 info [wasm] wasm log jwt-policy jwt-policy: jwt-policy: signatures are verified",
      "10:00:00.003 debug [wasm] ~Wasm 1 remaining active",
      "10:00:00.004 warning [main] there is no limit",
      "",
    ].join("\n");
    const readable = (all: boolean, size: number) => {
      let text = "";
      const write = readableLog((piece) => (text += piece), all);
      for (let i = 0; i < log.length; i += size) write(log.slice(i, i + size));
      return text.split("\n");
    };
    const filter = [
      "10:00:00.001 debug jwt-policy stream=2 step=request",
      "10:00:00.002 info jwt-policy: signatures are verified",
    ];
    const own = "10:00:00.003 debug [wasm] ~Wasm 1 remaining active";
    const rest = ["10:00:00.004 warning [main] there is no limit", ""];
    for (const size of [1, 7, 1000]) {
      assert.deepEqual(readable(false, size), [...filter, ...rest]);
      assert.deepEqual(readable(true, size), [...filter, own, ...rest]);
    }
  });
});
