// What a token says, and which JWT rules would take it.

import type { Filter } from "../evaluation/filter.js";
import type { JsonObject } from "../resources/tree.js";
import { pastedToken, type PastedKind } from "../tokens/pasted-token.js";
import { unverifiedClaims, unverifiedHeader } from "../tokens/unverified-token.js";
import { withoutTokens } from "../text/redaction.js";
import { formFault, ruleVerdicts, type RuleVerdict, type TokenPolicies } from "./rule-verdicts.js";
import { tokenTimes, type TokenTime } from "./token-times.js";

export interface ShownToken {
  readonly kind: PastedKind;
  /** `a JWT` */
  readonly what: string;
  /** Seconds since 1970: what times are told by. */
  readonly now: number;
  /** Of a JWT and a JWE, if it can be read. */
  readonly header: JsonObject | undefined;
  /** Of a JWT. */
  readonly claims: JsonObject | undefined;
  readonly times: readonly TokenTime[];
  /** `iss/sub`, as requestPrincipals has it. */
  readonly principal: string | undefined;
  /** How the filter refuses its form, whatever the rule; undefined if it takes it, and of what is no JWT. */
  readonly fault: string | undefined;
  /** One for each JWT rule; undefined if there are no policies. */
  readonly rules: readonly RuleVerdict[] | undefined;
  /** Whether a key has verified it. */
  readonly verified: boolean;
  readonly notes: readonly string[];
  readonly remedies: readonly string[];
}

/**
 * Tells what a text says that somebody has pasted. Neither the token nor its signature is in the answer.
 * @param policies undefined: no rule is asked
 */
export async function showToken(
  filter: Filter,
  pasted: string,
  now: number,
  policies: TokenPolicies | undefined,
): Promise<ShownToken> {
  const { kind, text, what, notes, remedies } = pastedToken(pasted);
  const isJwt = kind === "jwt";
  const claims = isJwt ? unverifiedClaims(text) : undefined;
  const fault = isJwt ? await formFault(filter, text, now) : undefined;
  const rules =
    policies === undefined || !isJwt ? undefined : await ruleVerdicts(filter, text, now, policies);
  const { iss, sub } = claims ?? {};
  const shown: ShownToken = {
    kind,
    what,
    now,
    header: isJwt || kind === "jwe" ? unverifiedHeader(text) : undefined,
    claims,
    times: tokenTimes(claims ?? {}, now),
    principal: typeof iss === "string" && typeof sub === "string" && sub !== "" ? `${iss}/${sub}` : undefined,
    fault: fault?.text,
    rules,
    verified: rules?.some((one) => one.verdict === "takes") === true,
    notes,
    remedies: remedies.length === 0 && fault !== undefined ? [fault.remedy] : remedies,
  };
  return withoutTokens(shown, [text, pasted.trim()]);
}
