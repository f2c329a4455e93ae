// What a decision costs by the number of policies: the engine alone, with the token's part kept from an earlier request and without.

import { onlyPolicies, POLICIES } from "../../differential/cases/scale.js";
import { PolicyEngine } from "../../unit/policy/engine.js";
import { median } from "../statistics.js";

const SIZES = [1, 100, POLICIES];
const ROUNDS = 30;
const TIMES = 2000;

const request = {
  headers: [
    [":method", "GET"],
    [":path", "/headers"],
    [":authority", "httpbin"],
  ] as [string, string][],
  claims: {
    iss: "https://idp.example.com/",
    sub: "client-00001@clients",
    scope: "read:headers write:headers",
  },
  spaceDelimitedClaims: ["permission", "scope"],
};

export async function measureRules(): Promise<{ name: string; ours: number }[]> {
  const engine = await PolicyEngine.start();
  const costs = new Map<string, number[]>();
  for (let round = -3; round < ROUNDS; round++) {
    for (const size of SIZES) {
      engine.configure(onlyPolicies(size));
      if (!engine.ask(request).allowed) throw new Error(`${size} policies: denied`);
      for (const kept of [true, false]) {
        const name = `a decision, ${size} ${size === 1 ? "policy" : "policies"}, ${kept ? "token seen before" : "new token"}`;
        const cost = engine.cost(request, TIMES, kept) / 1000;
        if (round >= 0) costs.set(name, [...(costs.get(name) ?? []), cost]);
      }
    }
  }
  return [...costs].map(([name, values]) => ({ name, ours: median(values) }));
}
