// A key set that the filter reads: RFC 7515, A.1.

/** As JSON text. */
export const inlineJwks = JSON.stringify({
  keys: [
    {
      kty: "oct",
      k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    },
  ],
});
