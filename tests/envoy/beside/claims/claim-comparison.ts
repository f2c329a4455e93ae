// Conditions on claims, asked of the filter and of Envoy's rbac with CEL conditions over what native jwt_authn leaves in metadata: the same requests to both
// in one Envoy.

import type { Random } from "../../../seeded/random.js";
import { trustingInline, type Setup, type SetupOptions } from "../../stage/harness.js";
import { ask, goodOrMissing, jwtAuthn, rbac, withNative } from "../native-listener.js";
import { celOf } from "./claim-cel.js";
import {
  drawnClaims,
  drawnCondition,
  drawnRequest,
  HEADER,
  isPlain,
  placeOf,
  testAt,
  type Condition,
  type DrawnRequest,
} from "./drawn-claims.js";

export type Claims = Readonly<Record<string, unknown>>;
/** What a property's case is kept as, too. */
export type ClaimCase = readonly [condition: Condition, claims: Claims, request: DrawnRequest];

/** Where whoever has a token may go. */
export const OPEN = "/anything/open";

/** Some conditions, each of which is asked with some tokens. */
export function drawnCases(random: Random, conditions: number, tokens: number): ClaimCase[][] {
  const drawn = Array.from({ length: conditions }, (_, i) => drawnCondition(random, i));
  return Array.from({ length: tokens }, () => {
    const claims = drawnClaims(random);
    return drawn.map((condition) => [condition, claims, drawnRequest(random, claims)] as const);
  });
}

/** One Envoy with both sides of these conditions: condition number i is asked at `placeOf(i)`. @param more of the filter's `extensions` */
export function listenersOf(
  conditions: readonly Condition[],
  more: object = {},
  moreNative: object = {},
): Pick<SetupOptions, "listeners" | "edit"> {
  let inline: object = {};
  return {
    listeners: (issuer) => {
      inline = { issuer: issuer.issuer, local_jwks: { inline_string: JSON.stringify(issuer.jwks) } };
      const rules = conditions.map(({ claim, test, every, not }, i) => ({
        to: [{ operation: { paths: [placeOf(i), `${placeOf(i)}/*`] } }],
        claims: [{ claim, ...testAt(test, i), ...(every ? { every } : {}), ...(not ? { not } : {}) }],
      }));
      const open = { to: [{ operation: { paths: [OPEN] } }], claims: [{ claim: ["sub"], present: true }] };
      const claimPolicies = [{ name: "drawn", rules: [...rules, open] }];
      const ours = trustingInline(issuer, {}, { extensions: { claimPolicies, ...more } });
      return { ours, native: trustingInline(issuer) };
    },
    edit: (config) =>
      withNative(config, "native", [
        jwtAuthn(
          {
            ...inline,
            normalize_payload_in_metadata: { space_delimited_claims: ["scope", "permission"] },
            ...moreNative,
          },
          [{ match: { prefix: "/" }, requires: goodOrMissing }],
        ),
        rbac({
          open: { permissions: [{ url_path: { path: { exact: OPEN } } }], principals: [{ any: true }] },
          ...Object.fromEntries(conditions.map((one, i) => [`c${i}`, nativePolicy(one, i)])),
        }),
      ]),
  };
}

const nativePolicy = (condition: Condition, i: number) => ({
  permissions: [
    { url_path: { path: { exact: placeOf(i) } } },
    { url_path: { path: { prefix: `${placeOf(i)}/` } } },
  ],
  principals: [{ any: true }],
  condition: celOf(condition, i),
});

export interface Compared {
  /** How many conditions have held, and how many of those compare a claim with the request. */
  held: number;
  heldByRequest: number;
  readonly failures: { readonly one: ClaimCase; readonly what: string }[];
}

/** Asks both about cases of one token, which are those of the conditions in order. @param from the number of the first one's condition */
export async function compareCases(
  { envoy, issuer }: Setup,
  cases: readonly ClaimCase[],
  compared: Compared,
  from = 0,
): Promise<void> {
  // One token for all requests with the same claims: after the first it is remembered.
  const tokens = new Map<Claims, Promise<string>>();
  const tokenOf = (claims: Claims) => {
    const signed =
      tokens.get(claims) ?? issuer.sign({ iss: issuer.issuer, sub: "a", exp: 4_000_000_000, ...claims });
    tokens.set(claims, signed);
    return signed;
  };
  await Promise.all(
    cases.map(async (one, i) => {
      const [condition, claims, request] = one;
      const token = await tokenOf(claims);
      const asked = {
        path: placeOf(from + i) + request.rest,
        headers: { authorization: `Bearer ${token}`, [HEADER]: [...request.lines] },
      };
      const [ours, theirs] = await Promise.all([
        ask(envoy.port("ours"), asked),
        ask(envoy.port("native"), asked),
      ]);
      // CEL is asked without negations: where it cannot tell, `not` holds. What can be read in two ways equals nothing here.
      const isInverse = condition.not !== (condition.test.present === false);
      const isMet = isPlain(condition, request) && theirs.status === 200;
      const wanted = isMet !== isInverse ? 200 : 403;
      if (wanted === 200) compared.held++;
      if (isMet && Object.keys(condition.test).some((name) => /^equals./.test(name)))
        compared.heldByRequest++;
      if (ours.status === wanted && [200, 403].includes(theirs.status)) return;
      const what = `${JSON.stringify(one)}: ${ours.status}, wanted ${wanted}; native ${theirs.status}`;
      compared.failures.push({ one, what });
    }),
  );
}
