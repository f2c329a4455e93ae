// From claims to a token that can be seen, and back.

import { InputError } from "../../policies/resources/input-error.js";
import { readClaims } from "../../policies/tokens/claims.js";
import { unverifiedClaims } from "../../policies/tokens/unverified-token.js";
import { pastedText } from "../scene/explain-options.js";
import type { PastedToken, Scene } from "../scene/scene.js";
import { signedToken, withLife } from "../scene/signed-token.js";
import { onlyIssuer } from "./only-issuer.js";

/**
 * A token with the scene's claims and its key set; undefined if they are none.
 * @param rotated whether the key set has another key in place of the one that signed
 */
export async function tokenOf(
  { claims: text, files }: Scene,
  rotated: boolean,
): Promise<PastedToken | undefined> {
  try {
    const claims = readClaims("claims", text.trim() === "" ? "{}" : text);
    const now = Math.floor(Date.now() / 1000);
    return await signedToken(withLife(claims, onlyIssuer(files), now), rotated);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return undefined;
  }
}

/** The claims of the pasted token in JSON; undefined if it has none that can be read. */
export function claimsOf({ pasted }: Scene): string | undefined {
  const claims = unverifiedClaims(pastedText(pasted));
  return claims === undefined ? undefined : JSON.stringify(claims, null, 2);
}
