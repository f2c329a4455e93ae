// OpenID Connect Discovery: the document must be the issuer's own (§4.3), and may send the filter nowhere that the configuration does not name.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, configuration, fate, FIRST_TICK, ISSUER, keySet, TICK, Workers } from "./workers.js";

const ORIGIN = "https://idp.example.com";
const OTHER = "https://keys.example.net";
const FAILED = "Jwks remote fetch is failed";
/** More clusters than are named: what Istio's sidecars have. */
const CLUSTERS = [
  "idp",
  "other",
  "outbound|443||keys.example.net",
  "outbound|443||10.0.0.1",
  "outbound|80||x|443||y",
];

async function discovering(rule: object = {}, clusters: object = { [ORIGIN]: "idp" }): Promise<Workers> {
  const workers = new Workers(CLUSTERS);
  await workers.start(configuration({ jwksUri: undefined, ...rule }, { clusters }));
  workers.clock.advance(FIRST_TICK);
  assert.equal(workers.call.header(":path"), "/.well-known/openid-configuration");
  return workers;
}

const document = (fields: object) =>
  JSON.stringify({ issuer: ISSUER, jwks_uri: `${ORIGIN}/keys`, ...fields });

describe("a provider configuration is followed", () => {
  const followed: readonly { jwks_uri: string; cluster: string; path: string; clusters?: object }[] = [
    { jwks_uri: `${ORIGIN}/keys`, cluster: "idp", path: "/keys" },
    { jwks_uri: `${ORIGIN}:443/keys?a=b`, cluster: "idp", path: "/keys?a=b" },
    { jwks_uri: "https://IDP.example.com/keys", cluster: "idp", path: "/keys" },
    {
      jwks_uri: `${OTHER}/keys`,
      cluster: "other",
      path: "/keys",
      clusters: { [ORIGIN]: "idp", [OTHER]: "other" },
    },
  ];
  for (const { jwks_uri, cluster, path, clusters } of followed) {
    it(`to ${jwks_uri} through ${cluster}`, async () => {
      const workers = await discovering({}, clusters);
      workers.call.respond(200, document({ jwks_uri }));
      assert.equal(workers.calls.length, 2);
      assert.deepEqual([workers.call.request.cluster, workers.call.header(":path")], [cluster, path]);
      workers.call.respond(200, keySet("a"));
      assert.equal(fate(ask(workers.plugins[0]!, "a")), "passed");
    });
  }
});

describe("a provider configuration is refused", () => {
  const refused: readonly { title: string; body: string; outcome: string; says: string }[] = [
    ...[
      ["of another issuer", "https://evil.example.com/"],
      ["whose issuer lacks the slash", ORIGIN],
      ["whose issuer has another case", "https://IDP.example.com/"],
      ["whose issuer only begins so", `${ISSUER}x`],
    ].map(([title, issuer]) => ({
      title: title!,
      body: document({ issuer }),
      outcome: "other_issuer",
      says: `found="${issuer!}"`,
    })),
    {
      title: "without issuer",
      body: document({ issuer: undefined }),
      outcome: "other_issuer",
      says: "letter",
    },
    {
      title: "whose issuer is a list",
      body: document({ issuer: [ISSUER] }),
      outcome: "other_issuer",
      says: "letter",
    },
    ...[
      [`${OTHER}/keys`, OTHER],
      ["http://idp.example.com/keys", "http://idp.example.com"],
      [`${ORIGIN}:8443/keys`, `${ORIGIN}:8443`],
      ["https://idp.example.com./keys", "https://idp.example.com."],
      ["https://10.0.0.1/latest/meta-data/?x=y", "https://10.0.0.1"],
    ].map(([jwks_uri, origin]) => ({
      title: `whose keys are at ${jwks_uri!}`,
      body: document({ jwks_uri }),
      outcome: "other_origin",
      says: `found="${origin!}"`,
    })),
    ...[
      "/keys",
      "",
      "ftp://idp.example.com/keys",
      "http://x|443||y/keys",
      "https://idp.example.com|/keys",
      "https://user@idp.example.com/keys",
      "https://idp.example.com@10.0.0.1/keys",
      "https://idp.example.com\\@10.0.0.1/keys",
      "https://idp.example.com/ke ys",
      "https://idp.example.com/keys\r\nhost: evil",
      "https://idp.example.com/keys\u0000",
      "https://idp.example.com/keys\u007f",
      "https://idp.example.com/keys\u0085",
      "https://idp.example.com/kéys",
      "https://idp.example.com/keys#part",
      "https://idp.example.com/{keys}",
      "https://idp.example.com/<keys>",
      "https://idp.example.com:0/keys",
      "https://idp.example.com:65536/keys",
      "https://idp%2eexample.com/keys",
      "https://bücher.example/keys",
      `https://idp.example.com/${"k".repeat(2048)}`,
    ].map((jwks_uri) => ({
      title: `whose keys are at ${JSON.stringify(jwks_uri).slice(0, 60)}`,
      body: document({ jwks_uri }),
      outcome: "bad_discovery",
      says: "its jwks_uri is no http or https URI",
    })),
    {
      title: "without jwks_uri",
      body: document({ jwks_uri: 1 }),
      outcome: "bad_discovery",
      says: "it has no jwks_uri",
    },
    { title: "that is no JSON", body: "{", outcome: "bad_discovery", says: "it is an invalid JSON" },
    { title: "that is a list", body: "[]", outcome: "other_issuer", says: "letter" },
  ];
  for (const { title, body, outcome, says } of refused) {
    it(`${title}: ${outcome}`, async () => {
      const { calls, call, warnings, plugins, clock, process } = await discovering();
      call.respond(200, body);
      assert.equal(calls.length, 1, "nothing else is asked");
      assert.equal(warnings.length, 1);
      assert.ok(warnings[0]!.includes(` outcome="${outcome}" `), warnings[0]);
      assert.ok(warnings[0]!.includes(says), warnings[0]);
      assert.equal(fate(ask(plugins[0]!, "a")), FAILED);
      clock.advance(TICK);
      assert.equal(process.metrics.value(`jwt_policy_jwks_fetches_totaloutcome=.=${outcome};.;`), 1n);
    });
  }

  it("when it becomes another issuer's, good keys stay, and nothing else is asked", async () => {
    const workers = await discovering();
    workers.call.respond(200, document({}));
    workers.call.respond(200, keySet("a"));
    const waiting = ask(workers.plugins[0]!, "b");
    workers.call.respond(200, document({ issuer: "https://evil.example.com/" }));
    assert.equal(workers.calls.length, 3);
    assert.notEqual(fate(waiting), "passed");
    assert.equal(fate(ask(workers.plugins[0]!, "a")), "passed");
  });
});

describe("two rules whose issuers differ in the slash at the end", () => {
  it("ask for a document each, and only the one whose issuer is in it has keys", async () => {
    const workers = new Workers();
    const jwtRules = [{ issuer: ORIGIN }, { issuer: ISSUER }];
    const requestAuthentications = [{ name: "test", namespace: "foo", jwtRules }];
    await workers.start(configuration({}, { requestAuthentications }));
    workers.clock.advance(FIRST_TICK);
    assert.equal(workers.calls.length, 2);
    for (const call of workers.calls.slice()) call.respond(200, document({}));
    assert.equal(workers.calls.length, 3);
    workers.call.respond(200, keySet("a"));
    assert.equal(fate(ask(workers.plugins[0]!, "a")), "passed");
  });
});

describe("the cluster of keys on another origin, when it is not there yet", () => {
  it("is looked for every second, and the issuer is not asked again for that", async () => {
    const workers = await discovering({}, { [ORIGIN]: "idp", [OTHER]: "late" });
    const { calls, call, clock, clusters, warnings } = workers;
    call.respond(200, document({ jwks_uri: `${OTHER}/keys` }));
    for (let i = 0; i < 30; i++) clock.advance(TICK);
    assert.equal(calls.length, 1);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /outcome="not_dispatched" .*cluster="late"$/);
    clusters.add("late");
    clock.advance(TICK);
    assert.equal(calls.length, 2);
    workers.call.respond(200, keySet("a"));
    assert.equal(fate(ask(workers.plugins[0]!, "a")), "passed");
  });
});

describe("an issuer that is no place to discover keys from", () => {
  const issuers = [
    "https://",
    "https:///",
    "https://?",
    "https://a?b",
    "https://a#b",
    "https://a|b",
    "https://u@a",
    "https://a b",
    "https://a:0",
    "https://é",
    "https:",
    "a",
  ];
  for (const issuer of issuers) {
    it(`${issuer} is refused`, async () => {
      const workers = new Workers();
      await assert.rejects(workers.start(configuration({ issuer, jwksUri: undefined })));
      assert.deepEqual(workers.warnings, [
        "jwt-policy: requestAuthentications[0].jwtRules[0].issuer: is no http or https URI to discover keys from; give jwksUri or jwks",
      ]);
    });
  }
});
