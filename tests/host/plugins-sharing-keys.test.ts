// Several plugins that fetch the same keys: what they share, and what one of them must not decide about another's.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, configuration, fate, FIRST_TICK, ISSUER, keySet, WAITING_TICK, Workers } from "./workers.js";

const NO_KEYS = "Jwks remote fetch is failed";
const DISCOVERY = ".well-known/openid-configuration";

describe("a plugin that is replaced while it fetches", () => {
  it("leaves the fetch to its successor at once", async () => {
    const workers = new Workers();
    const vm = await workers.vm();
    const before = await workers.start(configuration(), vm);
    workers.clock.advance(FIRST_TICK);
    const after = await workers.start(configuration({ outputPayloadToHeader: "x-payload" }), vm);
    const waiting = ask(after, "a");
    assert.equal(workers.calls.length, 1);
    before.close();
    workers.clock.advance(WAITING_TICK);
    workers.calls[1]!.respond(200, keySet("a"));
    assert.equal(fate(waiting), "passed");
  });
});

describe("two plugins with one jwksUri", () => {
  const origin = "https://idp.example.com";
  const cases: { title: string; first: object; second: object }[] = [
    {
      title: "by another cluster",
      first: configuration(),
      second: configuration({}, { clusters: { [origin]: "other" } }),
    },
    {
      title: "by a cluster whose name reads like a further entry",
      first: configuration({}, { clusters: { [origin]: "idp", "https://a.test": "x|https://b.test=y" } }),
      second: configuration(
        {},
        { clusters: { [origin]: "idp", "https://a.test": "x", "https://b.test": "y" } },
      ),
    },
    {
      title: "one of which takes it for a provider configuration",
      first: configuration({ jwksUri: ISSUER + DISCOVERY }),
      second: configuration({ jwksUri: undefined }),
    },
    {
      title: "with another life of keys",
      first: configuration(),
      second: configuration({}, { jwksCache: { maxStale: "0s" } }),
    },
  ];
  for (const { title, first, second } of cases) {
    it(`${title}: each fetches for itself`, async () => {
      const workers = new Workers(["idp", "other"]);
      const vm = await workers.vm();
      await workers.start(first, vm);
      workers.clock.advance(FIRST_TICK);
      workers.call.respond(200, keySet("a"));
      const stream = ask(await workers.start(second, vm), "a");
      assert.equal(fate(stream), "waits");
      workers.calls[1]!.respond(500);
      assert.equal(fate(stream), NO_KEYS);
    });
  }

  it("and all else alike: one fetch, and a change is seen by both", async () => {
    const workers = new Workers();
    const vm = await workers.vm();
    const first = await workers.start(configuration(), vm);
    workers.clock.advance(FIRST_TICK);
    workers.call.respond(200, keySet("a"));
    const second = await workers.start(configuration({ forwardOriginalToken: true }), vm);
    assert.equal(fate(ask(second, "a")), "passed");
    const rotated = ask(second, "b");
    workers.call.respond(200, keySet("b"));
    assert.equal(fate(rotated), "passed");
    assert.equal(fate(ask(first, "b")), "passed");
    assert.equal(workers.calls.length, 2);
  });
});

describe("two releases of the filter in one Envoy", () => {
  it("have entries of their own: the layout of a record stands in the names of both", async () => {
    const workers = new Workers();
    await workers.start(configuration());
    workers.clock.advance(FIRST_TICK);
    workers.call.respond(200, keySet("a"));
    const entries = [...workers.process.sharedData.entries("jwt-policy")];
    const layouts = entries.map(([name]) => /^jwt-policy\.([0-9]+)\.(state|keys)\./.exec(name)?.slice(1));
    const state = entries.find(([name]) => name.includes(".state."))![1].value;
    const layout = String(new DataView(state.buffer, state.byteOffset).getUint32(0, true));
    assert.deepEqual(layouts.toSorted(), [
      [layout, "keys"],
      [layout, "state"],
    ]);
  });
});
