// Where the filter cannot know, it refuses: no memory, no clock, no address of the peer, a host that does not do as it is told.

import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { GuestMemory } from "../../host/abi/memory.js";
import { Stream, type Pair } from "../../host/index.js";
import { certificateNaming } from "../differential/certificates/certificates.js";
import { Filter, jwk, mint, rule, trusting } from "./filter.js";

const deny = (rules: object, more: object = {}) => ({
  authorizationPolicies: [{ name: "deny", namespace: "foo", action: "DENY", rules: [rules] }],
  ...more,
});

/** In assembly/memory/arena.ts. */
const ARENA_LIMIT = 256 * 1024 * 1024;

const FAILED = "500 Jwt policy filter failed";

describe("closed by default", () => {
  it("a value that finds no memory is not a missing one: a DENY rule on hosts is not passed by", async () => {
    const filter = await Filter.start(deny({ to: [{ operation: { hosts: ["evil*"] } }] }));
    assert.equal(filter.outcome({ authority: "evil" }), "403 RBAC: access denied");
    // More than half of ARENA_LIMIT: the headers fit in, their copy in lower case does not.
    assert.equal(filter.outcome({ authority: "evil" + "x".repeat(140 * 1024 * 1024) }), FAILED);
    assert.equal(filter.outcome({ authority: "good" }), "passes");
    filter.stop();
  });

  it("nor is a claim that finds no memory on its way into a header", async () => {
    const filter = await Filter.start(
      trusting(rule([jwk("oct")], { outputClaimToHeaders: [{ header: "x-roles", claim: "roles" }] })),
    );
    const outcome = (length: number) => {
      const { status, body, headers } = filter.send({
        token: mint({ key: "oct", claims: { roles: ["x".repeat(length)] } }),
      });
      return status === 200 ? headers.map(([name]) => name) : `${status} ${body}`;
    };
    assert.deepEqual(outcome(10), ["x-roles"]);
    // Token, claims, and their text fit into ARENA_LIMIT, the header's value does not.
    assert.equal(outcome(32 * 1024 * 1024), FAILED);
    filter.stop();
  });

  it("policies on the TCP peer refuse a request whose peer nobody has noted", async () => {
    const config = { directRemoteAddress: "peer" };
    const peer = (address: string) => ({ properties: { filter_state: { peer: address } } });
    const filter = await Filter.start(deny({ from: [{ source: { ipBlocks: ["10.0.0.0/8"] } }] }, config));
    assert.equal(filter.outcome(peer("10.1.2.3")), "403 RBAC: access denied");
    assert.equal(filter.outcome(peer("11.1.2.3")), "passes");
    assert.equal(filter.outcome(peer("")), FAILED);
    assert.equal(filter.outcome(), FAILED);
    filter.stop();
    const allow = await Filter.start({
      ...config,
      authorizationPolicies: [
        {
          name: "allow",
          namespace: "foo",
          rules: [{ from: [{ source: { notIpBlocks: ["10.0.0.0/8"] } }] }],
        },
      ],
    });
    assert.equal(allow.outcome(peer("11.1.2.3")), "passes");
    assert.equal(allow.outcome(), FAILED);
    allow.stop();
  });

  it("policies on a client's names refuse a certificate with more than 256 of them", async () => {
    const source = { principals: ["cluster.local/ns/foo/sa/b"] };
    const keys = { peerUriSans: "uris", peerDnsSans: "dns", peerCertificate: "certificate" };
    const filter = await Filter.start(deny({ from: [{ source }] }, keys));
    for (const [count, outcome] of [
      [255, "passes"],
      [256, "passes"],
      [257, FAILED],
      [300, FAILED],
    ] as const) {
      const uris = Array.from({ length: count }, (_, i) => `u${i}`);
      const properties = {
        connection: { uri_san_peer_certificate: "u0" },
        filter_state: {
          uris: uris.join(),
          dns: "-",
          certificate: encodeURIComponent(certificateNaming({ uris })),
        },
      };
      assert.equal(filter.outcome({ properties }), outcome, `${count} names`);
    }
    filter.stop();
  });

  it("policies on a client's names refuse a request whose names nobody has noted, or that may be read in several ways", async () => {
    const source = { principals: ["cluster.local/ns/foo/sa/b"] };
    const b = "spiffe://cluster.local/ns/foo/sa/b";
    const seen = (first: string, all: string | undefined, dns: string | null = "-") => ({
      properties: {
        connection: { uri_san_peer_certificate: first },
        filter_state: {
          ...(all === undefined ? {} : { uris: all }),
          ...(dns === null ? {} : { dns }),
        },
      },
    });
    const keys = { peerUriSans: "uris", peerDnsSans: "dns" };
    const filter = await Filter.start(deny({ from: [{ source }] }, keys));
    const table: [first: string, all: string | undefined, outcome: string][] = [
      ["", "-", "passes"],
      ["a", "a", "passes"],
      [b, b, "403 RBAC: access denied"],
      ["a", `a,${b}`, "403 RBAC: access denied"],
      [b, `${b},a`, "403 RBAC: access denied"],
      // One name with a comma in it: its tail is no name.
      [`a,${b}`, `a,${b}`, "passes"],
      ["a,c", `a,c,${b}`, "403 RBAC: access denied"],
      ["", `,${b}`, "403 RBAC: access denied"],
      // The second, or the second and the third?
      ["a", `a,c,${b}`, FAILED],
      ["a", "a,,", FAILED],
      // Not what the property says.
      ["a", "-", FAILED],
      ["a", `ac,${b}`, FAILED],
      ["a", "ab", FAILED],
      ["a,b", "a", FAILED],
      ["", "a", FAILED],
      ["a", "", FAILED],
      ["a", undefined, FAILED],
    ];
    for (const [first, all, outcome] of table)
      assert.equal(filter.outcome(seen(first, all)), outcome, `${first} of ${all}`);
    assert.equal(filter.outcome(seen("a", "a", null)), FAILED);
    filter.stop();
  });

  it("what a request adds to the cache drives out nothing that it still uses", async () => {
    // Policies enough that what is kept of them with a token is larger than the bookkeeping of a cache entry.
    const policies = Array.from({ length: 12 }, (_, policy) => ({
      name: `d${policy}`,
      namespace: "foo",
      action: "DENY",
      rules: Array.from({ length: 500 }, (_, i) => ({
        when: [{ key: "request.auth.claims[a]", values: [`r${policy}-${i}`] }],
        to: [{ operation: { paths: [`/p${policy}-${i}`] } }],
      })),
    }));
    const places = { fromHeaders: [{ name: "x-a" }, { name: "x-b" }], outputPayloadToHeader: "x-payload" };
    // Of several lengths: whether freed memory has been used again depends on what fits into it.
    for (const length of [100, 200, 300, 400, 600, 1200]) {
      const filter = await Filter.start({
        ...trusting(rule([jwk("oct")], places)),
        authorizationPolicies: policies,
        tokenCache: { maxEntries: 1 },
      });
      const [first, second] = ["a", "b"].map((c) => mint({ key: "oct", claims: { sub: c.repeat(length) } }));
      assert.equal(filter.outcome({ headers: [["x-b", first!]] }), "passes");
      const tokens: Pair[] = [
        ["x-a", second!],
        ["x-b", first!],
      ];
      const payloads = [first!, second!].map((token): Pair => ["x-payload", token.split(".")[1]!]);
      assert.deepEqual(filter.send({ headers: tokens }).headers, payloads);
      filter.stop();
    }
  });

  it("a request whose headers the host does not change does not pass", async () => {
    const filter = await Filter.start(trusting(rule([jwk("oct")], { outputPayloadToHeader: "x-payload" })));
    const token = mint({ key: "oct" });
    assert.equal(filter.outcome({ token }), "passes");
    const writableMap = mock.method(Stream.prototype, "writableMap", () => undefined);
    assert.equal(filter.outcome({ token }), FAILED);
    assert.equal(filter.outcome({ headers: [["x-payload", "forged"]] }), FAILED);
    assert.equal(filter.outcome(), "passes", "nothing to change");
    writableMap.mock.restore();
    assert.equal(filter.outcome({ token }), "passes");
    filter.stop();

    // Here the token stays, so that the first thing to change is the header that comes in.
    const adding = { outputPayloadToHeader: "x-payload", forwardOriginalToken: true };
    const other = await Filter.start(trusting(rule([jwk("oct")], adding)));
    const readOnly = mock.method(Stream.prototype, "writableMap", () => undefined);
    assert.equal(other.outcome({ token }), FAILED);
    readOnly.mock.restore();
    assert.equal(other.outcome({ token }), "passes");
    other.stop();
  });

  it("a request whose headers the host does not give is refused", async () => {
    const filter = await Filter.start(trusting(rule([jwk("oct")])));
    // A name longer than all that comes with it: read as no headers, it would be a request without a token.
    const broken = mock.method(
      GuestMemory.prototype,
      "givePairs",
      function (this: GuestMemory, _pairs: unknown, address: number, size: number) {
        return this.give(Uint8Array.of(1, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0x78, 0, 0), address, size);
      },
    );
    assert.equal(filter.outcome(), FAILED);
    broken.mock.restore();
    assert.equal(filter.outcome(), "passes");
    filter.stop();
  });

  it("a request whose headers find no memory is refused", async () => {
    const filter = await Filter.start(trusting(rule([jwk("oct")])));
    assert.equal(filter.outcome({ authority: "x".repeat(ARENA_LIMIT) }), FAILED);
    assert.equal(filter.outcome(), "passes");
    filter.stop();
  });

  it("without a clock no token passes", async () => {
    const filter = await Filter.start(trusting(rule([jwk("oct")])));
    const token = mint({ key: "oct" });
    assert.equal(filter.outcome({ token }), "passes");
    filter.clock.set(0);
    assert.equal(filter.outcome({ token }), FAILED);
    assert.equal(filter.outcome({ token: mint({ key: "oct", claims: { sub: "another" } }) }), FAILED);
    // Nothing of a request without a token is a matter of time.
    assert.equal(filter.outcome(), "passes");
    filter.stop();
  });
});
