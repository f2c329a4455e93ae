/**
 * The crypto of the filter as raw functions, for tests that feed tables of vectors from TypeScript (tests/vectors/crypto_wasm.ts
 * wraps them). Addresses and lengths in, results out; what `alloc` gives is freed by `release`.
 */
import { digest, digestSize } from "../../assembly/crypto/hash";
import { rsaKeyBlockSize, rsaPrepareKey, rsaVerifyPkcs1 } from "../../assembly/crypto/rsa";
import { rsaVerifyPss } from "../../assembly/crypto/rsa_pss";

export { digest, digestSize, rsaKeyBlockSize, rsaPrepareKey, rsaVerifyPkcs1, rsaVerifyPss };

/** `size` bytes aligned to 16. */
export function alloc(size: usize): usize {
  return heap.alloc(size);
}

export function release(address: usize): void {
  heap.free(address);
}
