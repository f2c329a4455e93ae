// Exit codes that scripts can trust: 1 of `explain` is a denied request and nothing else, and no input gives a stack trace.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { exitCodes } from "../../cli/terminal/exit-code.js";
import { rsaKeys } from "../seeded/keys.js";
import { runCommand } from "./string-terminal.js";

const issuer = "https://login.example/";
const authentication = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: login, namespace: shop }
spec: { jwtRules: [{ issuer: "${issuer}", jwksUri: "https://login.example/keys" }] }
`;
const authorization = (spec: string) => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: shop }
spec: ${spec}
`;
const workload = ["--for", "shop/app=web"];

let directory = "";
before(async () => (directory = await mkdtemp(join(tmpdir(), "jwt-policy-codes-"))));
after(() => rm(directory, { recursive: true }));

describe("explain answers", () => {
  const cases: readonly (readonly [string, string, readonly string[], number])[] = [
    ["0: allowed", authentication, workload, 0],
    ["1: denied", authentication + authorization("{}"), workload, 1],
    ["2: no policy applies, for a slip in --for", authorization("{}"), ["--for", "foo/app=nope"], 2],
    ["2: a policy that Istio refuses", authorization("{ rules: [{ form: [] }] }"), workload, 2],
    [
      "2: a policy that the filter refuses",
      authentication.replace("https://login.example/keys", "x"),
      workload,
      2,
    ],
    ["2: no YAML", "a: [", workload, 2],
    ["2: a label without value", authorization("{}"), ["--for", "shop/app"], 2],
    ["2: an option that there is not", authorization("{}"), [...workload, "--frobnicate"], 2],
    [
      "2: a token's keys that nobody may fetch",
      authentication,
      [...workload, "--offline", "--token", "@"],
      2,
    ],
  ];
  const { privateKey } = rsaKeys(2048, "exit codes");
  let token = "";
  before(async () => {
    const key = join(directory, "key.pem");
    await writeFile(key, privateKey.export({ format: "pem", type: "pkcs8" }));
    token = (await runCommand(["token", "--issuer", issuer, "--subject", "a", "--key", key])).stdout.trim();
  });
  for (const [name, text, args, code] of cases) {
    it(name, async () => {
      const given = args.map((arg) => (arg === "@" ? token : arg));
      const result = await runCommand(["explain", "-", ...given], text);
      assert.equal(result.code, code, result.stdout + result.stderr);
    });
  }
});

describe("a key set that cannot be used is told with its key and what to do:", () => {
  const n = rsaKeys(2048, "exit codes").publicKey.export({ format: "jwk" }).n!;
  const key = (members: object) =>
    JSON.stringify({ keys: [{ kty: "RSA", n, e: "AQAB", kid: "a", ...members }] });
  const plain = Buffer.from(n, "base64url").toString("base64");
  const fake = Buffer.from("Error-IstiodFailedToFetchJwksUri-").toString("base64url");
  const sets: Readonly<Record<string, readonly [string, RegExp]>> = {
    "base64 in place of base64url": [
      key({ n: plain }),
      /key 0, kid "a".*keys\[0\]: n is in base64 .*base64url/,
    ],
    "a key type in small letters": [key({ kty: "rsa" }), /keys\[0\]: kty is "rsa"; it is written "RSA"/],
    "a single key": [
      JSON.stringify({ kty: "RSA", n, e: "AQAB" }),
      /a single key: a key set is \{"keys": \[\.\.\.\]\}/,
    ],
    "a certificate alone": [
      key({ n: undefined, e: undefined, x5c: ["MII"] }),
      /keys\[0\]: it has a certificate alone/,
    ],
    "what istiod writes in place of keys": [key({ n: fake }), /keys\[0\]: it is what istiod puts in place/],
    "the provider configuration": [
      JSON.stringify({ issuer, jwks_uri: `${issuer}keys` }),
      /provider configuration; the key set is what https:\/\/login\.example\/keys answers/,
    ],
    "no keys": ['{"keys": []}', /The list of keys is empty/],
    "keys that are none": ['{"keys": ["a", 1, null]}', /keys\[0\]: Each key is a JSON object/],
    "a list": ["[]", /Expected \{"keys"/],
    null: ["null", /Expected \{"keys"/],
    "a number": ["17", /Expected \{"keys"/],
    "an empty file": ["", /holds no JSON/],
    PEM: ["-----BEGIN PUBLIC KEY-----\nMII\n", /This is PEM/],
    "a page": ["<html></html>", /This is a web page/],
    "a point that is not on its curve": [
      '{"keys": [{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}]}',
      /refuses this key set: Jwks EC/,
    ],
  };
  for (const [name, [text, says]] of Object.entries(sets)) {
    it(name, async () => {
      const file = join(directory, `${name.replaceAll(" ", "-")}.json`);
      await writeFile(file, text);
      const policies = join(directory, "policies.yaml");
      await writeFile(policies, authentication);
      const keys = ["--jwks", `${issuer}=${file}`];
      const explained = await runCommand(["explain", policies, ...workload, "--claim", "sub=a", ...keys]);
      assert.equal(explained.code, 2, explained.stdout);
      assert.equal(explained.stdout, "");
      assert.match(explained.stderr, says);
      const run = await runCommand(["run", policies, ...workload, "--upstream", "127.0.0.1:9", ...keys]);
      assert.equal(run.code, 2, run.stdout);
      assert.match(run.stderr, says);
      if (text === "") return;
      const suite = { policies: ["policies.yaml"], for: "shop/app=web", keys: { [issuer]: file }, tests: [] };
      const test = { ...suite, tests: [{ request: "GET /", expect: "allow" }] };
      const tests = join(directory, "a_test.json");
      await writeFile(tests, JSON.stringify(test));
      const tested = await runCommand(["test", tests]);
      assert.equal(tested.code, 2, tested.stdout);
      assert.match(tested.stdout, /a_test\.json: keys/);
    });
  }
});

describe("every verb", () => {
  it("says in its help what its codes mean", async () => {
    for (const [verb, meanings] of Object.entries(exitCodes)) {
      const { stdout } = await runCommand([verb, "--help"]);
      const said = stdout.slice(stdout.indexOf("Exit codes:")).replaceAll(/\s+/g, " ");
      assert.equal(said.split("Exit codes:").length, 2, verb);
      for (const meaning of meanings) assert.ok(said.includes(meaning), `${verb}: ${meaning}`);
    }
  });

  it("refuses what is no file of its kind with 2", async () => {
    const bad = [
      "\u0000",
      "[",
      "a: &a [*a]",
      "{{ .Values }}",
      "[[".repeat(500),
      "--- !!binary x",
      "- 1\n- 2",
    ];
    for (const text of bad) {
      for (const args of [
        ["render", "-", ...workload],
        ["check", "-"],
        ["explain", "-", ...workload],
        ["explain", "--config", "-"],
        ["explain", "--from-log", "-"],
        ["test", "-"],
        ["run", "-", ...workload, "--upstream", "127.0.0.1:9"],
        ["token", "--claims", "@-"],
      ]) {
        const { code, stdout } = await runCommand(args, text);
        // No policy in the files: render and run say that none applies.
        const isOfWorkload = args[0] === "render" || args[0] === "run";
        assert.ok(
          code === 2 || (code === 1 && isOfWorkload),
          `${args.join(" ")} with ${text}: ${code} ${stdout}`,
        );
      }
    }
  });
});
