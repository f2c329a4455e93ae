// Tokens that a key of the set has not signed as their header says: the algorithm, the key and the header's own suggestions.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { signingKey, type KeyName } from "../differential/keys/keys.js";
import { defaultIssuer } from "../differential/token.js";
import { Filter, jwk, mint, rule, trusting, type FilterOptions, type TokenSpec } from "./filter.js";
import { verifySignature } from "../../host/node/verify-signature.js";

const FAIL = "401 Jwt verification fails";
const UNSUPPORTED = "401 Jwt header [alg] is not supported";
const BAD_ALG = "401 Jwt header [alg] field is required and must be a string";
const NO_KEY = "401 Jwks doesn't have key to match kid or alg from Jwt";

const names: readonly KeyName[] = ["rsa", "ec256", "ec384", "ec521", "ed25519", "oct"];
const keys = names.map((name) => jwk(name));
/** The same without anything that ties a key to a token. */
const anonymous = names.map((name) => ({ ...signingKey(name).jwk }));

/** With the engine in wasm alone, and with the host's crypto for what it takes. */
const engines: readonly { engine: string; options: FilterOptions }[] = [
  { engine: "wasm", options: {} },
  {
    engine: "the host's crypto",
    options: { foreignFunctions: new Map([["verify_signature", verifySignature]]) },
  },
];

/** The public key's texts that HS256 might be tricked into taking for a secret. */
function publicTexts(name: KeyName): readonly (string | Buffer)[] {
  const { signer, jwk: key } = signingKey(name);
  assert.ok(!Buffer.isBuffer(signer));
  const n = Buffer.from(String(key["n"]), "base64url");
  return [n, String(key["n"]), JSON.stringify(key), JSON.stringify(jwk(name)), "", "null"];
}

function hmacToken(secret: string | Buffer, kid: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${encode({ alg: "HS256", kid })}.${encode({ iss: defaultIssuer, sub: "alice" })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

const spelled = (alg: unknown): TokenSpec => ({ key: "rsa", header: { alg }, signAs: "RS256" });

const cases: readonly { title: string; token: TokenSpec; outcome: string }[] = [
  ...["none", "None", "NONE", "nOnE", "rs256", "RS256 ", "RS256\0", "", "HS1", "RS1", "ES256K", "dir"].map(
    (alg) => ({ title: `alg ${JSON.stringify(alg)}`, token: spelled(alg), outcome: UNSUPPORTED }),
  ),
  ...[null, 256, true, ["RS256"], { alg: "RS256" }].map((alg) => ({
    title: `alg ${JSON.stringify(alg)}`,
    token: spelled(alg),
    outcome: BAD_ALG,
  })),
  {
    title: "alg none and no signature",
    token: { header: { alg: "none" }, edits: [{ segment: 2, text: "AA" }] },
    outcome: UNSUPPORTED,
  },
  {
    title: "PS256 over an RS256 signature",
    token: { header: { alg: "PS256" }, signAs: "RS256" },
    outcome: FAIL,
  },
  {
    title: "RS256 over a PS256 signature",
    token: { header: { alg: "RS256" }, signAs: "PS256" },
    outcome: FAIL,
  },
  {
    title: "RS512 over an RS256 signature",
    token: { header: { alg: "RS512" }, signAs: "RS256" },
    outcome: FAIL,
  },
  {
    title: "PS256 with a salt of another length",
    token: { header: { alg: "PS256" }, saltLength: 20 },
    outcome: FAIL,
  },
  ...(["ec256", "ec384", "ec521", "ed25519"] as const).map((key) => ({
    title: `RS256 over the signature of ${key}`,
    token: { key, header: { alg: "RS256" }, signAs: signingKey(key).defaultAlg },
    outcome: FAIL,
  })),
  {
    title: "ES256 over a DER signature",
    token: { key: "ec256", der: true },
    outcome: FAIL,
  },
  {
    title: "ES256 with the kid of a P-384 key",
    token: { key: "ec256", header: { kid: "ec384" } },
    outcome: FAIL,
  },
  {
    title: "the kid of another key of the set",
    token: { key: "rsaOther", header: { kid: "rsa" } },
    outcome: FAIL,
  },
  { title: "a kid that is in no set", token: { header: { kid: "nobody" } }, outcome: NO_KEY },
];

describe("algorithm confusion", () => {
  for (const { engine, options } of engines) {
    it(`is refused by ${engine}, whatever key the token names`, async () => {
      const filter = await Filter.start(trusting(rule(keys)), options);
      for (const { title, token, outcome } of cases)
        assert.equal(filter.outcome({ token: mint(token) }), outcome, title);
      for (const key of names) assert.equal(filter.outcome({ token: mint({ key }) }), "passes", key);
      filter.stop();
    });

    it(`a public key is no HMAC secret to ${engine}`, async () => {
      for (const set of [keys, anonymous, [jwk("rsa")], [signingKey("rsa").jwk]]) {
        const filter = await Filter.start(trusting(rule(set)), options);
        for (const text of publicTexts("rsa")) {
          for (const kid of ["rsa", ""])
            assert.match(filter.outcome({ token: hmacToken(text, kid) }), /^401 /);
        }
        filter.stop();
      }
    });
  }

  it("a key that names its algorithm verifies no other", async () => {
    const filter = await Filter.start(
      trusting(rule([jwk("rsa", { alg: "RS512" }), jwk("oct", { alg: "HS384" })])),
    );
    for (const [key, alg, outcome] of [
      ["rsa", "RS256", NO_KEY],
      ["rsa", "PS512", NO_KEY],
      ["rsa", "RS512", "passes"],
      ["oct", "HS256", NO_KEY],
      ["oct", "HS384", "passes"],
    ] as const) {
      assert.equal(filter.outcome({ token: mint({ key, header: { alg } }) }), outcome, alg);
    }
    filter.stop();
  });
});

describe("keys that the token brings along", () => {
  const own = signingKey("rsaOther").jwk;
  const headers: readonly Record<string, unknown>[] = [
    { jwk: own },
    { jwk: own, kid: "evil" },
    { jku: "https://evil.example.com/jwks.json" },
    { x5u: "https://evil.example.com/cert.pem" },
    { x5c: ["MIIB"], x5t: "AA", "x5t#S256": "AA" },
    { iss: defaultIssuer, keys: [own] },
    { jwk: own, "x5t#S256": "AA" },
    { b64: false },
  ];
  const NO_CRIT = "401 Jwt header [crit] field is not supported";
  it("jwk, jku, x5u and x5c are not looked at, and nothing is fetched for them; a token that says they are critical is refused", async () => {
    const filter = await Filter.start(trusting(rule([jwk("rsa")])));
    for (const header of headers) {
      const outcome = filter.outcome({ token: mint({ key: "rsaOther", header: { kid: "rsa", ...header } }) });
      const refused = "crit" in header;
      const wrong = header["kid"] === "evil" ? NO_KEY : FAIL;
      assert.equal(outcome, refused ? NO_CRIT : wrong, JSON.stringify(header));
      const signed = mint({ key: "rsa", header: { ...header, kid: "rsa" } });
      const own = filter.outcome({ token: signed });
      assert.equal(own, refused ? NO_CRIT : "passes", "they do no harm either");
    }
    assert.equal(filter.fetcher.calls.length, 0);
    filter.stop();
  });
});

describe("kid", () => {
  const texts = [
    "é",
    "k".repeat(20_000),
    "../../etc/passwd",
    "' OR 1=1 --",
    "k\0",
    "k",
    " k",
    "K",
    "😀",
    "%6b",
  ];
  it("is compared byte by byte, after unescaping", async () => {
    for (const kid of texts) {
      const filter = await Filter.start(trusting(rule([jwk("oct", { kid })])));
      for (const other of [...texts, "k\0x", kid.normalize("NFD") + "x"]) {
        const outcome = filter.outcome({ token: mint({ key: "oct", header: { kid: other } }) });
        assert.equal(outcome, other === kid ? "passes" : NO_KEY, JSON.stringify(other).slice(0, 20));
      }
      const escaped = Array.from(kid).map((c) =>
        c.length > 1 ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      const headerText = `{"alg":"HS256","kid":"${escaped.join("")}"}`;
      assert.equal(
        filter.outcome({ token: mint({ key: "oct", headerText }) }),
        "passes",
        "written in escapes",
      );
      filter.stop();
    }
  });

  it("that is no text, or is there twice, is refused", async () => {
    const filter = await Filter.start(trusting(rule([jwk("oct")])));
    for (const kid of ["1", "null", "true", '["oct"]', "{}"]) {
      const token = mint({ key: "oct", headerText: `{"alg":"HS256","kid":${kid}}` });
      assert.equal(filter.outcome({ token }), "401 Jwt header [kid] field is not a string", kid);
    }
    for (const second of ["kid", "k\\u0069d"]) {
      const token = mint({ key: "oct", headerText: `{"alg":"HS256","kid":"oct","${second}":"oct"}` });
      assert.equal(filter.outcome({ token }), "401 Jwt header is an invalid JSON", second);
    }
    filter.stop();
  });

  it("of several keys with one kid, any may have signed; one that is empty fits all", async () => {
    const set = [jwk("rsaOther", { kid: "k" }), jwk("rsa", { kid: "k" }), jwk("oct", { kid: "" })];
    const filter = await Filter.start(trusting(rule(set)));
    assert.equal(filter.outcome({ token: mint({ key: "rsa", header: { kid: "k" } }) }), "passes");
    assert.equal(filter.outcome({ token: mint({ key: "rsa", header: { kid: "" } }) }), "passes");
    assert.equal(filter.outcome({ token: mint({ key: "oct", header: { kid: "other" } }) }), "passes");
    assert.equal(filter.outcome({ token: mint({ key: "ec256", header: { kid: "k" } }) }), FAIL);
    filter.stop();
  });
});
