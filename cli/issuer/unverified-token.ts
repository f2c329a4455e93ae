// What a token says, verified by nobody.

import { isObject } from "../plugin-configuration.js";
import type { Json, JsonObject } from "../resources/tree.js";

/** The header of a token; undefined if it cannot be read. */
export const unverifiedHeader = (token: string): JsonObject | undefined => partOf(token, 0);

/** The claims of a token; undefined if they cannot be read. */
export const unverifiedClaims = (token: string): JsonObject | undefined => partOf(token, 1);

function partOf(token: string, part: 0 | 1): JsonObject | undefined {
  try {
    const object = JSON.parse(Buffer.from(token.split(".")[part] ?? "", "base64url").toString()) as Json;
    return isObject(object) ? object : undefined;
  } catch {
    return undefined;
  }
}
