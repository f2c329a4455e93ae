/**
 * The crypto of the filter as raw functions, for tests that feed tables of vectors from TypeScript (tests/vectors/crypto_wasm.ts
 * wraps them). Addresses and lengths in, results out; what `alloc` gives is freed by `release`.
 */
import { ecdsaKeyBlockSize, ecdsaPreparePublicKey, ecdsaVerify } from "../../assembly/crypto/ecdsa";
import {
  ED25519_KEY_BLOCK_SIZE,
  ed25519PreparePublicKey,
  ed25519Verify,
} from "../../assembly/crypto/ed25519";
import { chosenEngine, useEngine } from "../../assembly/crypto/exponentiation/exponentiation";
import { digest, digestSize } from "../../assembly/crypto/hash/hash";
import { hmacVerify } from "../../assembly/crypto/hmac";
import { rsaEncodedMessage, rsaKeyBlockSize, rsaPrepareKey, rsaVerifyPkcs1 } from "../../assembly/crypto/rsa";
import { rsaVerifyPss } from "../../assembly/crypto/rsa_pss";

export { ecdsaKeyBlockSize, ecdsaPreparePublicKey, ecdsaVerify };
export { ED25519_KEY_BLOCK_SIZE, ed25519PreparePublicKey, ed25519Verify };
export { hmacVerify };
export { digest, digestSize };
export { chosenEngine, useEngine };
export { rsaEncodedMessage, rsaKeyBlockSize, rsaPrepareKey, rsaVerifyPkcs1, rsaVerifyPss };

/** `size` bytes aligned to 16. */
export function alloc(size: usize): usize {
  return heap.alloc(size);
}

export function release(address: usize): void {
  heap.free(address);
}
