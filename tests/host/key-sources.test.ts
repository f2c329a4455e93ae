// Several key sets for one issuer (`extensions.keySources`): a key of any of them counts, each has outages of its own, and a token whose key is in none
// costs the issuer no more fetches than with one.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import { HeaderMap, type ManualCall, type Stream } from "../../host/index.js";
import {
  ask,
  configuration,
  fate,
  FIRST_TICK,
  ISSUER,
  keySet,
  TICK,
  WAITING_TICK,
  Workers,
} from "./workers.js";

const FAILED = "Jwks remote fetch is failed";
const UNKNOWN_KEY = "Jwks doesn't have key to match kid or alg from Jwt";
const WRONG_KEY = "Jwt verification fails";
const OTHER_TENANT = "Jwt tenant is not allowed";
const [ONE, TWO, THREE] = ["/jwks.json", "/two", "/three"] as const;
const COOLDOWN = 30_000;

const uri = (path: string) => `https://idp.example.com${path}`;
const several = (paths: readonly string[], rule: object = {}, rest: object = {}) =>
  configuration(rule, {
    extensions: { keySources: [{ issuer: ISSUER, jwksUris: paths.map(uri) }] },
    ...rest,
  });

class Issuer extends Workers {
  /** Answers every call for a path that has not got its answer yet. */
  answer(path: string, body: string, status = 200): void {
    this.clock.advance(1);
    for (const call of this.waiting(path)) {
      this.answered.add(call);
      call.respond(status, body);
    }
    // The other workers look at the shared state.
    this.clock.advance(WAITING_TICK);
  }

  asked(path: string): number {
    return this.calls.filter((call) => call.header(":path") === path).length;
  }

  waiting(path: string): ManualCall[] {
    return this.calls.filter((call) => call.header(":path") === path && !this.answered.has(call));
  }

  private readonly answered = new Set<ManualCall>();
}

async function issuerWith(config: object, workers = 1): Promise<Issuer> {
  const issuer = new Issuer();
  for (let i = 0; i < workers; i++) await issuer.start(config);
  issuer.clock.advance(FIRST_TICK);
  return issuer;
}

/** Its sets have keys named as themselves. */
async function settled(workers = 1): Promise<Issuer> {
  const issuer = await issuerWith(several([TWO, THREE]), workers);
  issuer.answer(ONE, keySet("one"));
  issuer.answer(TWO, keySet("two"));
  issuer.answer(THREE, keySet("three"));
  issuer.clock.advance(TICK);
  return issuer;
}

/** A token whose kid is one key's and whose signature is another's. */
function signed(kid: string, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", kid })}.${part({ iss: ISSUER, sub: "a", exp: 4_000_000_000 })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

const told = (issuer: Issuer, kid: string, worker = 0) => fate(ask(issuer.plugins[worker]!, kid));

describe("several key sets of one issuer", () => {
  it("all count, on all workers, and each is fetched once", async () => {
    const issuer = await settled(2);
    for (const worker of [0, 1])
      for (const kid of ["one", "two", "three", "three", "one"])
        assert.equal(told(issuer, kid, worker), "passed", kid);
    assert.equal(issuer.calls.length, 3);
  });

  it("count beside keys in the configuration", async () => {
    const issuer = await issuerWith(several([TWO], { jwksUri: undefined, jwks: keySet("inline") }));
    assert.equal(told(issuer, "inline"), "passed");
    const waits = ask(issuer.plugins[0]!, "two");
    assert.equal(fate(waits), "waits");
    issuer.answer(TWO, keySet("two"));
    assert.deepEqual(
      [fate(waits), told(issuer, "two"), told(issuer, "inline")],
      ["passed", "passed", "passed"],
    );
  });

  it("with the same kid for different keys: either verifies, as of two providers natively", async () => {
    const issuer = await issuerWith(several([TWO]));
    const named = (secret: string) => keySet(secret).replace(`"kid":"${secret}"`, '"kid":"k"');
    issuer.answer(ONE, named("first"));
    issuer.answer(TWO, named("second"));
    const with_ = (secret: string) => fate(ask(issuer.plugins[0]!, secret, { kid: "k" }));
    assert.deepEqual([with_("first"), with_("second"), with_("third")], ["passed", "passed", WRONG_KEY]);
  });

  it("hold tokens without kid to all keys of all sets", async () => {
    const issuer = await settled();
    for (const secret of ["one", "two", "three"])
      assert.equal(fate(ask(issuer.plugins[0]!, secret, {})), "passed");
  });

  it("hold a token to the rule whatever set its key is of", async () => {
    const issuer = await issuerWith(several([TWO], { audiences: ["api"] }));
    issuer.answer(ONE, keySet("one"));
    issuer.answer(TWO, keySet("two"));
    const of = (claims: object) => fate(ask(issuer.plugins[0]!, "two", { kid: "two" }, claims));
    assert.deepEqual(
      [of({ aud: "api" }), of({ aud: "other" }), of({ aud: "api", exp: 1 }), of({ aud: "api", iss: "x" })],
      ["passed", "Audiences in Jwt are not allowed", "Jwt is expired", "Jwt issuer is not configured"],
    );
  });

  it("are those of one rule: a token that another rule of the issuer has had remembered is looked at anew", async () => {
    const rule = (jwks: string, header: string) => ({
      issuer: ISSUER,
      jwks: keySet(jwks),
      fromHeaders: [{ name: header, prefix: "Bearer " }],
    });
    const config = several([TWO]);
    const jwtRules = [rule("a", "authorization"), rule("b", "x-token")];
    Object.assign(config, { requestAuthentications: [{ name: "test", namespace: "foo", jwtRules }] });
    const issuer = await issuerWith(config);
    issuer.answer(TWO, keySet("two"));
    const from = (header: string, kid: string) =>
      fate(
        issuer.plugins[0]!.request(
          HeaderMap.request([
            [":method", "GET"],
            [":path", "/"],
            [":authority", "httpbin"],
            [":scheme", "http"],
            [header, `Bearer ${signed(kid, kid)}`],
          ]),
        ),
      );
    ask(issuer.plugins[0]!, "unknown");
    issuer.answer(TWO, keySet("two"));
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(
        [from("authorization", "a"), from("x-token", "a"), from("x-token", "b"), from("x-token", "two")],
        ["passed", UNKNOWN_KEY, "passed", "passed"],
      );
    }
  });

  it("hold a tenant's token to the issuer that the set which verified it names for the key", async () => {
    const place = "https://idp.example.com/{tenantid}/";
    const config = several([TWO], { issuer: place }) as { extensions: object };
    Object.assign(config.extensions, {
      keySources: [{ issuer: place, jwksUris: [uri(TWO)] }],
      tenants: [{ issuer: place, anyTenant: true }],
    });
    const issuer = await issuerWith(config);
    const named = (kid: string, of: string) => keySet(kid).replace(`"kid"`, `"issuer":"${of}","kid"`);
    issuer.answer(ONE, named("all", place));
    issuer.answer(TWO, named("of-a", "https://idp.example.com/a/"));
    const of = (kid: string, tid: string) =>
      fate(ask(issuer.plugins[0]!, kid, { kid }, { iss: `https://idp.example.com/${tid}/`, tid }));
    for (let i = 0; i < 2; i++)
      assert.deepEqual(
        [of("all", "a"), of("all", "b"), of("of-a", "a"), of("of-a", "b")],
        ["passed", "passed", "passed", OTHER_TENANT],
      );
  });
});

describe("an outage of one of several key sets", () => {
  it("at the start: who needs another waits for that alone, who needs this one waits for it", async () => {
    for (const hanging of [ONE, TWO]) {
      const issuer = await issuerWith(several([TWO]));
      const other = hanging === ONE ? TWO : ONE;
      const streams = [ask(issuer.plugins[0]!, hanging), ask(issuer.plugins[0]!, other)];
      assert.deepEqual(streams.map(fate), ["waits", "waits"]);
      issuer.answer(other, keySet(other));
      assert.deepEqual(streams.map(fate), ["waits", "passed"]);
      assert.deepEqual([issuer.asked(ONE), issuer.asked(TWO)], [1, 1]);
      issuer.answer(hanging, keySet(hanging));
      assert.deepEqual(streams.map(fate), ["passed", "passed"]);
    }
  });

  it("the same where another worker fetches", async () => {
    const issuer = await issuerWith(several([TWO]), 2);
    const streams = [0, 1].map((worker) => ask(issuer.plugins[worker]!, "two"));
    issuer.answer(TWO, keySet("two"));
    assert.deepEqual(streams.map(fate), ["passed", "passed"]);
    assert.deepEqual([issuer.asked(ONE), issuer.asked(TWO)], [1, 1]);
  });

  for (const [title, fail] of [
    ["an error", (issuer: Issuer) => issuer.answer(ONE, "{}", 503)],
    ["silence", (issuer: Issuer) => issuer.clock.advance(6_000)],
    ["nonsense", (issuer: Issuer) => issuer.answer(ONE, '{"keys":[]}')],
  ] as const)
    it(`that ends in ${title} silences no other, and is told to whose keys may be there`, async () => {
      const issuer = await issuerWith(several([TWO]));
      issuer.answer(TWO, keySet("two"));
      const waits = ask(issuer.plugins[0]!, "one");
      assert.equal(fate(waits), "waits");
      fail(issuer);
      // Of an `any` the last failure is told, and the second set has been asked for newer keys by this token.
      issuer.answer(TWO, keySet("two"));
      assert.notEqual(fate(waits), "passed");
      assert.notEqual(fate(waits), "waits");
      for (let i = 0; i < 5; i++) {
        assert.equal(told(issuer, "two"), "passed");
        issuer.clock.advance(TICK);
        for (const call of issuer.waiting(ONE)) call.respond(503, "{}");
      }
    });

  it("refuses all where all are out", async () => {
    const issuer = await issuerWith(several([TWO]));
    issuer.answer(ONE, "{}", 503);
    issuer.answer(TWO, "{}", 503);
    assert.equal(told(issuer, "one"), FAILED);
    assert.equal(told(issuer, "two"), FAILED);
  });

  it("a new key in one set is taken while another hangs", async () => {
    const issuer = await settled();
    const waits = ask(issuer.plugins[0]!, "new");
    assert.deepEqual(
      [ONE, TWO, THREE].map((path) => issuer.waiting(path).length),
      [1, 1, 1],
      "all at once",
    );
    issuer.answer(TWO, keySet("two", "new"));
    assert.equal(fate(waits), "passed");
    assert.equal(told(issuer, "new"), "passed");
    assert.equal(told(issuer, "one"), "passed");
  });

  it("a key that is withdrawn from its set is refused, though the token is remembered", async () => {
    const issuer = await settled();
    assert.equal(told(issuer, "two"), "passed");
    ask(issuer.plugins[0]!, "unknown");
    issuer.answer(ONE, keySet("one"));
    issuer.answer(TWO, keySet("another"));
    issuer.answer(THREE, keySet("three"));
    assert.equal(told(issuer, "two"), UNKNOWN_KEY);
  });
});

describe("tokens whose key is in none of the sets", () => {
  const answerAll = (issuer: Issuer) => {
    issuer.answer(ONE, keySet("one"));
    issuer.answer(TWO, keySet("two"));
    issuer.answer(THREE, keySet("three"));
  };

  it("ask for all sets once, and not again before as many cooldowns as there are sets", async () => {
    const issuer = await settled();
    const unknown = (i: number): Stream => ask(issuer.plugins[0]!, `unknown-${i}`);
    const first = unknown(0);
    assert.equal(issuer.calls.length, 6);
    answerAll(issuer);
    assert.equal(fate(first), UNKNOWN_KEY);
    for (let passed = 0; passed < 3 * COOLDOWN - 2_000; passed += 1_000) {
      assert.equal(fate(unknown(passed)), UNKNOWN_KEY);
      issuer.clock.advance(1_000);
    }
    assert.equal(issuer.calls.length, 6);
    issuer.clock.advance(3_000);
    unknown(-1);
    assert.equal(issuer.calls.length, 9);
  });

  it("whose kid one of them has ask for none: a kid is anybody's to write", async () => {
    const issuer = await settled();
    for (const kid of ["one", "two", "three"])
      assert.notEqual(fate(ask(issuer.plugins[0]!, "another", { kid })), "waits");
    assert.equal(issuer.calls.length, 3);
  });

  it("a remembered token of one set asks for no other, however often it comes", async () => {
    const issuer = await settled();
    for (let i = 0; i < 100; i++) {
      assert.equal(told(issuer, "three"), "passed");
      issuer.clock.advance(TICK);
    }
    assert.equal(issuer.calls.length, 3);
  });

  it("a token of two headers is refused where one of them is bad, whatever set the good one is of", async () => {
    const issuer = await settled();
    const stream = issuer.plugins[0]!.request(
      HeaderMap.request([
        [":method", "GET"],
        [":path", `/?access_token=${signed("three", "one")}`],
        [":authority", "httpbin"],
        [":scheme", "http"],
        ["authorization", `Bearer ${signed("two", "two")}`],
      ]),
    );
    assert.equal(fate(stream), WRONG_KEY);
  });
});
