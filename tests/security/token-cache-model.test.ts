// Remembering tokens changes nothing but the time: a filter with a cache, however small, and one without answer any sequence of requests,
// hours and key rotations alike. With room for one entry, and several tokens in a request, what comes in drives out what is in use.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { holds } from "../seeded/properties.js";
import { Filter, trusting } from "./filter.js";

type Secret = "one" | "two" | "red" | "blue";
const secretOf = (name: Secret): Buffer => Buffer.from(name.repeat(16));
const jwkOf = (kid: Secret): object => ({ kty: "oct", kid, k: secretOf(kid).toString("base64url") });

const START = 1_800_000_000;
const ONE = "https://one.example.com/";
const COLOURS = "https://colours.example.com/";

/** The key sets that the issuer of the colours publishes by turns. */
const KEY_SETS: readonly (readonly Secret[])[] = [["red"], ["blue"], ["red", "blue"], ["two"]];

const TOKENS = [
  { kid: "one", claims: { iss: ONE, sub: "a", groups: "good other", aud: "a" } },
  { kid: "one", claims: { iss: ONE, sub: "a", groups: "good bad", exp: START + 100 } },
  { kid: "two", claims: { iss: ONE, sub: "b", groups: ["good"], aud: ["a", "b"] } },
  { kid: "two", claims: { iss: ONE, sub: "b", scope: "bad good", aud: "a", nbf: START + 200 } },
  { kid: "two", claims: { iss: ONE, sub: "c", groups: "good", aud: "other" } },
  { kid: "red", claims: { iss: COLOURS, sub: "r", groups: "good" } },
  { kid: "red", claims: { iss: COLOURS, sub: "r", groups: "bad good", role: "x".repeat(3000) } },
  { kid: "blue", claims: { iss: COLOURS, sub: "b", groups: ["bad"], exp: START + 4000 } },
  { kid: "blue", claims: { iss: COLOURS, groups: "good", role: "plain" } },
  // Signed by another's key, and by the right one for another issuer.
  { kid: "red", signer: "one", claims: { iss: COLOURS, sub: "r", groups: "good" } },
  { kid: "one", claims: { iss: COLOURS, sub: "r", groups: "good" } },
].map(({ kid, signer, claims }) => compact(kid as Secret, (signer ?? kid) as Secret, claims));

function compact(kid: Secret, signer: Secret, claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", kid })}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", secretOf(signer)).update(signed).digest("base64url")}`;
}

const header = (...names: string[]) => ({ fromHeaders: names.map((name) => ({ name })) });
const inline = (...secrets: Secret[]) => ({ jwks: JSON.stringify({ keys: secrets.map(jwkOf) }) });
const fetched = { issuer: COLOURS, jwksUri: "https://idp.example.com/jwks" };

const CONFIGURATION = {
  ...trusting(
    {
      issuer: ONE,
      ...inline("one"),
      ...header("x-one", "x-two"),
      spaceDelimitedClaims: ["groups"],
      outputPayloadToHeader: "x-payload",
    },
    {
      issuer: ONE,
      ...inline("two"),
      ...header("x-two", "x-three"),
      audiences: ["a"],
      outputClaimToHeaders: [{ header: "x-sub", claim: "sub" }],
    },
    {
      ...fetched,
      ...header("x-one"),
      fromParams: ["t"],
      fromCookies: ["c"],
      outputPayloadToHeader: "x-colour",
    },
    {
      ...fetched,
      ...header("x-three", "x-two"),
      spaceDelimitedClaims: ["groups"],
      forwardOriginalToken: true,
      outputClaimToHeaders: [{ header: "x-role", claim: "role" }],
    },
  ),
  clusters: { "https://idp.example.com": "idp" },
  jwksCache: { duration: "60s", refetchCooldown: "5s", maxStale: "60s" },
  authorizationPolicies: [
    {
      name: "no",
      namespace: "foo",
      action: "DENY",
      rules: [{ when: [{ key: "request.auth.claims[groups]", values: ["bad"] }] }],
    },
    {
      name: "yes",
      namespace: "foo",
      rules: [
        { when: [{ key: "request.auth.claims[groups]", values: ["good"] }] },
        { from: [{ source: { notRequestPrincipals: ["*"] } }], to: [{ operation: { paths: ["/open"] } }] },
        { when: [{ key: "request.auth.claims[scope]", values: ["good"] }] },
      ],
    },
  ],
};

const PLACES = ["x-one", "x-two", "x-three", "t", "c"] as const;
type Step =
  | {
      readonly tokens: readonly { readonly place: (typeof PLACES)[number]; readonly token: number }[];
      readonly open: boolean;
    }
  | { readonly seconds: number }
  | { readonly keySet: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      tokens: fc.array(
        fc.record({ place: fc.constantFrom(...PLACES), token: fc.nat({ max: TOKENS.length - 1 }) }),
        { minLength: 0, maxLength: 4 },
      ),
      open: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ seconds: fc.constantFrom(1, 6, 61, 130, -70, 4000) }) },
  { weight: 2, arbitrary: fc.record({ keySet: fc.nat({ max: KEY_SETS.length - 1 }) }) },
);

/** A filter with an issuer that answers at once. */
class Subject {
  private keySet = 0;
  private answered = 0;

  private constructor(private readonly filter: Filter) {
    filter.clock.set(START * 1000);
    this.advance(1);
  }

  static async start(maxEntries: number): Promise<Subject> {
    return new Subject(await Filter.start({ ...CONFIGURATION, tokenCache: { maxEntries } }));
  }

  take(one: Step): unknown {
    if ("seconds" in one) {
      this.advance(one.seconds);
      return undefined;
    }
    if ("keySet" in one) {
      this.keySet = one.keySet;
      return undefined;
    }
    const at = (place: string) =>
      one.tokens.filter((each) => each.place === place).map((each) => TOKENS[each.token]);
    const headers = ["x-one", "x-two", "x-three"].flatMap((name) =>
      at(name).map((token): [string, string] => [name, token!]),
    );
    for (const token of at("c")) headers.push(["cookie", `c=${token}`]);
    const query = at("t").map((token) => `t=${token}`);
    return this.filter.send(
      { headers, path: (one.open ? "/open" : "/closed") + (query.length > 0 ? `?${query.join("&")}` : "") },
      { whileWaiting: () => this.answer() },
    );
  }

  /** The issuer's answers to all calls so far, and to those that they cause. */
  private answer(): void {
    const { calls } = this.filter.fetcher;
    while (this.answered < calls.length) {
      const keys = KEY_SETS[this.keySet]!.map(jwkOf);
      calls[this.answered++]!.respond(200, JSON.stringify({ keys }));
    }
  }

  private advance(seconds: number): void {
    if (seconds < 0) this.filter.clock.set(Number(this.filter.clock.now() / 1_000_000n) + seconds * 1000);
    else this.filter.clock.advance(seconds * 1000);
    this.answer();
  }

  stop(): void {
    this.filter.stop();
  }
}

describe("remembering tokens", () => {
  for (const maxEntries of [1, 2, 3, 1000]) {
    it(`changes no answer: at most ${maxEntries}`, async () => {
      await holds(
        `remembered-tokens-${maxEntries}`,
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          const [with_, without] = [await Subject.start(maxEntries), await Subject.start(0)];
          for (const one of steps) assert.deepEqual(with_.take(one), without.take(one));
          with_.stop();
          without.stop();
        }),
        { numRuns: 60 },
      );
    });
  }
});
