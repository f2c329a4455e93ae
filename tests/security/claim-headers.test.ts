// extensions.claimHeaders: claims in headers of the upstream. Nobody else's copy gets through, and no value becomes two.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pair } from "../../host/index.js";
import { Filter, jwk, mint, rule, trusting, type FilterRequest } from "./filter.js";

type Claims = Readonly<Record<string, unknown>>;

const base = trusting(rule([jwk("rsa")]));
const start = (...claimHeaders: object[]) => Filter.start({ ...base, extensions: { claimHeaders } });
const written = (filter: Filter, request: FilterRequest, name = "x-out") => {
  const { status, headers } = filter.send(request);
  assert.equal(status, 200);
  return headers.filter(([one]) => one === name).map(([, value]) => value);
};

describe("a claim in a header", () => {
  const utf8 = "\u00c3\u00a9";
  const nothing: string[] = [];
  /** Claims, what a joined header has, what a repeated one has. */
  const rows: readonly (readonly [claims: Claims, joined: string[], repeated?: string[]])[] = [
    [{ a: ["x", "y"] }, ["x,y"], ["x", "y"]],
    [{ a: ["x"] }, ["x"]],
    [{ a: "x" }, ["x"]],
    [{ a: "x y" }, ["x y"]],
    [{ a: ["x y", "z"] }, ["x y,z"], ["x y", "z"]],
    [{ a: true }, ["true"]],
    [{ a: [false, 1, "b"] }, ["false,1,b"], ["false", "1", "b"]],
    [{ a: "é" }, [utf8]],
    [{ a: ["", "x", null, "y", ""] }, ["x,y"], ["x", "y"]],
    [{ a: ["x", "x"] }, ["x,x"], ["x", "x"]],
    [{}, nothing],
    [{ a: null }, nothing],
    [{ a: "" }, nothing],
    [{ a: [] }, nothing],
    [{ a: [""] }, nothing],
    [{ A: "x" }, nothing],
    // What would be two values, or none that a header can have: nothing at all, since half of a list is another list.
    [{ a: "x,admin" }, nothing],
    [{ a: ["x,admin"] }, nothing],
    [{ a: ["y", "x,admin"] }, nothing],
    [{ a: ["y", " x"] }, nothing],
    [{ a: ["y", "x "] }, nothing],
    [{ a: " " }, nothing],
    [{ a: ["y", "x\r\nadmin: 1"] }, nothing],
    [{ a: "x\n" }, nothing],
    [{ a: "\u0000" }, nothing],
    [{ a: "x\u007f" }, nothing],
    [{ a: "x\ty" }, nothing],
    [{ a: { b: "x" } }, nothing],
    [{ a: ["y", { b: "x" }] }, nothing],
    [{ a: ["y", ["x"]] }, nothing],
    [{ a: "x".repeat(8192) }, ["x".repeat(8192)]],
    [{ a: "x".repeat(8193) }, nothing],
    [{ a: ["x".repeat(4096), "x".repeat(4096)] }, nothing],
    [{ a: Array(256).fill("x") }, [Array(256).fill("x").join()], Array<string>(256).fill("x")],
    [{ a: Array(257).fill("x") }, nothing],
  ];
  for (const list of ["JOINED", "REPEATED"] as const)
    it(list, async () => {
      const filter = await start({ claim: ["a"], header: "X-Out", list });
      for (const [claims, joined, repeated = joined] of rows) {
        const token = mint({ claims });
        const what = JSON.stringify(claims).slice(0, 80);
        // The second time it is remembered.
        for (let i = 0; i < 2; i++)
          assert.deepEqual(written(filter, { token }), list === "JOINED" ? joined : repeated, what);
      }
      filter.stop();
    });

  it("has numbers as they are written", async () => {
    const filter = await start({ claim: ["n"], header: "x-out" });
    const numbers = "5,5.0,-0,1e3,9007199254740993,0.10,12345678901234567890123";
    for (const payloadText of [numbers, ...numbers.split(",")].map(
      (text) => `{"iss":"https://idp.example.com/","exp":4000000000,"n":[${text}]}`,
    ))
      assert.deepEqual(written(filter, { token: mint({ payloadText }) }), [
        /\[(.*)\]/.exec(payloadText)![1]!,
      ]);
  });

  it("has names with dots and slashes, lists of objects, and words", async () => {
    const filter = await start(
      { claim: ["https://idp.example.com/roles"], header: "x-roles" },
      { claim: ["a.b", "c"], header: "x-nested" },
      { claim: ["groups", "role"], header: "x-group-roles" },
      { claim: ["scope"], header: "x-scope", list: "REPEATED" },
    );
    const claims = {
      "https://idp.example.com/roles": ["a", "b"],
      "a.b": { c: 1 },
      a: { b: { c: 2 } },
      groups: [{ role: "x" }, 1, { name: "n" }, { role: ["y", "z"] }, [{ role: "no" }]],
      scope: "read  write",
    };
    const token = mint({ claims });
    assert.deepEqual(written(filter, { token }, "x-roles"), ["a,b"]);
    assert.deepEqual(written(filter, { token }, "x-nested"), ["1"]);
    assert.deepEqual(written(filter, { token }, "x-group-roles"), ["x,y,z"]);
    assert.deepEqual(written(filter, { token }, "x-scope"), ["read", "write"]);
  });

  it("is written by the rules of its issuers, and beside outputClaimToHeaders", async () => {
    const filter = await Filter.start({
      ...trusting(
        rule([jwk("rsa")], { outputClaimToHeaders: [{ header: "x-native", claim: "a" }] }),
        rule([jwk("rsa")], { issuer: "https://other.example.com/" }),
      ),
      extensions: {
        claimHeaders: [{ issuers: ["https://other.example.com/"], claim: ["a"], header: "x-out" }],
      },
    });
    const ours = mint({ claims: { a: ["x"] } });
    const others = mint({ claims: { a: ["x"], iss: "https://other.example.com/" } });
    const headers: readonly Pair[] = [["x-out", "admin"]];
    assert.deepEqual(written(filter, { token: ours, headers }), []);
    assert.deepEqual(written(filter, { token: others, headers }), ["x"]);
    assert.deepEqual(written(filter, { token: ours }, "x-native"), [Buffer.from('["x"]').toString("base64")]);
  });
});

describe("a client's own copy of a claim's header", () => {
  const forged: readonly (readonly Pair[])[] = [
    [["x-out", "admin"]],
    [["X-OUT", "admin"]],
    [
      ["x-out", "admin"],
      ["X-Out", "root"],
      ["x-out", ""],
    ],
    [["x-out", "admin"], ...Array.from({ length: 300 }, (_, i): Pair => [`x-${i}`, "1"]), ["x-out", "root"]],
  ];
  const path = "/open";
  const expired = mint({ claims: { a: "x", exp: 1 } });
  /** What is asked, and what the upstream gets. */
  const rows: readonly (readonly [title: string, request: FilterRequest, out: string[]])[] = [
    ["with a token", { token: mint({ claims: { a: ["x", "y"] } }) }, ["x,y"]],
    ["without a token", {}, []],
    ["with a token that lacks the claim", { token: mint({ claims: {} }) }, []],
    ["with a token whose claim gives no header", { token: mint({ claims: { a: "x,y" } }) }, []],
    ["where tokens are ignored", { path, token: mint({ claims: { a: "x" } }) }, []],
    ["where a bad token is ignored", { path, token: expired }, []],
    ["with a token that is foreign", { token: "opaque" }, []],
    ["on a path that no rule is for", { method: "OPTIONS", path: "*" }, []],
    [
      "as a CORS preflight",
      {
        method: "OPTIONS",
        headers: [
          ["origin", "https://app.example.com"],
          ["access-control-request-method", "GET"],
        ],
      },
      [],
    ],
  ];
  for (const [title, request, out] of rows)
    it(title, async () => {
      const filter = await Filter.start({
        ...base,
        extensions: {
          claimHeaders: [{ claim: ["a"], header: "x-out" }],
          ignoreTokens: [{ paths: [path] }],
          foreignTokens: [{ kinds: ["NOT_JWT"] }],
        },
      });
      for (const headers of [[], ...forged])
        assert.deepEqual(
          written(filter, { ...request, headers: [...headers, ...(request.headers ?? [])] }),
          out,
        );
      filter.stop();
    });

  it("never gets by with a failing token", async () => {
    const filter = await start({ claim: ["a"], header: "x-out" });
    assert.equal(filter.send({ token: expired, headers: [["x-out", "admin"]] }).status, 401);
  });
});

describe("refused", () => {
  const one = { claim: ["a"], header: "x-a" };
  const rows: readonly (readonly [claimHeaders: unknown, says: RegExp])[] = [
    [[], /claimHeaders: must not be empty/],
    [[{ header: "x-a" }], /claimHeaders\[0\].claim: must be a list of names/],
    [[{ claim: [""], header: "x-a" }], /claimHeaders\[0\].claim: must be a list of names/],
    [[{ claim: "a", header: "x-a" }], /claimHeaders\[0\].claim: must be a list of strings/],
    [[{ claim: ["a"] }], /claimHeaders\[0\].header: must not be empty/],
    [[{ claim: ["a"], header: "x a" }], /claimHeaders\[0\].header: must be a header name/],
    [[{ claim: ["a"], header: ":path" }], /claimHeaders\[0\].header: must be a header name/],
    [[{ claim: ["a"], header: "Host" }], /claimHeaders\[0\].header: must not be Host/],
    [[{ claim: ["a"], header: "Authorization" }], /claimHeaders\[0\].header: tokens are looked for/],
    [[{ ...one, list: "joined" }], /claimHeaders\[0\].list: must be JOINED or REPEATED/],
    [[{ ...one, issuers: [] }], /claimHeaders\[0\].issuers: must not be empty/],
    [[{ ...one, issuers: ["x"] }], /claimHeaders\[0\].issuers\[0\]: no JWT rule has the issuer x/],
    [[one, { ...one, header: "X-A" }], /claimHeaders\[1\].header: .* writes this header already/],
    [[{ ...one, header: "x-native" }], /claimHeaders\[0\].header: .* writes this header already/],
    [[{ ...one, more: 1 }], /claimHeaders\[0\].more: unknown field/],
    [Array.from({ length: 65 }, (_, i) => ({ ...one, header: `x-${i}` })), /claimHeaders: must have at most/],
  ];
  const native = trusting(rule([jwk("rsa")], { outputClaimToHeaders: [{ header: "x-native", claim: "a" }] }));
  for (const [claimHeaders, says] of rows)
    it(JSON.stringify(claimHeaders).slice(0, 90), async () => {
      const said = await Filter.tryStart({ ...native, extensions: { claimHeaders } });
      assert.ok(Array.isArray(said));
      assert.match(said.join("\n"), says);
    });

  it("where there is no JWT rule", async () => {
    const said = await Filter.tryStart({ extensions: { claimHeaders: [one] } });
    assert.ok(Array.isArray(said));
    assert.match(said.join("\n"), /claimHeaders\[0\].header: there is no JWT rule/);
    // With issuers it is told of each of them, and once.
    const named = await Filter.tryStart({ extensions: { claimHeaders: [{ ...one, issuers: ["x"] }] } });
    assert.ok(Array.isArray(named));
    assert.doesNotMatch(named.join("\n"), /there is no JWT rule/);
  });
});
