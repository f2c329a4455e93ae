// `explain --from-log`: what a real Envoy has logged, in every dress that people paste it in.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startEnvoy, type RunningEnvoy } from "../../../cli/envoy/envoy-process.js";
import { eventually } from "../../envoy/stage/eventually.js";
import { readableLog } from "../../../cli/local-run/log-lines.js";
import { locateEnvoy } from "../../../scripts/envoy-binary.js";
import type { Issuer } from "../../../scripts/issuer/issuer.js";
import { startIssuer } from "../../seeded/issuer.js";
import { repositoryRoot } from "../../../scripts/repository-root.js";
import { startUpstream, type Upstream } from "../../../scripts/upstream.js";
import { runCommand } from "../string-terminal.js";

interface Shown {
  readonly decision: string;
  readonly reason: string | null;
  readonly stream: number;
  readonly principal: string | null;
  readonly remedies: readonly string[];
  readonly request: { readonly path: string };
  readonly policies: readonly {
    readonly rules: readonly { readonly conditions: readonly unknown[] }[];
    readonly source: unknown;
  }[];
  readonly headers: readonly { readonly name: string; readonly change: string }[];
}

async function explained(log: string, ...args: readonly string[]): Promise<Shown[]> {
  const { stdout, stderr } = await runCommand(["explain", "--from-log", "-", "--json", ...args], log);
  assert.equal(stderr, "");
  return (JSON.parse(stdout) as { requests: Shown[] }).requests;
}

describe("a log that Envoy has written", () => {
  let issuer: Issuer;
  let upstream: Upstream;
  let envoy: RunningEnvoy;
  let policies: string;
  let log: string;
  /** One token for each of these paths, sent all at once to two workers. */
  const paths = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? "/headers" : `/anything/${i}`));

  before(async () => {
    [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()]);
    const written = await readFile(join(repositoryRoot, "tests", "cli", "explain", "policies.yaml"), "utf8");
    policies = written
      .replaceAll("https://idp.example.com/.well-known/jwks.json", issuer.jwksUri)
      .replaceAll("https://idp.example.com//", `${issuer.issuer}/`)
      .replaceAll("https://idp.example.com/", issuer.issuer);
    const addresses = [
      "--listen",
      "127.0.0.1:0",
      "--admin",
      "127.0.0.1:0",
      "--upstream",
      `127.0.0.1:${upstream.port}`,
    ];
    const { stdout, stderr } = await runCommand(
      ["render", "-", "--for", "foo/app=httpbin", "--as", "envoy", ...addresses],
      policies,
    );
    assert.notEqual(stdout, "", stderr);
    const { path } = await locateEnvoy();
    envoy = await startEnvoy({ path, config: stdout, concurrency: 2, wasmLogLevel: "trace" });
    await Promise.all(
      paths.map(async (target, i) => {
        const token = await issuer.sign({
          iss: issuer.issuer,
          sub: `user-${i}`,
          aud: "httpbin",
          scope: "read:headers",
        });
        const headers = {
          authorization: `Bearer ${token}`,
          "user-agent": 'jwt-policy stream=1 step=decision result="allowed"',
        };
        await (
          await fetch(`http://127.0.0.1:${envoy.port("jwt-policy")}${target}`, { headers })
        ).arrayBuffer();
      }),
    );
    log = await eventually("the end of all requests", () =>
      (envoy.log().match(/step=decision/g) ?? []).length >= paths.length ? envoy.log() : undefined,
    );
  });
  after(async () => {
    await envoy.stop();
    await Promise.all([issuer.stop(), upstream.stop()]);
  });

  it("tells each request, whichever worker it was on and whether it waited for keys", async () => {
    const requests = await explained(log);
    const told = requests.map(
      ({ principal, request, decision }) => `${principal ?? ""} ${request.path} ${decision}`,
    );
    const sent = paths.map(
      (path, i) => `${issuer.issuer}/user-${i} ${path} ${path === "/headers" ? "allowed" : "denied"}`,
    );
    assert.deepEqual(told.sort(), sent.sort());
    for (const { policies: found, headers, decision } of requests) {
      assert.ok(
        found.every(({ rules }) => rules.every(({ conditions }) => conditions.length > 0)),
        "level trace tells conditions",
      );
      assert.deepEqual(
        headers.map(({ name }) => name),
        decision === "allowed" ? ["authorization", "x-jwt-payload"] : [],
      );
    }
  });

  it("tells the same as the filter asked here", async () => {
    const [request] = (await explained(log)).filter(({ request: { path } }) => path === "/anything/1");
    const claims = ["--claim", "sub=user-1", "--claim", "aud=httpbin", "--claim", "scope=read:headers"];
    const { stdout } = await runCommand(
      ["explain", "-", "--for", "foo/app=httpbin", "--request", "GET /anything/1", ...claims, "--json"],
      policies,
    );
    const here = JSON.parse(stdout) as Shown;
    const withoutPlaces = (shown: Shown) =>
      JSON.parse(
        JSON.stringify(shown.policies, (name, value: unknown) => (name === "source" ? null : value)),
      ) as unknown;
    assert.deepEqual(withoutPlaces(request!), withoutPlaces(here));
    assert.deepEqual(
      [request!.decision, request!.reason, request!.principal],
      [here.decision, here.reason, here.principal],
    );
  });

  it("can be asked again of other policies", async () => {
    const directory = await mkdtemp(join(tmpdir(), "diff-log-"));
    try {
      const [old, now, logFile] = ["old.yaml", "new.yaml", "envoy.log"].map((name) => join(directory, name));
      await writeFile(old!, policies);
      await writeFile(logFile!, log);
      const diff = async (text: string) => {
        await writeFile(now!, text);
        const args = ["diff", old!, now!, "--for", "foo/app=httpbin", "--from-log", logFile!, "--json"];
        const { code, stdout, stderr } = await runCommand(args);
        assert.equal(stderr, "");
        const told = JSON.parse(stdout) as {
          summary: unknown;
          changes: readonly { change: string; request: string }[];
          notes: readonly string[];
        };
        return { code, ...told };
      };
      const same = await diff(policies);
      assert.deepEqual([same.code, same.summary], [0, { requests: 12, changed: 0, unasked: 0 }]);
      assert.deepEqual(same.notes, []);
      // Path, claim, issuer: of each the log tells what decides.
      const others: readonly (readonly [string, string, string, readonly string[]])[] = [
        ["paths: [/headers]", "paths: [/anything/1]", "denied → allowed", ["GET /anything/1"]],
        [
          "paths: [/headers]",
          "paths: [/none]",
          "allowed → denied",
          paths.filter((_, i) => i % 2 === 0).map((path) => `GET ${path}`),
        ],
        [
          'values: ["read:headers"]',
          "values: [write]",
          "allowed → denied",
          paths.filter((_, i) => i % 2 === 0).map((path) => `GET ${path}`),
        ],
        [
          "audiences: [httpbin]",
          "audiences: [other]",
          "another refusal",
          paths.filter((_, i) => i % 2 === 1).map((path) => `GET ${path}`),
        ],
      ];
      for (const [from, to, change, requests] of others) {
        const { code, changes } = await diff(policies.replace(from, to));
        assert.equal(code, 1, to);
        const found = changes.filter((one) => one.change === change);
        assert.deepEqual(
          found.map(({ request }) => request.replace(/, token.*/, "")).sort(),
          [...requests].sort(),
          to,
        );
      }
      const header = "when: [{ key: 'request.headers[x-a]', values: [b] }]\n      when:";
      const asks = await diff(
        policies
          .replace("      when:", `    - ${header}`.replace(/\n {6}when:/, "\n      ignored:"))
          .replace(/ {6}ignored:[^]*$/, ""),
      );
      assert.match(
        asks.notes.join(),
        /the new policies look at request\.headers\[x-a\], which .* does not tell/,
      );
      // A log of other requests: the old policies decide otherwise than it has it.
      await writeFile(logFile!, log.replaceAll('result="allowed"', 'result="denied"'));
      const odd = await diff(policies);
      assert.match(odd.notes.join(), /^6 of 12 requests of .* are left out/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("tells one stream alone", async () => {
    const all = await explained(log);
    const { stream } = all[0]!;
    assert.deepEqual(
      await explained(log, "--stream", String(stream)),
      all.filter((one) => one.stream === stream),
    );
    const { code, stderr } = await runCommand(["explain", "--from-log", "-", "--stream", "99999"], log);
    assert.equal(code, 2);
    assert.match(stderr, /--stream 99999: the log has \d+/);
  });

  it("is read as Istio's proxy, kubectl and JSON logs have it", async () => {
    const expected = await explained(log);
    const lines = log
      .split("\n")
      .map((line) => /^\[([^\]]*)\]\[(\d+)\]\[(\w+)\]\[wasm\] \[([^\]]*)\] (.*)$/.exec(line));
    const dresses: Readonly<
      Record<string, (time: string, thread: string, level: string, text: string) => string>
    > = {
      istio: (time, thread, level, text) =>
        `${time}\t${level}\tenvoy wasm context.cc:1148\t${text.replace(/^(wasm log \S+) [^:]*:/, "$1:")}\tthread=${thread}`,
      kubectl: (time, thread, level, text) =>
        `[pod/httpbin-1/istio-proxy] [${time}][${thread}][${level}][wasm] [context.cc:1148] ${text}\r`,
      json: (time, thread, level, text) =>
        JSON.stringify({ level, time, scope: "envoy wasm", msg: text, thread }),
    };
    for (const [name, dress] of Object.entries(dresses)) {
      const dressed = lines.flatMap((match) =>
        match === null ? [] : [dress(match[1]!, match[2]!, match[3]!, match[5]!)],
      );
      assert.deepEqual(await explained(dressed.join("\n")), expected, name);
    }
  });

  it("is read as `jwt-policy run` prints it", async () => {
    const [first = ""] = /\[\d+\](?=\[debug\].* step=request )/.exec(log) ?? [];
    // There is one worker then.
    const ofOneWorker = log.split("\n").filter((line) => line.includes(`${first}[`));
    let printed = "";
    const print = readableLog((text) => void (printed += text), false);
    for (const line of ofOneWorker) {
      const [, time = "", level = "", text = ""] =
        /^\[\S+ ([^\]]*)\]\[\d+\]\[(\w+)\]\[wasm\] \[[^\]]*\] (.*)$/.exec(line) ?? [];
      print(`${time} ${level} [wasm] ${text}\n`);
    }
    assert.match(printed, /^\S+ debug jwt-policy stream=/m);
    assert.deepEqual(await explained(printed), await explained(ofOneWorker.join("\n")));
  });

  it("without its end says so", async () => {
    const end = log.indexOf("step=authentication");
    const [request] = await explained(log.slice(0, end));
    assert.equal(request?.decision, "unknown");
    const { stdout, code } = await runCommand(["explain", "--from-log", "-"], log.slice(0, end));
    assert.match(stdout, /^NOT KNOWN\n[^]*The log ends before the decision|the log ends before they come/);
    assert.equal(code, 0);
  });

  it("shows no token", async () => {
    const { stdout } = await runCommand(["explain", "--from-log", "-", "--all"], log);
    assert.doesNotMatch(stdout, /eyJ/);
  });
});

const condition = (fields: string) => `step=condition rule="ns[a]-policy[b]-rule[0]" ${fields}`;

describe("a log", () => {
  const request = (stream: number, path: string) =>
    `jwt-policy stream=${stream} step=request method="GET" authority="a" path="${path}"`;
  const decision = (stream: number, result: string) =>
    `jwt-policy stream=${stream} step=decision result="${result}"`;

  it("whose lines stand alone, as `wasm log` cuts them out", async () => {
    const requests = await explained(
      [request(1, "/a"), request(2, "/b"), decision(2, "denied"), decision(1, "allowed")].join("\n"),
    );
    assert.deepEqual(
      requests.map(({ stream, decision: made }) => [stream, made]),
      [
        [1, "allowed"],
        [2, "denied"],
      ],
    );
  });

  it("in which a stream number comes again", async () => {
    const requests = await explained(
      [request(1, "/a"), decision(1, "allowed"), request(1, "/b"), decision(1, "denied")].join("\n"),
    );
    assert.deepEqual(
      requests.map(({ request: { path } }) => path),
      ["/a", "/b"],
    );
  });

  it("in which a client has put a line of its own", async () => {
    const forged = decision(1, "allowed").replaceAll('"', "");
    const lines = [
      `[2026-01-01 00:00:00.000][7][debug][wasm] [context.cc:1148] wasm log a b c: ${request(1, "/a")}`,
      `[2026-01-01 00:00:00.000][7][debug][http] [conn_manager_impl.cc:1153] 'user-agent', 'wasm log a b c: ${forged}'`,
      `"GET / HTTP/1.1" 403 - "wasm log a b c: ${forged}"`,
      `[2026-01-01 00:00:00.000][7][debug][wasm] [context.cc:1148] wasm log a b c: ${decision(1, "denied")}`,
    ];
    assert.deepEqual(
      (await explained(lines.join("\n"))).map(({ decision: made }) => made),
      ["denied"],
    );
  });

  it("in which a client has put what is no UTF-8", async () => {
    const directory = await mkdtemp(join(tmpdir(), "jwt-policy-log-"));
    const file = join(directory, "envoy.log");
    const latin = Buffer.from('"GET /caf\u00e9 HTTP/1.1" 200\n', "latin1");
    await writeFile(
      file,
      Buffer.concat([latin, Buffer.from(`${request(1, "/a")}\n${decision(1, "allowed")}\n`)]),
    );
    const { code, stdout } = await runCommand(["explain", "--from-log", file]);
    await rm(directory, { recursive: true });
    assert.match(stdout, /^ALLOWED/);
    assert.equal(code, 0);
  });

  it("with lines that are cut off", async () => {
    const { stderr, stdout } = await runCommand(
      ["explain", "--from-log", "-"],
      `${request(1, "/a")}\n${decision(1, "denied").slice(0, -3)}`,
    );
    assert.match(stderr, /lines of the filter that could not be read: 1/);
    assert.match(stdout, /^NOT KNOWN/);
  });

  // Nothing can be tried: what is advised must hold by what the log tells.
  const location =
    'step=location rule="requestAuthentications[0].jwtRules[0]" location="header x" present=false tokens=0';
  const from = 'place="from[0].source.requestPrincipals" met=false wants=["*"] sees=[]';
  const to = 'place="to[0].operation.paths" met=false wants=["/b"] sees=["/a"]';
  const advice: readonly (readonly [string, lines: readonly string[], RegExp])[] = [
    ["a token, where it is all that is missing", [location, condition(from)], /^Send a token: /],
    [
      "no token alone, where another path is missing as well",
      [location, condition(from), condition(to)],
      /^A token alone does not let this request pass: the rule lacks paths as well\.$/,
    ],
    [
      "no token, where no rule reads one",
      [condition(from)],
      /no RequestAuthentication that applies here reads one\.$/,
    ],
  ];
  for (const [name, lines, wanted] of advice) {
    it(`advises ${name}`, async () => {
      const rule = 'rule="ns[a]-policy[b]-rule[0]"';
      const failed = 'condition="from[0].source.requestPrincipals" wants=["*"] sees=[]';
      const policy = `step=policy action=ALLOW ${rule} at="authorizationPolicies[0].rules[0]" matches=false ${failed}`;
      const steps = [...lines, policy].map((step) => `jwt-policy stream=1 ${step}`);
      const denied = 'jwt-policy stream=1 step=decision result="denied" status="RBAC: access denied"';
      const [told] = await explained([request(1, "/a'b"), ...steps, denied].join("\n"));
      assert.match(told?.remedies.join("\n") ?? "", wanted);
    });
  }

  const post = "2022-02-26T12:22:59.368Z debug envoy ";
  const others: readonly (readonly [string, string, RegExp])[] = [
    ["of nothing", "", /no lines of the jwt-policy filter[^]*wasm:debug/],
    [
      "at level info",
      "wasm log a b: jwt-policy: signatures are verified by wasm",
      /but no request[^]*wasm:debug/,
    ],
    [
      "of the native filters, as the post shows it",
      `${post}jwt Called Filter : decodeHeaders ${post}jwt Parse Jwt eyJhbGciOiJSUzI1NiJ9.eyJh.c2ln ${post}jwt Jwt authentication completed with: OK ${post}rbac enforced denied, matched policy none`,
      /native filters jwt_authn and rbac[^]*jwt_authn: OK\n {2}rbac: denied, matched policy none\n[^]*whole token in this log/,
    ],
    [
      "of Envoy's native filters, a line each",
      "[2026-01-01 00:00:00.000][7][debug][jwt] [filter.cc:1] Jwt authentication completed with: Jwt is expired\n[..][debug][rbac] enforced allowed, matched policy ns[a]-policy[b]-rule[0]",
      /jwt_authn: Jwt is expired\n {2}rbac: allowed, matched policy ns\[a\]-policy\[b\]-rule\[0\]\n/,
    ],
  ];
  for (const [name, log, message] of others) {
    it(name, async () => {
      const { code, stdout, stderr } = await runCommand(["explain", "--from-log", "-"], log);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /eyJ/);
    });
  }
});
