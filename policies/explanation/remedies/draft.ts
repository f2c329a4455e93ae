// A request under construction: what its caller would have to bring, and the sentence that says so.

import { issuersIn, jwtRulesIn } from "../../plugin-config/jwt-rules.js";
import { textsIn } from "../../resources/json.js";
import type { JsonObject } from "../../resources/tree.js";
import { unverifiedClaims } from "../../tokens/unverified-token.js";
import type { Question } from "../question.js";
import type { Trial } from "./trial.js";
import { tokensIn, withoutPlace } from "./found-tokens.js";

/** What a caller would have to bring, under construction. */
export interface Draft {
  question: Question;
  claims: JsonObject | undefined;
  readonly hadToken: boolean;
  readonly token: string[];
  readonly others: string[];
}

/** What the caller has brought: the claims of the token that is read, or of one that is somewhere. */
export function draftOf(question: Question): Draft {
  const { token } = question;
  const [found] = token === undefined ? tokensIn(question.request, question) : [];
  const claims =
    token === undefined
      ? found === undefined
        ? undefined
        : unverifiedClaims(found.text)
      : "text" in token
        ? unverifiedClaims(token.text)
        : (token.claims as JsonObject);
  const request = found === undefined ? question.request : withoutPlace(question.request, found.place);
  return {
    question: { ...question, request },
    claims,
    hadToken: claims !== undefined,
    token: [],
    others: [],
  };
}

/** The question of a caller who brings all that; undefined if that is nothing new. */
export function finished({
  question,
  claims,
  hadToken,
  token,
  others,
}: Draft): Trial["question"] | undefined {
  // One that brings nothing else than it has brought.
  if (others.length === 0 && (token.length === 0 || (hadToken && token.every((one) => one === ""))))
    return undefined;
  return hadToken || token.length > 0
    ? { ...question, token: { claims: withAudience(claims ?? {}, question) } }
    : question;
}

/** A token of the issuer is for somebody whom its rule takes. */
function withAudience(claims: JsonObject, { configuration }: Question): JsonObject {
  if (claims["aud"] !== undefined) return claims;
  const rules = jwtRulesIn(configuration);
  const rule = rules.find(({ issuer }) => issuer === claims["iss"]) ?? rules[0];
  const [audience] = textsIn(rule?.["audiences"]);
  return audience === undefined ? claims : { ...claims, aud: audience };
}

/** `Send a token with the sub alice: <tail>` */
export function sentence({ hadToken, token, others, claims, question }: Draft, tail: string): string {
  const issuer = claims?.["iss"] ?? [...issuersIn(question.configuration)][0];
  const whose = hadToken ? "a token" : `a token of ${typeof issuer === "string" ? issuer : "the issuer"}`;
  const parts =
    token.length === 0
      ? others
      : [
          [whose, ...token.filter((one) => one !== "")]
            .join(" with ")
            .replace(/ with ([^]*) with /, " with $1 and "),
          ...others,
        ];
  return `Send ${parts.join(", and ")}: ${tail}`;
}
