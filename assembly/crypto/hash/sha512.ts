/**
 * SHA-512 and SHA-384 (FIPS 180-4 §6.4, §6.5) over raw memory: one-shot, and incremental with a state block that the caller owns
 * (HMAC keeps one per key). The two differ in the initial hash value and in the bytes of the digest that are given out. Nothing is
 * allocated per call; any bytes of any length are fine.
 */

/** Bytes of a digest. */
export const SHA512_DIGEST_SIZE: u32 = 64;
export const SHA384_DIGEST_SIZE: u32 = 48;
/** Bytes that one compression takes (the block of HMAC, RFC 2104 §2). */
export const SHA512_BLOCK_SIZE: u32 = 128;
/**
 * Bytes of a state block: eight u64 of the hash value at 0, the u64 count of bytes taken so far at 64, the bytes of the block that is
 * not full yet at 72. A block may be copied with `memory.copy` to continue twice from one point.
 */
export const SHA512_STATE_SIZE: u32 = 200;

const COUNT: usize = 64;
const PENDING: usize = 72;

/** Initial hash value of SHA-512, FIPS 180-4 §5.3.5: fractional parts of the square roots of the first eight primes. */
const INITIAL_512 = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
  0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);

/** Initial hash value of SHA-384, FIPS 180-4 §5.3.4: the same of the ninth to the sixteenth prime. */
const INITIAL_384 = memory.data<u64>([
  0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939, 0x67332667ffc00b31,
  0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
]);

/** Round constants, FIPS 180-4 §4.2.3: fractional parts of the cube roots of the first 80 primes. */
const ROUND_CONSTANTS = memory.data<u64>([
  0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
  0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
  0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
  0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
  0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
  0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
  0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
  0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
  0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
  0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
  0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
  0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
  0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
  0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
  0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
  0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
]);

/** The message schedule W of the block at hand: 80 u64. */
const SCHEDULE = memory.data(80 * 8, 16);
/** The state of the one-shot forms. */
const ONE_SHOT = memory.data(<i32>SHA512_STATE_SIZE, 16);

/** The SHA-512 digest of `length` bytes at `data`, 64 bytes to `out`. `out` may be `data`. */
export function sha512(data: usize, length: u32, out: usize): void {
  sha512Begin(ONE_SHOT);
  sha512Update(ONE_SHOT, data, length);
  sha512Finish(ONE_SHOT, out, SHA512_DIGEST_SIZE);
}

/** The SHA-384 digest of `length` bytes at `data`, 48 bytes to `out`. `out` may be `data`. */
export function sha384(data: usize, length: u32, out: usize): void {
  sha384Begin(ONE_SHOT);
  sha512Update(ONE_SHOT, data, length);
  sha512Finish(ONE_SHOT, out, SHA384_DIGEST_SIZE);
}

/** Makes `state` (SHA512_STATE_SIZE bytes, aligned to 8) the SHA-512 state of an empty message. */
export function sha512Begin(state: usize): void {
  memory.copy(state, INITIAL_512, 64);
  store<u64>(state, 0, COUNT);
}

/** Makes `state` (SHA512_STATE_SIZE bytes, aligned to 8) the SHA-384 state of an empty message. */
export function sha384Begin(state: usize): void {
  memory.copy(state, INITIAL_384, 64);
  store<u64>(state, 0, COUNT);
}

/** Takes `length` more bytes of the message. */
export function sha512Update(state: usize, data: usize, length: u32): void {
  const count = load<u64>(state, COUNT);
  store<u64>(state, count + <u64>length, COUNT);
  let left = <usize>length;
  const pending = <usize>(count & 127);
  if (pending != 0) {
    const taken = min(left, 128 - pending);
    memory.copy(state + PENDING + pending, data, taken);
    if (pending + taken < 128) return;
    compress(state, state + PENDING, 1);
    data += taken;
    left -= taken;
  }
  const blocks = left >> 7;
  if (blocks != 0) compress(state, data, blocks);
  memory.copy(state + PENDING, data + (blocks << 7), left & 127);
}

/** Pads (FIPS 180-4 §5.1.2) and writes the first `digestSize` bytes (64 or 48) of the hash value to `out`. The state is spent. */
export function sha512Finish(state: usize, out: usize, digestSize: u32): void {
  const count = load<u64>(state, COUNT);
  let pending = <usize>(count & 127);
  store<u8>(state + PENDING + pending, 0x80);
  pending++;
  if (pending > 112) {
    memory.fill(state + PENDING + pending, 0, 128 - pending);
    compress(state, state + PENDING, 1);
    pending = 0;
  }
  // The length field has 128 bits; a message here never fills the upper 64.
  memory.fill(state + PENDING + pending, 0, 120 - pending);
  store<u64>(state, bswap(count << 3), PENDING + 120);
  compress(state, state + PENDING, 1);
  for (let i: usize = 0; i < <usize>digestSize; i += 8) store<u64>(out + i, bswap(load<u64>(state + i)));
}

// FIPS 180-4 §4.1.3. `choose` and `majority` are the usual forms with one operation less.
// @ts-ignore: decorator
@inline
function choose(x: u64, y: u64, z: u64): u64 {
  return z ^ (x & (y ^ z));
}
// @ts-ignore: decorator
@inline
function majority(x: u64, y: u64, z: u64): u64 {
  return (x & y) | (z & (x | y));
}
// @ts-ignore: decorator
@inline
function bigSigma0(x: u64): u64 {
  return rotr(x, 28) ^ rotr(x, 34) ^ rotr(x, 39);
}
// @ts-ignore: decorator
@inline
function bigSigma1(x: u64): u64 {
  return rotr(x, 14) ^ rotr(x, 18) ^ rotr(x, 41);
}
// @ts-ignore: decorator
@inline
function smallSigma0(x: u64): u64 {
  return rotr(x, 1) ^ rotr(x, 8) ^ (x >> 7);
}
// @ts-ignore: decorator
@inline
function smallSigma1(x: u64): u64 {
  return rotr(x, 19) ^ rotr(x, 61) ^ (x >> 6);
}

/** FIPS 180-4 §6.4.2 over `blocks` blocks of 128 bytes at `data`. */
function compress(state: usize, data: usize, blocks: usize): void {
  for (; blocks != 0; blocks--, data += 128) {
    expandSchedule(data);
    let a = load<u64>(state, 0);
    let b = load<u64>(state, 8);
    let c = load<u64>(state, 16);
    let d = load<u64>(state, 24);
    let e = load<u64>(state, 32);
    let f = load<u64>(state, 40);
    let g = load<u64>(state, 48);
    let h = load<u64>(state, 56);
    // Eight rounds a turn: after eight the variables are back in their places, so none is ever moved.
    for (let t: usize = 0; t < 640; t += 64) {
      const k = ROUND_CONSTANTS + t;
      const s = SCHEDULE + t;
      h = h + bigSigma1(e) + choose(e, f, g) + load<u64>(k, 0) + load<u64>(s, 0);
      d += h;
      h += bigSigma0(a) + majority(a, b, c);
      g = g + bigSigma1(d) + choose(d, e, f) + load<u64>(k, 8) + load<u64>(s, 8);
      c += g;
      g += bigSigma0(h) + majority(h, a, b);
      f = f + bigSigma1(c) + choose(c, d, e) + load<u64>(k, 16) + load<u64>(s, 16);
      b += f;
      f += bigSigma0(g) + majority(g, h, a);
      e = e + bigSigma1(b) + choose(b, c, d) + load<u64>(k, 24) + load<u64>(s, 24);
      a += e;
      e += bigSigma0(f) + majority(f, g, h);
      d = d + bigSigma1(a) + choose(a, b, c) + load<u64>(k, 32) + load<u64>(s, 32);
      h += d;
      d += bigSigma0(e) + majority(e, f, g);
      c = c + bigSigma1(h) + choose(h, a, b) + load<u64>(k, 40) + load<u64>(s, 40);
      g += c;
      c += bigSigma0(d) + majority(d, e, f);
      b = b + bigSigma1(g) + choose(g, h, a) + load<u64>(k, 48) + load<u64>(s, 48);
      f += b;
      b += bigSigma0(c) + majority(c, d, e);
      a = a + bigSigma1(f) + choose(f, g, h) + load<u64>(k, 56) + load<u64>(s, 56);
      e += a;
      a += bigSigma0(b) + majority(b, c, d);
    }
    store<u64>(state, load<u64>(state, 0) + a, 0);
    store<u64>(state, load<u64>(state, 8) + b, 8);
    store<u64>(state, load<u64>(state, 16) + c, 16);
    store<u64>(state, load<u64>(state, 24) + d, 24);
    store<u64>(state, load<u64>(state, 32) + e, 32);
    store<u64>(state, load<u64>(state, 40) + f, 40);
    store<u64>(state, load<u64>(state, 48) + g, 48);
    store<u64>(state, load<u64>(state, 56) + h, 56);
  }
}

function expandSchedule(data: usize): void {
  for (let i: usize = 0; i < 128; i += 8) store<u64>(SCHEDULE + i, bswap(load<u64>(data + i)));
  for (let i: usize = 0; i < 512; i += 8) {
    const w = SCHEDULE + i;
    store<u64>(
      w,
      smallSigma1(load<u64>(w, 112)) + load<u64>(w, 72) + smallSigma0(load<u64>(w, 8)) + load<u64>(w),
      128,
    );
  }
}
