// Why a key set or a provider configuration is refused: the outcome is one of a few words, the warning says which key and what is wrong with it.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { signingKey } from "../differential/keys/keys.js";
import { jwk } from "../security/filter.js";
import { ask, configuration, fate, FIRST_TICK, ISSUER, Workers } from "./workers.js";

const rsa = signingKey("rsa").jwk;
const standard = Buffer.from(String(rsa["n"]), "base64url").toString("base64");
/** What some issuers publish: the certificate without the numbers that are in it. */
const x5cAlone = { kty: "RSA", e: rsa["e"], kid: "a", x5c: ["MIIC"] };
const set = (...keys: object[]) => JSON.stringify({ keys });
const JSON_TYPE = "application/json";

interface Case {
  title: string;
  body: string;
  type?: string;
  status?: number;
  outcome?: string;
  /** What the warning ends with, behind the cluster. */
  says: string;
}

const cases: readonly Case[] = [
  {
    title: "a provider configuration",
    body: JSON.stringify({ issuer: ISSUER, jwks_uri: `${ISSUER}keys` }),
    says: 'reason="Jwks does not have [keys] field" found="an OpenID provider configuration: the key set is at its jwks_uri"',
  },
  {
    title: "a page",
    body: "<html>",
    type: "text/html",
    outcome: "wrong_content_type",
    says: 'reason="Jwks is an invalid JSON"',
  },
  { title: "a page that calls itself JSON", body: "<html>", says: 'reason="Jwks is an invalid JSON"' },
  {
    title: "a single key",
    body: JSON.stringify(rsa),
    says: 'reason="Jwks does not have [keys] field" found="a single key: a key set is {\\"keys\\": [...]}"',
  },
  { title: "no object", body: "[]", says: 'reason="Jwks is an invalid JSON"' },
  { title: "a list that is none", body: '{"keys":{}}', says: 'reason="[keys] in Jwks is not an array"' },
  { title: "no keys", body: set(), says: 'reason="Jwks doesn\'t have any valid public key"' },
  {
    title: "a modulus in standard base64, behind what is no key at all",
    body: JSON.stringify({ keys: [null, { ...rsa, n: standard, kid: "a" }] }),
    says: 'reason="Jwks RSA [n] or [e] field is missing or has a parse error" key=1 kid="a"',
  },
  {
    title: "a certificate alone",
    body: set(x5cAlone),
    says: 'reason="[n] field is missing for a RSA key" key=0 kid="a"',
  },
  {
    title: "the first of several that are wrong, without kid",
    body: set({ kty: "rsa" }, x5cAlone),
    says: 'reason="[kty] is not supported in [keys]" key=0',
  },
  {
    title: "a kid that would forge a line, or fill the log",
    body: set({ kid: `a"\n\u0000${"x".repeat(1000)}` }),
    says: `reason="[kty] is missing in [keys]" key=0 kid="a\\"\\u000a\\u0000${"x".repeat(196)}…"`,
  },
  {
    title: "a kid that ends lines or turns them around for some readers, or is not seen",
    body: set({ kid: "a\u0085\u009b2J\u2028\u202e\u2066\u2069\u061c\ufeff\u{e0041}\u00e9" }),
    says: String.raw`reason="[kty] is missing in [keys]" key=0 kid="a\u0085\u009b2J\u2028\u202e\u2066\u2069\u061c\ufeff\udb40\udc41é"`,
  },
  {
    title: "500 keys",
    body: set(...Array.from({ length: 500 }, () => jwk("oct"))),
    says: 'reason="Jwks has more than 256 keys"',
  },
  {
    title: "a bad certificate",
    body: JSON.stringify({ b: "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n" }),
    says: 'reason="X509 parse pubkey fails" key=0 kid="b"',
  },
  {
    title: "another status",
    body: "{}",
    status: 404,
    outcome: "bad_http_status",
    says: 'reason="the HTTP status is not 200" found="404"',
  },
  {
    title: "a redirect",
    body: "",
    status: 302,
    outcome: "redirect",
    says: 'reason="the HTTP status is not 200" found="302"',
  },
  { title: "no body", body: "", outcome: "empty_body", says: 'cluster="idp"' },
];

async function answered(rule: object, body: string, type = JSON_TYPE, status = 200): Promise<Workers> {
  const workers = new Workers();
  await workers.start(configuration(rule));
  workers.clock.advance(FIRST_TICK);
  workers.call.respond(status, body, [["content-type", type]]);
  return workers;
}

describe("the warning of a fetch that brought no keys", () => {
  for (const { title, body, type, status, outcome = "bad_key_set", says } of cases) {
    it(title, async () => {
      const { warnings, plugins } = await answered({}, body, type, status);
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.ok(warnings[0]!.includes(` outcome="${outcome}" failures=1 `), warnings[0]);
      assert.ok(warnings[0]!.includes(' cluster="idp"'), warnings[0]);
      assert.ok(warnings[0]!.endsWith(` ${says}`), `${warnings[0]!}\n${says}`);
      assert.equal(fate(ask(plugins[0]!, "a")), "Jwks remote fetch is failed");
    });
  }

  it("does not repeat what was wrong before", async () => {
    const { warnings, clock, calls, plugins } = await answered({}, set(x5cAlone));
    clock.advance(1_000);
    calls[1]!.reset();
    assert.equal(warnings.length, 2);
    assert.ok(warnings[1]!.endsWith(' outcome="no_answer" failures=2 cluster="idp"'), warnings[1]);
    assert.equal(fate(ask(plugins[0]!, "a")), "Jwks remote fetch is failed");
  });
});

describe("keys in the configuration", () => {
  it("are refused with the key at fault", async () => {
    const inline = (jwks: string) => configuration({ jwksUri: undefined, jwks });
    const refusals: readonly [jwks: string, says: string][] = [
      [set(x5cAlone), '[n] field is missing for a RSA key (key 0, kid "a")'],
      [set({ kty: "rsa" }), "[kty] is not supported in [keys] (key 0)"],
      [
        JSON.stringify(rsa),
        'Jwks does not have [keys] field (this is a single key: a key set is {"keys": [...]})',
      ],
      ["{", "Jwks is an invalid JSON"],
    ];
    for (const [jwks, says] of refusals) {
      const workers = new Workers();
      await assert.rejects(workers.start(inline(jwks)));
      const place = "jwt-policy: requestAuthentications[0].jwtRules[0].jwks: ";
      assert.deepEqual(workers.warnings, [place + says]);
    }
  });
});
