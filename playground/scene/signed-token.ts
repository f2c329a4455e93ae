// A token made in the page, with keys made in the page: to see one, to paste elsewhere, to try a key set.

import { toBase64url } from "../../policies/text/base64url.js";
import { signToken } from "../../policies/tokens/sign-token.js";
import { generateSigningKey, keySet } from "../../policies/tokens/signing-key.js";
import type { Claims } from "../../policies/tokens/claims.js";
import type { PastedToken } from "./scene.js";

/**
 * Signs claims with a key that is new each time.
 * @param rotated whether the key set has another key in place of the one that signed
 */
export async function signedToken(claims: Claims, rotated: boolean): Promise<PastedToken> {
  const signer = await generateSigningKey("ES256", keyName());
  const published = rotated ? await generateSigningKey("ES256", keyName()) : signer;
  return {
    text: await signToken(signer, claims),
    jwks: JSON.stringify(keySet([published]), null, 2),
    unverified: false,
  };
}

const keyName = () => `key-${toBase64url(crypto.getRandomValues(new Uint8Array(4)))}`;

/** The claims that a token needs and nobody has typed: its issuer, and an hour of life. */
export function withLife(claims: Claims, issuer: string | undefined, now: number): Claims {
  return { ...(issuer === undefined ? {} : { iss: issuer }), iat: now, exp: now + 3600, ...claims };
}
