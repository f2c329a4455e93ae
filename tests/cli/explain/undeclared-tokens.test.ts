// No token is in an explanation, nor what is forwarded of it: not of those either that the request brings by itself, wherever and however.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HostProcess, LogLevel, ManualHttpFetcher, SystemClock, type Pair } from "../../../host/index.js";
import { Filter, jwk, mint, rule, trusting } from "../../security/filter.js";
import { runCommand } from "../string-terminal.js";

const wants = (key: string) => ({ when: [{ key, values: ["no such value"] }] });
const configuration = {
  ...trusting(
    rule([jwk("ec256")], {
      outputPayloadToHeader: "X-Payload",
      outputClaimToHeaders: [{ header: "x-claim", claim: "shout" }],
      fromHeaders: [{ name: "authorization", prefix: "Bearer " }, { name: "x-tok" }],
      fromParams: ["t"],
      fromCookies: ["c"],
    }),
  ),
  authorizationPolicies: [
    {
      name: "p",
      namespace: "foo",
      rules: [
        ...["cookie", "x-tok", "x-payload", "x-other"].map((name) => wants(`request.headers[${name}]`)),
        wants("request.auth.claims[shout]"),
        { to: [{ operation: { paths: ["/a*"] } }] },
      ],
    },
  ],
};

const JSON_SPACES = ['{"alg"', '{ "alg"', '{\n"alg"', '\t{\r\n\t"alg"'];
/** Tokens whose texts begin differently: what stands before the first member decides that. */
const tokens = JSON_SPACES.map((start, i) =>
  mint({
    key: "ec256",
    headerText: `${start}:"ES256","kid":"ec256"}`,
    claims: { shout: `\u001b[2J\u202e\u009b31m${i}`, long: "x".repeat(i * 200) },
  }),
);

/** Where a token may come along: with others, where no rule looks, in a header that a rule asks for, in a path. */
const places: Record<
  string,
  (token: string, other: string) => readonly [target: string, ...headers: Pair[]]
> = {
  "a header that a rule reads": (token) => ["/a", ["authorization", `Bearer ${token}`]],
  "a header without prefix": (token) => ["/a", ["x-tok", token]],
  "a cookie": (token) => ["/a", ["cookie", `a=1; c=${token}; b=2`]],
  "the query": (token) => [`/a?t=${token}&k=1`],
  "the query, percent-encoded": (token) => [`/a?t=${encoded(token)}&k=1`],
  "another parameter": (token, other) => [`/a?t=${other}&k=${token}`],
  "another parameter, percent-encoded": (token, other) => [`/a?t=${other}&k=${encoded(token)}`],
  "a header that a policy asks for": (token) => ["/b", ["x-other", `JWT ${token}`]],
  "a path": (token) => [`/a/${token}/b`],
  "two headers": (token, other) => ["/a", ["authorization", `Bearer ${other}`], ["x-tok", token]],
  "a header that the filter writes": (token) => ["/b", ["x-payload", token]],
  "dots around": (token) => ["/a", ["x-tok", `..${token.replaceAll(".", "..")}.`]],
};

const encoded = (token: string) =>
  token.replaceAll(/./gs, (character) => `%${character.charCodeAt(0).toString(16)}`);

/** Longer than any part of it that could be a word by chance. */
const TELLING = 16;

function assertTellsNone(output: string, what: string): void {
  assert.notEqual(output, "", what);
  for (const token of tokens) {
    for (const part of token.split(".")) {
      for (let at = 0; at + TELLING <= part.length; at++) {
        const text = part.slice(at, at + TELLING);
        // Padding that many texts have.
        if (!/^(.)\1*$|^(.{4})\2*$/.test(text))
          assert.ok(!output.includes(text), `${what}: ${text}\n${output}`);
      }
    }
  }
  assert.doesNotMatch(output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, what);
}

describe("a token that the request brings itself", () => {
  for (const [place, at] of Object.entries(places)) {
    it(`is not told: ${place}`, async () => {
      for (const [i, token] of tokens.entries()) {
        const [target, ...headers] = at(token, tokens[(i + 1) % tokens.length]!);
        const args = ["--request", `GET ${target}`, ...headers.flatMap((pair) => ["-H", pair.join(": ")])];
        for (const how of [
          [],
          ["--all"],
          ["--json"],
          ["--json", "--token", tokens[(i + 2) % tokens.length]!],
        ]) {
          const { stdout, stderr } = await runCommand(
            ["explain", "--config", "-", ...args, ...how],
            JSON.stringify(configuration),
          );
          assertTellsNone(stdout + stderr, how.join(" "));
        }
      }
    });
  }

  it("is not told from a log either", async () => {
    const lines: string[] = [];
    const process = new HostProcess({
      clock: new SystemClock(),
      fetcher: new ManualHttpFetcher([]),
      logLevel: LogLevel.Trace,
      log: ({ message }) => void lines.push(message),
    });
    const filter = await Filter.start(configuration, { process });
    for (const [i, token] of tokens.entries()) {
      for (const at of Object.values(places)) {
        const [path, ...headers] = at(token, tokens[(i + 1) % tokens.length]!);
        filter.send({ path, headers });
      }
    }
    filter.stop();
    for (const how of [["--all"], ["--json"]]) {
      const { stdout, stderr } = await runCommand(["explain", "--from-log", "-", ...how], lines.join("\n"));
      assertTellsNone(stdout + stderr, how.join(" "));
    }
  });
});
