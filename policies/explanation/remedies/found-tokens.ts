// What in a request looks like a token, wherever it is.

import { unverifiedClaims, unverifiedHeader } from "../../tokens/unverified-token.js";
import { tokenPlaceholder, type DescribedRequest, type Question } from "../question.js";

interface FoundToken {
  readonly kind: "header" | "cookie" | "parameter";
  readonly name: string;
  /** `cookie session` */
  readonly place: string;
  readonly text: string;
}

/** Everything in a request that looks like a token. */
export function tokensIn(request: DescribedRequest, { token }: Question): FoundToken[] {
  const given = token !== undefined && "text" in token ? token.text : undefined;
  const found: FoundToken[] = [];
  const add = (kind: FoundToken["kind"], name: string, value: string) => {
    const text = given === undefined ? value : value.replaceAll(tokenPlaceholder, given);
    if (looksLikeToken(text)) found.push({ kind, name, place: `${kind} ${name}`, text });
  };
  for (const [field, value] of request.headers) {
    const name = field.toLowerCase();
    if (name === "cookie") {
      for (const part of value.split(/;\s*/))
        add("cookie", part.split("=")[0]!, part.slice(part.indexOf("=") + 1));
    } else add("header", name, value.replace(/^\w+ +/, ""));
  }
  for (const part of (request.path.split("?")[1] ?? "").split("&")) {
    add("parameter", part.split("=")[0]!, part.slice(part.indexOf("=") + 1));
  }
  if (token !== undefined && found.length === 0) {
    found.push({ kind: "header", name: "authorization", place: "header authorization", text: given ?? "" });
  }
  return found;
}

const looksLikeToken = (text: string) =>
  /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text) && unverifiedHeader(text) !== undefined;

/** The question with the claims of a token that the request has somewhere: its signature is another matter. */
export function withClaimsOf({ place, text }: FoundToken, question: Question): Question {
  if (question.token !== undefined && "claims" in question.token) return question;
  const claims = unverifiedClaims(text);
  if (claims === undefined) return question;
  return { ...question, request: withoutPlace(question.request, place), token: { claims } };
}

/** The request without what is at a location, as `explain` names it: `header authorization`, `cookie session`, `parameter token`. */
export function withoutPlace(request: DescribedRequest, location: string): DescribedRequest {
  const [, kind, name = ""] = /^(header|parameter|cookie) ([^,]*)/.exec(location) ?? [];
  if (kind === "parameter") {
    const [path = "", query = ""] = request.path.split("?");
    const rest = query.split("&").filter((part) => part !== "" && part.split("=")[0] !== name);
    return { ...request, path: rest.length === 0 ? path : `${path}?${rest.join("&")}` };
  }
  const headers = request.headers.flatMap(([field, value]): (readonly [string, string])[] => {
    const lower = field.toLowerCase();
    if (kind === "header") return lower === name.toLowerCase() ? [] : [[field, value]];
    if (lower !== "cookie") return [[field, value]];
    const rest = value.split(/;\s*/).filter((part) => part.split("=")[0] !== name);
    return rest.length === 0 ? [] : [[field, rest.join("; ")]];
  });
  return { ...request, headers };
}
