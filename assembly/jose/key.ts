/** A public key, or a shared secret, ready to verify with. */
import { Span } from "../memory/span";

export const enum KeyType {
  Rsa = 0,
  Ec = 1,
  Oct = 2,
  Okp = 3,
}

/** A key in its key set's region. */
@unmanaged
export class Key {
  /** `kid`; NO_SPAN or empty fits every token. */
  keyId: Span;
  /** `alg`; NO_SPAN fits every algorithm of its type. */
  algorithm: Span;
  /** `issuer`, which Microsoft's key sets have: whose tokens the key is for. NO_SPAN: the set does not say. Asked by rules with tenants alone. */
  issuer: Span;
  type: KeyType;
  /** Prepared key material: a key block of crypto/, or the bytes of a symmetric key. */
  block: usize;
  /** Bytes of a symmetric key; 0 for all others. */
  length: u32;
  /** The key as the host's crypto takes it; NO_SPAN for keys that it does not know. */
  publicKeyInfo: Span;
  /** Bytes of an ECDSA signature r || s; 0 for all others. */
  signatureLength: u32;
}
