/**
 * A token can be written in many ways that verify alike: with further dots, blanks and padding, with other bits where the last character of
 * the signature has some to spare, with zeros ahead of an ECDSA signature's two numbers. Issuers write it in one.
 */
import { digestSize, Hash } from "../crypto/hash/hash";
import { algorithm, Scheme } from "../jose/algorithm";
import { spareBits } from "../jose/encoding/base64url";
import { spanAddress, spanLength } from "../memory/span";
import { Token } from "./token";

/** Bytes of an ES512 signature (RFC 7518 §3.4): its numbers are longer than its digest. */
const ES512_SIGNATURE: u32 = 132;

/** Whether the text of a parsed token is the shortest one of its header, payload and signature. Not for tokens of the cache, which have no signature. */
export function isCanonical(token: Token): bool {
  const length = spanLength(token.signature);
  const row = algorithm(token.algorithm);
  if (row.scheme == Scheme.Ecdsa && length != ecdsaLength(row.hash)) return false;
  // What is signed stands where the token begins: no dot before it, and none too many within.
  if (spanAddress(token.signedText) != spanAddress(token.text)) return false;
  // A signature needs so many characters of base64url (RFC 4648 §5): where there are no more, none of them is a blank, padding or a dot.
  const characters = (length * 4 + 2) / 3;
  if (spanLength(token.text) != spanLength(token.signedText) + 1 + characters) return false;
  return spareBits(token.text, length) == 0;
}

function ecdsaLength(hash: Hash): u32 {
  return hash == Hash.SHA512 ? ES512_SIGNATURE : 2 * digestSize(hash);
}
