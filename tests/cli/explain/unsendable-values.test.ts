// A request that the policies allow may still not reach the upstream: a claim in a header, with characters that Envoy sends to nobody.

import assert from "node:assert/strict";
import { it } from "node:test";
import { jwk, rule, trusting } from "../../security/filter.js";
import { runCommand } from "../string-terminal.js";

const configuration = trusting(
  rule([jwk("ec256")], { outputClaimToHeaders: [{ header: "x-nick", claim: "nick" }] }),
);

it("explain says so where a value is none that Envoy sends", async () => {
  for (const [nick, refused] of [
    ["plain", false],
    ["\u00e9 \t", false],
    ["a\r\nx-admin: true", true],
    ["a\0", true],
    ["\u007f", true],
  ] as const) {
    const { stdout } = await runCommand(
      ["explain", "--config", "-", "--request", "GET /", "--claims", JSON.stringify({ nick }), "--json"],
      JSON.stringify(configuration),
    );
    const { remedies, decision } = JSON.parse(stdout) as { remedies: readonly string[]; decision: string };
    assert.equal(decision, "allowed");
    const told = remedies.some((remedy) => remedy.startsWith("the value of x-nick has a character"));
    assert.equal(told, refused, JSON.stringify(nick));
  }
});
