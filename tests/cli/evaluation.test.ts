// What `jwt-policy explain` and `test` stand on: the filter in host/, asked about requests at any moment, its keys given, fetched or not to be had.

import { loadFilter } from "../../cli/files/filter-file.js";
import { keyFetcher } from "../../cli/key-fetch/key-fetcher.js";
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import type { KeyObject } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import {
  ConfigurationRefusedError,
  Filter,
  type ConfiguredFilter,
} from "../../policies/evaluation/filter.js";
import type { Request } from "../../policies/evaluation/request/request.js";
import type { JsonObject } from "../../policies/resources/tree.js";
import { ecKeys } from "../seeded/keys.js";

const now = Date.parse("2026-02-03T04:05:06Z");
const issuer = "https://idp.example.com/";

describe("an evaluation", () => {
  let filter: Filter;
  let key: KeyObject;
  let keySet: string;
  before(async () => {
    filter = await loadFilter();
    const pair = ecKeys("P-256", "evaluation");
    key = pair.privateKey;
    keySet = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "ES256" }] });
  });

  const sign = (claims: Record<string, unknown> = {}) =>
    new SignJWT({ iss: issuer, sub: "alice", exp: now / 1000 + 3600, ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "k1" })
      .sign(key);

  const request = (token?: string, more: Partial<Request> = {}): Request => ({
    method: "GET",
    path: "/headers",
    authority: "httpbin",
    headers: token === undefined ? [] : [["Authorization", `Bearer ${token}`]],
    ...more,
  });

  const authentication = (rule: JsonObject): JsonObject => ({
    requestAuthentications: [{ name: "jwt", jwtRules: [{ issuer, ...rule }] }],
  });
  const policies = (...rules: JsonObject[]): JsonObject => ({
    authorizationPolicies: [{ name: "may", namespace: "foo", rules }],
  });

  /** Evaluates one request with a configuration of its own. */
  async function evaluate(
    configuration: JsonObject,
    asked: Request,
    options: Parameters<Filter["configure"]>[1] = { keys: new Map([[issuer, keySet]]) },
  ) {
    const configured = await filter.configure(configuration, options);
    const evaluation = await configured.evaluate(asked, now);
    configured.close();
    return { ...evaluation, keyCalls: configured.keyCalls };
  }

  it("tells principal, deciding policy, and what the upstream gets", async () => {
    const configuration = {
      ...authentication({ outputPayloadToHeader: "x-payload" }),
      ...policies({ from: [{ source: { requestPrincipals: ["*"] } }] }),
    };
    const token = await sign();
    const sent = request(token, {
      headers: [
        ["authorization", `Bearer ${token}`],
        ["x-payload", "forged"],
        ["b", "1"],
        ["B", "2"],
      ],
    });
    const evaluation = await evaluate(configuration, sent);
    assert.equal(evaluation.decision, "allowed");
    assert.equal(evaluation.principal, `${issuer}/alice`);
    assert.equal(evaluation.policy, "ns[foo]-policy[may]-rule[0]");
    assert.deepEqual(evaluation.forwarded?.headers, [
      ["b", "1"],
      ["b", "2"],
      ["x-payload", token.split(".")[1]],
    ]);
    assert.deepEqual(
      evaluation.headerChanges.map(({ name, before, after }) => [name, before.length, after.length]),
      [
        ["authorization", 1, 0],
        ["x-payload", 1, 1],
      ],
    );
    assert.equal(evaluation.answer, undefined);
  });

  it("tells the answer of a refusal", async () => {
    const { decision, answer, reason, forwarded } = await evaluate(authentication({}), request("rubbish"));
    assert.deepEqual([decision, answer?.status, forwarded], ["denied", 401, undefined]);
    assert.equal(answer?.body, reason);
    assert.match(answer?.details ?? "", /^jwt_authn_access_denied\{Jwt_is_not_in_the_form/);
    assert.match(answer?.headers.find(([name]) => name === "www-authenticate")?.[1] ?? "", /^Bearer realm=/);
  });

  it("has a clock for each request", async () => {
    const configured = await filter.configure(authentication({}), { keys: new Map([[issuer, keySet]]) });
    const asked = request(await sign({ nbf: now / 1000 }));
    const at = (seconds: number) => configured.evaluate(asked, now + seconds * 1000);
    const reasons = await Promise.all([0, 7200, -7200, 0].map(async (seconds) => (await at(seconds)).reason));
    assert.deepEqual(reasons, [undefined, "Jwt is expired", "Jwt not yet valid", undefined]);
    configured.close();
  });

  const properties: readonly (readonly [string, JsonObject, Partial<Request>, Partial<Request>])[] = [
    [
      "the TCP peer",
      { from: [{ source: { ipBlocks: ["10.0.0.0/8"] } }] },
      { peer: "10.1.2.3" },
      { peer: "11.0.0.1", remote: "10.1.2.3" },
    ],
    [
      "the client behind X-Forwarded-For",
      { from: [{ source: { remoteIpBlocks: ["10.0.0.0/8"] } }] },
      { remote: "10.1.2.3:80", peer: "11.0.0.1" },
      { peer: "11.0.0.1" },
    ],
    [
      "the client certificate",
      { from: [{ source: { principals: ["cluster.local/ns/a/sa/b"] } }] },
      { certificate: { uriSan: "spiffe://cluster.local/ns/a/sa/b" } },
      {},
    ],
    [
      "the server name",
      { when: [{ key: "connection.sni", values: ["a.example.com"] }] },
      { serverName: "a.example.com" },
      {},
    ],
    [
      "the destination",
      { to: [{ operation: { ports: ["8080"] } }] },
      { destination: { port: 8080 } },
      { destination: { port: 80 } },
    ],
    [
      "dynamic metadata",
      { when: [{ key: "experimental.envoy.filters.a[b]", values: ["c"] }] },
      { metadata: { "envoy.filters.a": { b: "c" } } },
      { metadata: { "envoy.filters.a": { b: "d" } } },
    ],
    [
      "filter state of a waypoint",
      { from: [{ source: { namespaces: ["a"] } }] },
      { filterState: { "io.istio.peer_principal": "spiffe://cluster.local/ns/a/sa/b" } },
      {},
    ],
  ];
  for (const [name, rule, yes, no] of properties) {
    it(`is shown ${name}`, async () => {
      const configuration = { ...policies(rule), directRemoteAddress: "some.key" };
      const decisions = [yes, no].map(
        async (more) =>
          (await evaluate(configuration, request(undefined, { peer: "127.0.0.1", ...more }))).decision,
      );
      assert.deepEqual(await Promise.all(decisions), ["allowed", "denied"]);
    });
  }

  it("tells no steps without trace", async () => {
    const traced = await evaluate(authentication({}), request());
    assert.ok(traced.steps.some(({ step }) => step === "decision"));
    assert.deepEqual((await evaluate(authentication({}), request(), { trace: false })).steps, []);
  });

  it("says what the filter has against a configuration", async () => {
    await assert.rejects(filter.configure(policies({ form: [] })), (error: unknown) => {
      assert.ok(error instanceof ConfigurationRefusedError);
      assert.match(error.faults[0] ?? "", /^authorizationPolicies\[0\]\.rules\[0\]\.form: /);
      return true;
    });
  });

  describe("and keys", () => {
    let server: Server;
    let origin: string;
    let configured: ConfiguredFilter | undefined;
    before(async () => {
      server = createServer((asked, response) => {
        if (asked.url === "/keys") response.end(keySet);
        else if (asked.url === "/.well-known/openid-configuration")
          response.end(JSON.stringify({ issuer: origin, jwks_uri: `${origin}/keys` }));
        else if (asked.url !== "/hangs") response.writeHead(404).end();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(async () => {
      configured?.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    const fetched: readonly (readonly [
      string,
      (origin: string) => JsonObject,
      string | undefined,
      readonly unknown[],
    ])[] = [
      ["are fetched", (at) => ({ jwksUri: `${at}/keys` }), undefined, [200]],
      ["are discovered", (at) => ({ issuer: at }), undefined, [200, 200]],
      ["are not there", (at) => ({ jwksUri: `${at}/nothing` }), "Jwks remote fetch is failed", [404]],
      [
        "never come",
        (at) => ({ jwksUri: `${at}/hangs`, timeout: "0.05s" }),
        "Jwks remote fetch is failed",
        ["timeout"],
      ],
      [
        "are behind a closed port",
        () => ({ jwksUri: "http://127.0.0.1:1/" }),
        "Jwks remote fetch is failed",
        [503],
      ],
    ];
    for (const [name, rule, reason, outcomes] of fetched) {
      it(`that ${name}`, async () => {
        const configuration = authentication(rule(origin));
        const token = await sign(name === "are discovered" ? { iss: origin } : {});
        const evaluation = await evaluate(configuration, request(token), { fetchKeys: keyFetcher() });
        assert.equal(evaluation.reason, reason);
        assert.deepEqual(
          evaluation.keyCalls.map(({ outcome }) => outcome),
          outcomes,
        );
      });
    }

    it("that may not be fetched", async () => {
      const evaluation = await evaluate(
        authentication({ jwksUri: `${origin}/keys` }),
        request(await sign()),
        {},
      );
      assert.equal(evaluation.reason, "Jwks remote fetch is failed");
      assert.deepEqual(evaluation.keyCalls, [{ uri: `${origin}/keys`, outcome: "not allowed" }]);
      assert.ok(evaluation.steps.some((step) => step.step === "keys" && step.outcome === "no_answer"));
    });

    for (const [name, rule] of Object.entries<JsonObject>({
      "a jwksUri": { jwksUri: "https://idp.example.com/keys" },
      "keys of its own": { jwks: '{"keys":[{"kty":"oct","k":"AAAA"}]}' },
      neither: {},
    })) {
      it(`that are given for a rule with ${name}`, async () => {
        const evaluation = await evaluate(authentication(rule), request(await sign()));
        assert.deepEqual([evaluation.decision, evaluation.keyCalls], ["allowed", []]);
      });
    }

    it("that are given by the jwksUri of a rule without issuer", async () => {
      const jwksUri = "https://idp.example.com/keys";
      const configuration = { requestAuthentications: [{ jwtRules: [{ jwksUri }] }] };
      const evaluation = await evaluate(configuration, request(await sign()), {
        keys: new Map([[jwksUri, keySet]]),
      });
      assert.deepEqual(
        [evaluation.decision, evaluation.keyCalls],
        ["allowed", [{ uri: jwksUri, outcome: "given" }]],
      );
    });
  });
});
