// What a token says, verified by nobody.

import { textFromBase64url } from "../text/base64url.js";
import { isObject } from "../resources/json.js";
import type { Json, JsonObject } from "../resources/tree.js";

/** The header of a token; undefined if it cannot be read. */
export const unverifiedHeader = (token: string): JsonObject | undefined => partOf(token, 0);

/** The claims of a token; undefined if they cannot be read. */
export const unverifiedClaims = (token: string): JsonObject | undefined => partOf(token, 1);

function partOf(token: string, part: 0 | 1): JsonObject | undefined {
  try {
    const object = JSON.parse(textFromBase64url(token.split(".")[part] ?? "")) as Json;
    return isObject(object) ? object : undefined;
  } catch {
    return undefined;
  }
}
