// What the command prints acts on no terminal, whatever is in the files, tokens and arguments that it quotes.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { terminalOver } from "../../cli/terminal/terminal.js";
import { yamlText } from "../../policies/render/kubernetes/yaml-text.js";
import { holds } from "../seeded/properties.js";
import { runCommand } from "./string-terminal.js";

/** C0 but newline and tab, DEL, C1, and the bidi overrides and isolates: after the codes that are the command's own. */
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const ownCodes = /\u001b\[(?:1|2|22|31|32|33|36|39)m/g;

const titleCommand = "\u001b]52;c;cm0gLXJmIC8K\u0007";
/** What files may try: the clipboard, colours of their own and ours, C1, overrides, a line of their own. */
const attacks = [
  titleCommand,
  "\u001b[31m",
  "\u001b[31;1;2;3;4m",
  "\u001b[8m",
  "\u009b2J",
  "\u0085",
  "\u007f",
  "\u0000",
  "\b\b\b",
  "\r",
  "\u202eevil\u202c",
  "\u2066a\u2069",
];

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "jwt-policy-terminal-"));
});
after(() => rm(directory, { recursive: true }));

async function assertHarmless(args: readonly string[], input: string): Promise<string> {
  let printed = "";
  for (const isColoured of [false, true]) {
    const { stdout, stderr } = await runCommand(args, input, { isColoured });
    for (const output of [stdout, stderr]) {
      const rest = isColoured ? output.replaceAll(ownCodes, "") : output;
      const at = acting.exec(rest)?.index;
      assert.equal(at, undefined, `${args.join(" ")}: ${JSON.stringify(rest.slice(at, (at ?? 0) + 80))}`);
      printed += output;
    }
  }
  return printed;
}

/** Policies with a text in every place where one may stand: quoted as YAML wants it, and as it is. */
function policies(text: string, raw: string): string {
  const quoted = JSON.stringify(text);
  return `# ${raw}
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec:
  jwtRules: [{issuer: ${quoted}, audiences: [${quoted}], jwksUri: https://idp.example.com/keys, outputPayloadToHeader: x-payload}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow, namespace: foo, annotations: {${quoted}: ${quoted}}}
spec:
  action: ALLOW
  ${quoted}: 1 # ${raw}
  rules:
    - from: [{source: {requestPrincipals: [${quoted}], ipBlocks: [${quoted}], serviceAccounts: [${quoted}]}}]
      to: [{operation: {paths: [${quoted}, "/{*}/${quoted.slice(1)}], hosts: [${quoted}], methods: [${quoted}], ports: [${quoted}]}}]
      when: [{key: ${JSON.stringify(`request.auth.claims[${text}]`)}, values: [${quoted}]}, {key: ${quoted}, values: [a]}]
`;
}

/** The same without what Istio refuses, so that it is rendered and asked. */
function accepted(text: string): string {
  const quoted = JSON.stringify(`a${text}`);
  return `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: jwt, namespace: foo}
spec:
  jwtRules: [{issuer: ${quoted}, audiences: [${quoted}], jwksUri: https://idp.example.com/keys}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: allow, namespace: foo}
spec:
  rules:
    - from: [{source: {requestPrincipals: [${quoted}]}}]
      when: [{key: "request.auth.claims[a]", values: [${quoted}]}, {key: "request.headers[x-a]", values: [${quoted}]}]
`;
}

const suite = (text: string) => `policies: [policies.yaml]
for: foo
tokens: {alice: {claims: {iss: ${JSON.stringify(`a${text}`)}, sub: ${JSON.stringify(text)}, aud: ${JSON.stringify(`a${text}`)}}}}
tests:
  - name: ${JSON.stringify(`n${text}`)}
    request: GET /a
    headers: {x-a: b}
    token: alice
    expect: {status: 200, upstream: {headers: {x-a: ${JSON.stringify(`b${text}`)}}}}
`;

/** Every verb over a text. */
async function everyVerb(text: string, isRawToo: boolean): Promise<string> {
  // As it is in a comment it must not end the line, or it would be YAML of its own.
  const raw = isRawToo ? text.replaceAll(/[\r\n\u0085\u2028\u2029]/g, "") : "";
  const root = join(directory, "case");
  await mkdir(root, { recursive: true });
  const path = join(root, "policies.yaml");
  await writeFile(path, accepted(text));
  await writeFile(join(root, "a_test.yaml"), suite(text));
  const claims = JSON.stringify({ iss: `a${text}`, aud: `a${text}`, sub: text, a: `a${text}` });
  const token = `${Buffer.from(JSON.stringify({ alg: "RS256", kid: text })).toString("base64url")}.${Buffer.from(claims).toString("base64url")}.AAAA`;
  const log = `[2026-01-31 12:00:00.000][1][debug][wasm] wasm log jwt-policy jwt-policy: ${text}\n`;
  const asked = ["--for", "foo", "--offline", "--request", "GET /a"];
  const calls: readonly (readonly [args: readonly string[], input?: string])[] = [
    [["check", "-"], policies(text, raw)],
    [["check", "-", "--json"], policies(text, raw)],
    [["check", "-"], text],
    [["check", path]],
    [["check", join(root, text)]],
    [
      ["check", "-"],
      `apiVersion: security.istio.io/v1\nkind: ${JSON.stringify(`AuthorizationPolicy${text}`)}\nspec: {}\n`,
    ],
    [["test", root]],
    [["test", root, "--verbose"]],
    [["test", root, "--json"]],
    [["test", "-"], text],
    [["explain", path, ...asked, "--claims", claims, "--unverified"]],
    [["explain", path, ...asked, "--token", token, "-H", `x-a: ${text}`]],
    [["explain", path, ...asked, "--token", token, "--json", "--all"]],
    [["explain", "--from-log", "-"], log],
    [["token", "--algorithm", "ES256", "--issuer", text, "--claim", `a=${text}`, "--json"]],
    [["token", "--key", "-"], text],
    [["token", "--algorithm", text]],
    [["render", path, "--for", "foo"]],
    [["render", path, "--for", "foo", "--as", "wasmplugin", "--image", "oci://registry.corp/jwt-policy:v1"]],
    [["render", path, "--for", "foo", "--as", "envoy", "--upstream", "127.0.0.1:1"]],
    [["render", path, "--for", `foo/app=${text}`]],
    [
      ["render", "-", "--for", "foo", "--as", "wasmplugin", "--image", "oci://registry.corp/jwt-policy:v1"],
      policies(text, raw),
    ],
    [[text]],
  ];
  let printed = "";
  for (const [args, input = ""] of calls) printed += await assertHarmless(args, input);
  return printed;
}

describe("no verb prints what acts on a terminal", () => {
  for (const attack of attacks)
    it(JSON.stringify(attack), async () => {
      const printed = await everyVerb(attack, true);
      // It is told, escaped, rather than left out.
      const first = attack.charCodeAt(0).toString(16);
      assert.ok(
        printed.includes(`\\x${first.padStart(2, "0")}`) || printed.includes(`\\u${first.padStart(4, "0")}`),
      );
    });

  it("and they get as far as results, where a text has nothing of the kind", async () => {
    await everyVerb("", true);
    const root = join(directory, "case");
    const path = join(root, "policies.yaml");
    const { code, stdout } = await runCommand(["test", root]);
    assert.match(stdout, /1 test, /);
    assert.equal(code, 1);
    for (const as of ["config", "wasmplugin"])
      assert.equal(
        (
          await runCommand([
            "render",
            path,
            "--for",
            "foo",
            "--as",
            as,
            "--image",
            "oci://registry.corp/jwt-policy:v1",
          ])
        ).code,
        0,
      );
    const claims = ["--claim", "iss=a", "--claim", "aud=a", "--claim", "a=a", "-H", "x-a: a", "--unverified"];
    const asked = ["explain", path, "--for", "foo", "--offline", "--request", "GET /a", ...claims];
    assert.match((await runCommand(asked)).stdout, /rules\[0\]/);
  });

  it("whatever the file, the token and the arguments are", () =>
    holds(
      "terminal-any-file",
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: "binary", maxLength: 8 })), {
          maxLength: 4,
        }),
        async (parts) => {
          await everyVerb(parts.join(""), true);
        },
      ),
      { numRuns: 12 },
    ));

  it("in a verb that forgets to escape: the terminal does it", () => {
    let written = "";
    const write = (text: string) => void (written += text);
    const terminal = terminalOver({
      write,
      writeError: write,
      isColoured: true,
      columns: 80,
      readInput: () => Promise.resolve(""),
      inputLines: async function* () {},
    });
    const { red, bold } = terminal.colours;
    terminal.write(`${bold(`a ${red(titleCommand)} b`)}\t\u001b[31mc\u001b[0m\n`);
    terminal.writeError("\u202e\n");
    assert.equal(
      written,
      "\u001b[1ma \u001b[31m\\x1b]52;c;cm0gLXJmIC8K\\x07\u001b[39m b\u001b[22m\t\\x1b[31mc\\x1b[0m\n\\u202e\n",
    );
  });
});

describe("rendered YAML", () => {
  it("is the same data for whoever reads it, and harmless for whoever prints it", () =>
    holds(
      "terminal-yaml",
      fc.property(
        fc.dictionary(
          fc.string({ unit: "binary" }),
          fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: "binary" }), fc.array(fc.string())),
        ),
        (value) => {
          const text = yamlText(value);
          assert.doesNotMatch(text, acting);
          const [document] = parseAllDocuments(text);
          assert.deepEqual(document?.toJS(), { ...value });
        },
      ),
      { numRuns: 300 },
    ));
});

describe("findings", () => {
  it("mark the place as it is printed", async () => {
    const { stdout } = await runCommand(
      ["check", "-"],
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a}\nspec: {action: "\u202eX", rulez: []}\n',
    );
    const lines = stdout.split("\n");
    const at = lines.findIndex((line) => line.includes("[JP101]")) + 1;
    assert.equal(lines[at]!.indexOf("rulez"), lines[at + 1]!.indexOf("^"), stdout);
  });
});
