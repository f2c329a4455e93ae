// What newcomers type and paste: each is answered by a text that says what it is. In Node: what the page asks needs no browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Asker, type Told } from "../../playground/answer/ask.js";
import { exampleScene } from "../../playground/examples/example.js";
import { examples } from "../../playground/examples/examples.js";
import type { Scene, SceneRequest } from "../../playground/scene/scene.js";
import { signedToken } from "../../playground/scene/signed-token.js";
import { inPageWords } from "../../playground/told/page-words.js";
import { Filter } from "../../policies/evaluation/filter.js";
import { repositoryRoot } from "../../scripts/repository-root.js";

const asker = new Asker(await Filter.from(await readFile(join(repositoryRoot, "build", "jwt-policy.wasm"))));
const plain = exampleScene(examples.find(({ name }) => name === "Any token, but a token")!);
const policies = plain.files[0]!.text;
const NOW = 1_800_000_000;
const claims = { iss: "https://idp.example.com/", sub: "alice", exp: NOW + 60 };
const { text: token, jwks } = await signedToken(claims, false);

const written = (text: string): Scene => ({ ...plain, files: [{ file: "policies.yaml", text }] });
const asked = (request: Partial<SceneRequest>): Scene => ({
  ...plain,
  request: { ...plain.request, ...request },
});
const pasted = (text: string, keys = jwks): Scene => ({
  ...asked({ now: String(NOW) }),
  token: "pasted",
  pasted: { text, jwks: keys, unverified: false },
});
const claimed = (text: string): Scene => ({ ...plain, token: "claims", claims: text });

/** All that the page says of a scene but for the single rules. */
function saidOf({ answer, findings = [] }: Told): string {
  const found = findings.map(({ id, message }) => `${id} ${message}`).join("\n");
  if (answer.kind === "unasked") return `NOT ASKED ${inPageWords(answer.message)}\n${found}`;
  if (answer.kind === "refused")
    return `REFUSED ${answer.findings.map(({ id, message }) => `${id} ${message}`).join("\n")}\n${found}`;
  const { decision, reason, why, remedies } = answer.explanation;
  return [`${decision} ${reason ?? ""} ${inPageWords(why)}`, ...remedies.map(inPageWords), found].join("\n");
}

const list = `apiVersion: v1\nkind: List\nitems:\n${policies
  .split("---\n")
  .map((one) => `- ${one.trim().replaceAll("\n", "\n  ")}\n`)
  .join("")}`;
const secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: foo}\ndata: {token: aGVsbG8=}\n";
const account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: foo}\n";
const json = JSON.stringify({
  apiVersion: "security.istio.io/v1",
  kind: "RequestAuthentication",
  metadata: { name: "a", namespace: "foo" },
  spec: { jwtRules: [{ issuer: claims.iss, jwksUri: `${claims.iss}keys` }] },
});
/** As the policies stand, without a token. */
const usual = /^denied RBAC: access denied .*requestPrincipals/;

const policyMistakes: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  [
    "an empty editor",
    "",
    /^NOT ASKED There is no RequestAuthentication and no AuthorizationPolicy .* example/,
  ],
  ["a comment alone", "# soon\n", /^NOT ASKED There is no RequestAuthentication/],
  ["prose", "allow alice to GET /", /^NOT ASKED There is no RequestAuthentication/],
  ["a megabyte of nothing", "x".repeat(1 << 20), /^NOT ASKED There is no RequestAuthentication/],
  ["zero bytes", "\0\u0001".repeat(1000), /^NOT ASKED There is no RequestAuthentication/],
  ["a Secret and a ServiceAccount alone", `${secret}---\n${account}`, /It has Secret, ServiceAccount\./],
  ["a Secret and a ServiceAccount among them", `${policies}---\n${secret}---\n${account}`, usual],
  ["a List of kubectl get -o yaml", list, usual],
  ["a megabyte of comment above", `# ${"x".repeat(1 << 20)}\n${policies}`, usual],
  ["lines that end in CRLF", policies.replaceAll("\n", "\r\n"), usual],
  ["a byte order mark", `\ufeff${policies}`, usual],
  ["JSON", json, /^allowed .*\nRequests without a token pass/],
  ["tabs", policies.replace("    - issuer", "\t- issuer"), /Tabs are not allowed[^]*never with tabs\./],
  ["a dash in front of spec", policies.replace("spec:", "- spec:"), /There is a dash in front of a field/],
  ["a dash alone", `${policies}\n-\n${policies}`, /There is a dash alone in a line/],
  ["a diff", policies.replaceAll(/^/gm, "+"), /Lines begin with \+ or -, as a diff has them/],
  [
    "numbers of lines",
    policies
      .split("\n")
      .map((line, i) => `${i + 1}  ${line}`)
      .join("\n"),
    /Lines begin with their numbers/,
  ],
  ["a fence of Markdown", `\`\`\`yaml\n${policies}\`\`\`\n`, /The lines with ``` are of Markdown/],
  ["a line of a shell", `kubectl apply -f - <<EOF\n${policies}EOF\n`, /take out that of kubectl, and EOF/],
  [
    "a template of Helm",
    policies.replace("foo", "{{ .ns }}"),
    /Paste what it makes: the output of helm template/,
  ],
  [
    "another kind",
    policies.replace("kind: Request", "kind: Requests"),
    /JP115 security\.istio\.io has no kind/,
  ],
  [
    "a kind in lower case",
    policies.replace("kind: A", "kind: a"),
    /JP115 .* has no kind authorizationPolicy/,
  ],
  [
    "the same names twice",
    `${policies}---\n${policies}`,
    /JP219 a second AuthorizationPolicy foo\/require-jwt/,
  ],
];

const mistakes: readonly (readonly [name: string, scene: Scene, says: RegExp])[] = [
  ...policyMistakes.map(([name, text, says]) => [name, written(text), says] as const),
  ["no workload", { ...plain, workload: " " }, /^NOT ASKED for: name the workload/],
  ["another namespace", { ...plain, workload: "bar/app=httpbin" }, /^REFUSED JP002 no policy applies to bar/],
  ["a label as YAML has it", { ...plain, workload: "foo/app: httpbin" }, /^NOT ASKED for foo/],
  ["no method", asked({ method: "" }), /^NOT ASKED method: write one/],
  ["method and path in one", asked({ method: "GET /x" }), /^NOT ASKED method: one word/],
  ["a method in lower case", asked({ method: "get" }), usual],
  ["no path", asked({ url: "" }), /^NOT ASKED url: write a path/],
  ["a relative URL", asked({ url: "headers" }), /^NOT ASKED request: .* a path begins with a slash/],
  ["a URL without scheme", asked({ url: "httpbin.foo/headers" }), /a path begins with a slash/],
  ["a blank in the path", asked({ url: "/a b" }), /^NOT ASKED url: .* %20/],
  ["a letter with dots in the path", asked({ url: "/ä" }), /write it as %XX/],
  [
    "a header without colon",
    asked({ headers: "a: 1\nx-user alice" }),
    /^NOT ASKED header in line 2: expected/,
  ],
  [
    "a header of curl",
    asked({ headers: "-H 'x-user: alice'" }),
    /^NOT ASKED header in line 1: .* without -H/,
  ],
  ["a pseudo header", asked({ headers: ":path: /x" }), /^NOT ASKED header in line 1: expected/],
  ["an address with its port", asked({ remote: "10.0.0.1:80" }), /^NOT ASKED remote: .* port: 10\.0\.0\.1\n/],
  ["IPv6 with its port", asked({ peer: "[2001:db8::1]:80" }), /^NOT ASKED peer: .* port: 2001:db8::1\n/],
  ["IPv6", asked({ peer: "2001:db8::1" }), usual],
  ["X-Forwarded-For as address", asked({ remote: "1.2.3.4, 5.6.7.8" }), /lists stand in X-Forwarded-For/],
  ["a range of addresses", asked({ peer: "10.0.0.0/8" }), /^NOT ASKED peer 10\.0\.0\.0\/8: expected an IP/],
  ["no port", asked({ destination: "10.0.0.1" }), /^NOT ASKED destination 10\.0\.0\.1: expected host:port/],
  ["a word as time", asked({ now: "tomorrow" }), /^NOT ASKED now: expected a time such as/],
  ["a token in several lines", pasted(token.replaceAll(/(.{40})/g, "$1\r\n")), /^allowed/],
  ["an issuer's whole answer", pasted(JSON.stringify({ access_token: token, expires_in: 60 })), /^allowed/],
  ["a token in quotes", pasted(`"${token}"`), /^allowed/],
  ["the whole header", pasted(`Authorization: Bearer ${token}`), /^allowed/],
  ["no token", pasted(" "), /^NOT ASKED token: paste one, or choose none/],
  ["the word null", pasted("null"), /^NOT ASKED token: it is no token: the word null/],
  [
    "an expired token",
    { ...pasted(token), request: { ...plain.request, now: String(NOW + 3600) } },
    /^denied Jwt is expired exp is more than 60 s ago\.\nGet a new token\.\n/,
  ],
  [
    "a key set with a private key in it",
    pasted(token, jwks.replace('"kty"', '"d": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U", "kty"')),
    /^allowed/,
  ],
  [
    "policies of several namespaces",
    written(`${policies}---\n${policies.replaceAll("namespace: foo", "namespace: bar")}`),
    usual,
  ],
  [
    "blanks that are none",
    written(policies.replaceAll("  ", "\u00a0\u00a0")),
    /^NOT ASKED policies\.yaml, line 4: it is indented with blanks of a web page, such as U\+00A0/,
  ],
  ["words", pasted("my token"), /^NOT ASKED token: it is no token/],
  ["an opaque token", pasted("d2f1c0de-1234-4bcd-9ef0-123456789abc"), /The token is an opaque token/],
  ["an encrypted token", pasted("eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d"), /The token is an encrypted token \(JWE/],
  [
    "a token without its end",
    pasted(token.replace(/\.[^.]*$/, "")),
    /The token is a token without its signature/,
  ],
  ["a key set in place of a token", pasted(jwks), /^NOT ASKED token: it is a key set .* under it\.\n/],
  ["claims in place of a token", pasted(JSON.stringify(claims)), /Choose “Claims”, and put them there/],
  ["a token in place of a key set", pasted(token, token), /^NOT ASKED jwks: this is a token/],
  [
    "an address in place of a key set",
    pasted(token, `${claims.iss}keys`),
    /^NOT ASKED jwks: this page asks nobody/,
  ],
  [
    "PEM in place of a key set",
    pasted(token, "-----BEGIN PUBLIC KEY-----\nMFk\n"),
    /This is PEM.* --jwks-out/,
  ],
  ["a web page in place of a key set", pasted(token, "<html>"), /This is a web page/],
  ["a single key", pasted(token, jwks.slice(jwks.indexOf("[") + 1, jwks.lastIndexOf("]"))), /a single key/],
  ["a token in place of claims", claimed(token), /^NOT ASKED claims: this is a token: choose “Pasted”/],
  ["claims without quotes", claimed("{sub: alice}"), /^NOT ASKED claims: no JSON/],
  ["a list as claims", claimed('["alice"]'), /^NOT ASKED claims: expected a JSON object/],
];

describe("a newcomer's mistakes", () => {
  for (const [name, scene, says] of mistakes) {
    it(name, async () => {
      const said = saidOf(await asker.ask(scene, () => Promise.resolve()));
      assert.match(said, says);
      // Where options are named, they are the command's own, in lines of the command.
      assert.doesNotMatch(said, /“Key set”-|\bundefined\b|\[object/);
      assert.ok(!said.includes(token), "the token is told");
    });
  }
});
