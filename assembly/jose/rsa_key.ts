/** An RSA public key from its two numbers, wherever they were read. */
import { rsaKeyBlockSize, rsaPrepareKey } from "../crypto/rsa";
import { Region } from "../memory/region";
import { Span, spanAddress, spanLength } from "../memory/span";
import { Key, KeyType } from "./key";
import { rsaPublicKeyInfo } from "./public_key_info";

/** Fills `key`, whose memory comes from `region`; false for numbers that make no key (crypto/rsa.ts). Both big-endian. */
export function makeRsaKey(modulus: Span, exponent: Span, key: Key, region: Region): bool {
  key.type = KeyType.Rsa;
  key.block = region.allocate(<usize>rsaKeyBlockSize(spanLength(modulus)));
  const prepared = rsaPrepareKey(
    spanAddress(modulus),
    spanLength(modulus),
    spanAddress(exponent),
    spanLength(exponent),
    key.block,
  );
  if (prepared) key.publicKeyInfo = rsaPublicKeyInfo(modulus, exponent, region);
  return prepared;
}
