// Callbacks in any order, also in those that no Envoy is known to have: ids that are gone, twice the same, answers to calls of plugins that
// have ended, a plugin that is configured anew. Nothing traps, and no request passes whose plugin does not trust its key.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { holds } from "../seeded/properties.js";
import type { Plugin, Stream, WasmVm } from "../../host/index.js";
import { ask, configuration, keySet, Workers } from "./workers.js";

const NAMES = ["a", "b"] as const;
type Name = (typeof NAMES)[number];

/** Trusts the key of this name, and lets nobody pass without a token. */
const trusting = (name: Name): object =>
  configuration(
    { jwksUri: `https://idp.example.com/${name}` },
    {
      authorizationPolicies: [
        { name: "p", namespace: "foo", rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] },
      ],
    },
  );

interface Asked {
  readonly stream: Stream;
  readonly owner: Owner;
  /** Whose key signed its token. */
  readonly signer: Name;
  hasPassed: boolean;
}

interface Owner {
  readonly plugin: Plugin;
  trusts: Name;
}

const EXPORTS = [
  "proxy_on_delete",
  "proxy_on_tick",
  "proxy_on_request_headers",
  "proxy_on_http_call_response",
  "proxy_on_configure",
  "proxy_on_context_create",
] as const;

type Step =
  | { readonly do: "start" | "configure"; readonly at: number; readonly name: Name }
  | { readonly do: "ask"; readonly at: number; readonly signer: Name; readonly kid: Name }
  | { readonly do: "answer"; readonly at: number; readonly how: "keys" | "error" | "reset" }
  | { readonly do: "leave" | "close"; readonly at: number }
  | { readonly do: "wait"; readonly milliseconds: number }
  | {
      readonly do: "odd";
      readonly export: (typeof EXPORTS)[number];
      readonly at: number;
      readonly number: number;
    };

const at = fc.nat({ max: 50 });
const name = fc.constantFrom(...NAMES);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(2, fc.record({ do: fc.constantFrom("start", "configure"), at, name })),
  weighted(8, fc.record({ do: fc.constant("ask"), at, signer: name, kid: name })),
  weighted(
    4,
    fc.record({ do: fc.constant("answer"), at, how: fc.constantFrom("keys", "keys", "error", "reset") }),
  ),
  weighted(2, fc.record({ do: fc.constant("leave"), at })),
  weighted(1, fc.record({ do: fc.constant("close"), at })),
  weighted(3, fc.record({ do: fc.constant("wait"), milliseconds: fc.constantFrom(10, 20, 1_000, 40_000) })),
  weighted(
    6,
    fc.record({
      do: fc.constant("odd"),
      export: fc.constantFrom(...EXPORTS),
      at,
      number: fc.nat({ max: 12 }),
    }),
  ),
);

/** A VM with plugins that come and go. Numbers choose among what there is, modulo how many there are. */
class Orders {
  readonly owners: Owner[] = [];
  readonly asked: Asked[] = [];
  private answered = 0;

  private constructor(
    private readonly workers: Workers,
    readonly vm: WasmVm,
  ) {}

  static async start(): Promise<Orders> {
    const workers = new Workers();
    const orders = new Orders(workers, await workers.vm());
    orders.startPlugin("a");
    return orders;
  }

  take(one: Step): void {
    switch (one.do) {
      case "start":
        if (this.owners.length < 6) this.startPlugin(one.name);
        return;
      case "ask": {
        const owner = this.owner(one.at);
        const stream = ask(owner.plugin, one.signer, { kid: one.kid });
        this.asked.push({ stream, owner, signer: one.signer, hasPassed: false });
        return;
      }
      case "answer":
        this.answer(one.how);
        return;
      case "leave":
        this.asked[one.at % this.asked.length]?.stream.close();
        return;
      case "close":
        this.owner(one.at).plugin.close();
        return;
      case "wait":
        this.workers.clock.advance(one.milliseconds);
        return;
      case "configure":
        this.configureAnew(this.owner(one.at), one.name);
        return;
      case "odd":
        this.call(one.export, one.at, one.number);
    }
  }

  private startPlugin(trusts: Name): void {
    const start = this.vm.startPlugin({ rootId: trusts, configuration: JSON.stringify(trusting(trusts)) });
    assert.ok(start.kind === "started");
    this.owners.push({ plugin: start.plugin, trusts });
  }

  /** No host does so to a plugin that has started. */
  configureAnew(owner: Owner, trusts: Name): void {
    const text = Buffer.from(JSON.stringify(trusting(trusts)));
    Object.assign(owner.plugin, { configuration: text, configurationReadable: true });
    this.vm.call(owner.plugin, "proxy_on_configure", [owner.plugin.id, text.length]);
    Object.assign(owner.plugin, { configurationReadable: false });
    owner.trusts = trusts;
  }

  private owner(number: number): Owner {
    return this.owners[number % this.owners.length]!;
  }

  /** The next fetch that has had no answer gets one. */
  private answer(how: "keys" | "error" | "reset"): void {
    const call = this.workers.calls[this.answered];
    if (call === undefined) return;
    this.answered++;
    if (how === "keys") call.respond(200, keySet(call.header(":path")!.slice(1)));
    else if (how === "error") call.respond(503);
    else call.reset();
  }

  /** A callback for a context that is there, has been, or never was; only on behalf of the context itself. */
  private call(name: (typeof EXPORTS)[number], number: number, value: number): void {
    const contexts = [...this.owners.map(({ plugin }) => plugin), ...this.asked.map(({ stream }) => stream)];
    const context = contexts[number % contexts.length]!;
    const id = value === 0 ? 4_000_000_000 : context.id;
    const values = {
      proxy_on_delete: [id],
      proxy_on_tick: [id],
      proxy_on_request_headers: [id, 5, 1],
      proxy_on_http_call_response: [id, value, 1, 5, 0],
      proxy_on_configure: [id, 0],
      proxy_on_context_create: [id, this.owner(value).plugin.id],
    };
    // A root context is no stream, and a stream has one root.
    const parent = this.asked.find(({ stream }) => stream === context)?.owner.plugin.id;
    if (name === "proxy_on_context_create") {
      if (parent === undefined) return;
      values[name] = [id, parent];
    }
    this.vm.process.dispatcher.run(() => this.vm.call(context, name, values[name]));
  }
}

describe("callbacks in any order", () => {
  it("trap nothing, and let no request pass by another plugin's keys", async () => {
    let passed = 0;
    await holds(
      "callback-orders",
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
        const orders = await Orders.start();
        for (const one of steps) {
          const trusted = new Map(orders.owners.map((owner) => [owner, [owner.trusts]]));
          orders.take(one);
          assert.equal(orders.vm.failure, undefined);
          for (const request of orders.asked) {
            if (request.hasPassed || request.stream.outcome.kind !== "continue") continue;
            request.hasPassed = true;
            passed++;
            const names = [...(trusted.get(request.owner) ?? []), request.owner.trusts];
            assert.ok(names.includes(request.signer), `${request.signer} by ${names.join()}`);
          }
        }
      }),
      { numRuns: 150 },
    );
    // The steps do come to something.
    assert.ok(passed > 20, `${passed} passed`);
  });

  it("take no more memory the thousandth time", async () => {
    const orders = await Orders.start();
    const before = orders.vm.memory.size;
    for (let i = 0; i < 1_000; i++) orders.configureAnew(orders.owners[0]!, NAMES[i % 2]!);
    // Room for what the collector has not come to yet.
    assert.ok(orders.vm.memory.size < before + 1_000_000, `${before} bytes, then ${orders.vm.memory.size}`);
  });
});
