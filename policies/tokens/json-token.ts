// The token in an issuer's answer, or in another JSON that tools print.

import { isObject } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";
import { printable } from "../text/printable.js";
import { unverifiedHeader } from "./unverified-token.js";

export type JsonToken =
  | { readonly kind: "token"; readonly text: string; readonly note: string }
  /** There is none; `what` it is instead. */
  | { readonly kind: "none"; readonly what: string; readonly remedy: string };

/** Members that hold tokens, the likeliest first. An answer's access token is what goes to an API, whatever else there is. */
const members = ["access_token", "accessToken", "token", "jwt", "id_token", "idToken"];

/** Finds it. */
export function jsonToken(json: Json): JsonToken {
  if (!isObject(json)) return none("a JSON list, and no token", "Give the token alone.");
  const { status, data } = json;
  for (const [path, holder] of [
    ["", json],
    // `kubectl create token -o json`, and what credential plugins write.
    ["status.", status],
    // A Secret; its values are in base64.
    ["data.", data],
  ] as const) {
    if (!isObject(holder)) continue;
    const name = members.find((one) => typeof holder[one] === "string" && holder[one] !== "");
    if (name !== undefined) return taken(`${path}${name}`, holder[name] as string, holder);
  }
  return withoutToken(json);
}

function taken(name: string, text: string, { id_token: idToken }: JsonObject): JsonToken {
  const note = `It is JSON; the token is its member ${name}, and that alone must be sent.`;
  const isOpaque = unverifiedHeader(text) === undefined;
  const other =
    isOpaque && typeof idToken === "string" && idToken !== text && unverifiedHeader(idToken) !== undefined
      ? " Its id_token is a JWT, but one for the client that asked, not for an API."
      : "";
  return { kind: "token", text, note: note + other };
}

const none = (what: string, remedy: string): JsonToken => ({ kind: "none", what, remedy });

function withoutToken(json: JsonObject): JsonToken {
  const { error, keys, kty, d, k } = json;
  if (typeof error === "string") {
    return none(
      `the answer of an issuer that gave no token: ${printable(error.slice(0, 80))}`,
      "Look at the request for the token: client, secret, scope, and grant type.",
    );
  }
  if (Array.isArray(keys)) {
    return none(
      "a key set (JWKS), and no token",
      "Give the token here, and the key set by --jwks issuer=file.",
    );
  }
  if (typeof kty === "string") {
    const isSecret = d !== undefined || k !== undefined;
    return none(
      isSecret ? "a private key (JWK), and no token" : "a public key (JWK), and no token",
      isSecret
        ? "Keep it to yourself; jwt-policy token --key FILE signs a token with it."
        : 'Give the token here, and the key in a key set, {"keys": [...]}, by --jwks issuer=file.',
    );
  }
  if (typeof json["ciphertext"] === "string") {
    return none(
      "an encrypted token in JSON (JWE), which Envoy does not take",
      "Have the issuer sign the token and not encrypt it, in the compact form with two dots.",
    );
  }
  if (typeof json["payload"] === "string" && ("signature" in json || "signatures" in json)) {
    return none(
      "a signed token in JSON (JWS JSON serialization), which Envoy does not take",
      "Have the issuer write the compact form, three parts with two dots (RFC 7515 §3.1).",
    );
  }
  if (["iss", "sub", "exp", "aud"].some((name) => name in json)) {
    return none(
      "claims, without header and signature",
      "Sign a token with them, jwt-policy token --claims @FILE, or ask about them by explain --claims @FILE.",
    );
  }
  const names = Object.keys(json)
    .slice(0, 6)
    .map((name) => printable(name.slice(0, 40)));
  return none(
    `JSON without a token${names.length === 0 ? "" : `; it has ${names.join(", ")}`}`,
    `Give the token alone, or JSON with access_token.`,
  );
}
