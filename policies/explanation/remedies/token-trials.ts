// Tokens that are not read as their sender thinks: nobody looks where they are, or one should not be there.

import { objectsIn } from "../../resources/json.js";
import type { JsonObject } from "../../resources/tree.js";
import { unverifiedClaims } from "../../tokens/unverified-token.js";
import type { Explanation } from "../explanation.js";
import { tokenPlaceholder, type Question } from "../question.js";
import type { Trial } from "./trial.js";
import { tokensIn, withClaimsOf, withoutPlace } from "./found-tokens.js";

/** A token that is there has to be good, whatever the policies say. */
export function withoutToken({ locations }: Explanation, question: Question): Trial[] {
  const places = locations.filter(({ tokens }) => tokens > 0).map(({ location }) => location);
  if (places.length === 0) return [];
  const bare = places.reduce(withoutPlace, question.request);
  const request = { ...bare, headers: bare.headers.filter(([, value]) => !value.includes(tokenPlaceholder)) };
  return [
    {
      text: "A token that is there must be good, whatever the policies say: the same request without any token is allowed.",
      question: { ...question, token: undefined, request },
    },
  ];
}

/** A token nobody reads: no RequestAuthentication applies, or none looks where it is. */
export function unreadTokens({ principal, locations }: Explanation, question: Question): Trial[] {
  const { request, configuration, elsewhere = [] } = question;
  if (principal !== undefined) return [];
  const found = tokensIn(request, question);
  if (found.length === 0) return [];
  const authentications = objectsIn(configuration["requestAuthentications"]);
  const trials: Trial[] = [];
  if (locations.length === 0 || authentications.length === 0) {
    for (const { name, why, entry } of elsewhere) {
      const changed = { ...configuration, requestAuthentications: [...authentications, entry] };
      trials.push({
        text: `No RequestAuthentication that applies to this workload reads the token. ${name} would, but it ${why}.`,
        question: { ...withClaimsOf(found[0]!, question), configuration: changed },
      });
    }
  }
  for (const { place, text, kind, name } of found) {
    const claims = unverifiedClaims(text);
    if (claims === undefined || locations.some(({ location }) => location.startsWith(place))) continue;
    const moved = withoutPlace(request, place);
    const field =
      kind === "cookie"
        ? `fromCookies: [${name}]`
        : kind === "parameter"
          ? `fromParams: [${name}]`
          : `fromHeaders: [{ name: ${name} }]`;
    trials.push({
      text: `There is a token in the ${place}, where no JWT rule looks: add ${field} to the rule of ${issuerText(claims)}, or send it where the rule looks.`,
      question: { ...question, request: moved, token: { claims } },
    });
  }
  return trials;
}

const issuerText = ({ iss }: JsonObject) => (typeof iss === "string" ? iss : "its issuer");

/** The header is there, without the word in front of the token. */
export function missingPrefix({ locations, principal }: Explanation, question: Question): Trial[] {
  if (principal !== undefined) return [];
  return locations.flatMap(({ location, present, tokens }): Trial[] => {
    const [, name, prefix] = /^header ([^,]*), prefix (.*)$/s.exec(location) ?? [];
    if (!present || tokens > 0 || name === undefined || prefix === undefined) return [];
    const [token] = tokensIn(question.request, question).filter(({ place }) => place === `header ${name}`);
    const text = `The header ${name} lacks "${prefix}" in front of the token.`;
    if (question.token === undefined && token !== undefined)
      return [{ text, question: withClaimsOf(token, question) }];
    const headers = question.request.headers.map(([field, value]) =>
      field.toLowerCase() === name.toLowerCase()
        ? ([field, prefix + value.replace(/^\w+ +/, "")] as const)
        : ([field, value] as const),
    );
    return [
      {
        text,
        question: { ...question, request: { ...question.request, headers } },
      },
    ];
  });
}
