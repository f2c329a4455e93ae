// Whatever an issuer answers instead of its keys has a name of its own among the counters, and never takes good keys away.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JwksAnswer } from "../../../scripts/issuer/issuer.js";
import { eventually } from "../stage/eventually.js";
import { goodToken, setupFor, stat, trusting } from "../stage/harness.js";

type Answer = Awaited<ReturnType<JwksAnswer>>;

const EMPTY_SET = '{"keys":[]}';

interface Case {
  title: string;
  /** Undefined: none at all. */
  answer: Answer | undefined;
  outcome: string;
  /** What its warning says besides. */
  says?: string;
}

const cases: Case[] = [
  { title: "an error", answer: { status: 500, body: "{}" }, outcome: "bad_http_status", says: 'found="500"' },
  { title: "its own 503", answer: { status: 503, body: "{}" }, outcome: "bad_http_status" },
  { title: "its own 504", answer: { status: 504, body: "{}" }, outcome: "bad_http_status" },
  { title: "no content", answer: { status: 204, body: "", headers: {} }, outcome: "bad_http_status" },
  {
    title: "a redirect",
    answer: { status: 302, body: "", headers: { location: "http://127.0.0.1/keys" } },
    outcome: "redirect",
  },
  { title: "an empty body", answer: { status: 200, body: "" }, outcome: "empty_body" },
  {
    title: "a malformed set",
    answer: { status: 200, body: '{"keys":[' },
    outcome: "bad_key_set",
    says: 'reason="Jwks is an invalid JSON"',
  },
  { title: "JSON of another kind", answer: { status: 200, body: "[]" }, outcome: "bad_key_set" },
  { title: "a set without keys", answer: { status: 200, body: EMPTY_SET }, outcome: "bad_key_set" },
  {
    title: "a set without a usable key",
    answer: { status: 200, body: '{"keys":[{"kty":"RSA","n":"AQAB","kid":"a"}]}' },
    outcome: "bad_key_set",
    says: 'reason="[e] field is missing for a RSA key" key=0 kid="a"',
  },
  {
    title: "a provider configuration",
    answer: { status: 200, body: '{"issuer":"x","jwks_uri":"https://x/"}' },
    outcome: "bad_key_set",
    says: 'reason="Jwks does not have [keys] field" found="an OpenID provider configuration: the key set is at its jwks_uri"',
  },
  {
    title: "500 keys",
    answer: {
      status: 200,
      body: JSON.stringify({ keys: Array.from({ length: 500 }, () => ({ kty: "oct", k: "AAAA" })) }),
    },
    outcome: "bad_key_set",
    says: 'reason="Jwks has more than 256 keys"',
  },
  {
    title: "a page",
    answer: { status: 200, body: "<html>", headers: { "content-type": "text/html" } },
    outcome: "wrong_content_type",
  },
  {
    title: "more than a mebibyte",
    answer: { status: 200, body: EMPTY_SET + " ".repeat(1024 * 1024) },
    outcome: "too_large",
  },
  {
    title: "a body that is cut off",
    answer: { status: 200, body: EMPTY_SET + " ".repeat(10_000), cut: true },
    outcome: "no_answer",
  },
  {
    title: "a connection that is closed",
    answer: { status: 200, body: "", cut: "before headers" },
    outcome: "no_answer",
  },
  { title: "nothing in time", answer: undefined, outcome: "timeout" },
];

/** Issuers at once, each with an Envoy of its own: an answer is seen after seconds only. */
const ISSUERS = 4;

function answersOf(issuerIndex: number): void {
  const setup = setupFor({
    // Refreshed every second, so that each answer is seen soon.
    listeners: (issuer) => ({
      remote: trusting(issuer, { timeout: "0.4s" }, { jwksCache: { duration: "1s", maxStale: "3600s" } }),
    }),
  });
  for (const { title, answer, outcome, says = "" } of cases.filter(
    (_, index) => index % ISSUERS === issuerIndex,
  )) {
    it(`and then ${title}: counted as ${outcome}, and its keys stay`, async () => {
      const { issuer, envoy, send } = await setup();
      const counted = async (name: string) =>
        stat(envoy, `wasmcustom.jwt_policy_jwks_fetches_totaloutcome=.=${name};.;`);
      // A good answer ends the pauses that grow with every failure.
      issuer.answerJwksWith(undefined);
      const goods = await counted("good");
      await eventually("a good answer", async () => (await counted("good")) > goods);
      const before = await counted(outcome);
      const logged = envoy.log().length;
      issuer.answerJwksWith(() =>
        answer === undefined ? new Promise(() => undefined) : Promise.resolve(answer),
      );
      await eventually(`a ${outcome}`, async () => (await counted(outcome)) > before);
      const told = () =>
        envoy
          .log()
          .slice(logged)
          .split("\n")
          .filter((line) => line.includes(` outcome="${outcome}" `));
      await eventually("its warning", () => told().length > 0);
      for (const what of ['cluster="idp"', says])
        assert.ok(
          told().every((line) => line.includes(what)),
          `${what}\n${told().join("\n")}`,
        );
      const token = await goodToken(issuer, { sub: `in no cache: ${title}` });
      assert.equal((await send("remote", { token })).status, 200);
    });
  }
}

describe("an issuer that has given good keys", { concurrency: ISSUERS }, () => {
  for (let i = 0; i < ISSUERS; i++)
    describe(`(${i + 1} of ${ISSUERS})`, { concurrency: 1 }, () => answersOf(i));
});
