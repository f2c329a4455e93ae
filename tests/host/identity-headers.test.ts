// Whatever tokens come in whatever places: where policies see an identity, the upstream gets the headers that the identity's rule writes, with that
// identity's values among them, and no header that only a client wrote.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Filter, jwk, mint, trusting } from "../security/filter.js";
import { holds } from "../seeded/properties.js";

const ISSUERS = ["one", "two", "three"] as const;
const keyOf = { one: "rsa", two: "ec256", three: "oct" } as const;

/** Good tokens of each issuer, and ones that a rule takes for its own and refuses. */
const TOKENS = ISSUERS.flatMap((iss) => [
  ...["a", "b"].map((sub) => mint({ key: keyOf[iss], claims: { iss, sub } })),
  mint({ key: keyOf[iss], claims: { iss, sub: "expired", exp: 1 } }),
  mint({ key: keyOf[iss], claims: { iss, sub: "unsigned" }, edits: [{ segment: 2, keep: 20 }] }),
]).concat(mint({ claims: { iss: "nobody" } }), "junk", "");

const PLACES = ["x-a", "x-b", "x-c", "p", "q", "c"] as const;
type Place = (typeof PLACES)[number];

const rule = fc.record({
  issuer: fc.constantFrom(...ISSUERS),
  places: fc.uniqueArray(fc.constantFrom(...PLACES), { minLength: 1, maxLength: 4 }),
  /** Rules may write the same header. */
  output: fc.constantFrom("x-out-1", "x-out-2"),
  forward: fc.boolean(),
});
const sent = fc.record({ place: fc.constantFrom(...PLACES), token: fc.nat({ max: TOKENS.length - 1 }) });

function jwtRule({
  issuer,
  places,
  output,
  forward,
}: {
  issuer: (typeof ISSUERS)[number];
  places: Place[];
  output: string;
  forward: boolean;
}) {
  const own = (kind: readonly Place[]) => places.filter((place) => kind.includes(place));
  return {
    issuer,
    jwks: JSON.stringify({ keys: [jwk(keyOf[issuer])] }),
    fromHeaders: own(["x-a", "x-b", "x-c"]).map((name) => ({ name })),
    fromParams: own(["p", "q"]),
    fromCookies: own(["c"]),
    outputClaimToHeaders: [{ header: output, claim: "sub" }],
    forwardOriginalToken: forward,
  };
}

/** Lets requests of one principal alone pass. */
const principalIs = (principal: string) => ({
  authorizationPolicies: [
    { name: "may", namespace: "foo", rules: [{ from: [{ source: { requestPrincipals: [principal] } }] }] },
  ],
});

describe("the identity that policies see", () => {
  it("comes with the headers of its rule", async () => {
    await holds(
      "identity-headers",
      fc.asyncProperty(
        fc.array(rule, { minLength: 1, maxLength: 3 }),
        fc.array(sent, { minLength: 1, maxLength: 5 }),
        async (rules, places) => {
          const tokens = places.map(({ place, token }) => ({ place, token: TOKENS[token]! }));
          const request = {
            path: `/?${tokens
              .filter(({ place }) => place === "p" || place === "q")
              .map(({ place, token }) => `${place}=${token}`)
              .join("&")}`,
            headers: [
              ...tokens
                .filter(({ place }) => place.startsWith("x-"))
                .map(({ place, token }) => [place, token] as const),
              ...tokens
                .filter(({ place }) => place === "c")
                .map(({ token }) => ["cookie", `c=${token}`] as const),
              ...rules.map(({ output }) => [output, "forged"] as const),
            ],
          };
          for (const issuer of ISSUERS) {
            for (const subject of ["a", "b"]) {
              const filter = await Filter.start({
                ...trusting(...rules.map(jwtRule)),
                ...principalIs(`${issuer}/${subject}`),
              });
              const { status, headers } = filter.send(request);
              filter.stop();
              if (status !== 200) continue;
              const values = headers.filter(([name]) => name.startsWith("x-out-"));
              assert.ok(
                rules.some(
                  (one) =>
                    one.issuer === issuer &&
                    values.some(([name, value]) => name === one.output && value === subject),
                ),
                `${issuer}/${subject} passed with ${JSON.stringify(values)}`,
              );
              assert.ok(!values.some(([, value]) => value === "forged"));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
