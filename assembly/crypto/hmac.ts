/**
 * HMAC (RFC 2104) with the hashes of HS256, HS384 and HS512 (RFC 7518 §3.2): computed and compared. The key is secret here, so the
 * comparison takes the same time wherever the first difference is.
 */
import { Hash, MAX_DIGEST_SIZE, digest, digestSize, hashBlockSize } from "./hash/hash";
import { sha256Begin, sha256Finish, sha256Update } from "./hash/sha256";
import {
  SHA512_BLOCK_SIZE,
  SHA512_STATE_SIZE,
  sha384Begin,
  sha512Begin,
  sha512Finish,
  sha512Update,
} from "./hash/sha512";

/** Bytes that the key is xored with, RFC 2104 §2. */
const INNER_PAD: u64 = 0x3636363636363636;
const OUTER_PAD: u64 = 0x5c5c5c5c5c5c5c5c;

/** The key, padded with zeros to a block; the block that is hashed; the digest. */
const KEY = memory.data(<i32>SHA512_BLOCK_SIZE, 16);
const PADDED = memory.data(<i32>SHA512_BLOCK_SIZE, 16);
const MAC = memory.data(<i32>MAX_DIGEST_SIZE, 16);
/** The larger of the two kinds of state. */
const STATE = memory.data(<i32>SHA512_STATE_SIZE, 16);

/**
 * Whether the `macLength` bytes at `mac` are the whole HMAC of the message under the key, of any length. A MAC of another length, a
 * truncated one among them, is wrong.
 */
export function hmacVerify(
  hash: Hash,
  key: usize,
  keyLength: u32,
  message: usize,
  messageLength: u32,
  mac: usize,
  macLength: u32,
): bool {
  const size = digestSize(hash);
  if (macLength != size) return false;
  const blockSize = hashBlockSize(hash);
  memory.fill(KEY, 0, blockSize);
  if (keyLength > blockSize) digest(hash, key, keyLength, KEY);
  else memory.copy(KEY, key, keyLength);
  hashPadded(hash, blockSize, INNER_PAD, message, messageLength);
  hashPadded(hash, blockSize, OUTER_PAD, MAC, size);
  let difference: u8 = 0;
  for (let i: usize = 0; i < <usize>size; i++) difference |= load<u8>(MAC + i) ^ load<u8>(mac + i);
  // The key leaves nothing behind but the caller's copy.
  memory.fill(KEY, 0, blockSize);
  memory.fill(PADDED, 0, blockSize);
  return difference == 0;
}

/** MAC = H((K xor pad) || data). `data` may be MAC. */
function hashPadded(hash: Hash, blockSize: u32, pad: u64, data: usize, length: u32): void {
  for (let i: usize = 0; i < <usize>blockSize; i += 8) store<u64>(PADDED + i, load<u64>(KEY + i) ^ pad);
  if (hash == Hash.SHA256) {
    sha256Begin(STATE);
    sha256Update(STATE, PADDED, blockSize);
    sha256Update(STATE, data, length);
    sha256Finish(STATE, MAC);
    return;
  }
  if (hash == Hash.SHA384) sha384Begin(STATE);
  else sha512Begin(STATE);
  sha512Update(STATE, PADDED, blockSize);
  sha512Update(STATE, data, length);
  sha512Finish(STATE, MAC, digestSize(hash));
}
