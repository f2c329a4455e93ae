/**
 * SHA-256 (FIPS 180-4 §6.2) over raw memory: one-shot, and incremental with a state block that the caller owns (HMAC keeps one
 * per key). Nothing is allocated per call; any bytes of any length are fine.
 */

/** Bytes of a digest. */
export const SHA256_DIGEST_SIZE: u32 = 32;
/** Bytes that one compression takes (the block of HMAC, RFC 2104 §2). */
export const SHA256_BLOCK_SIZE: u32 = 64;
/**
 * Bytes of a state block: eight u32 of the hash value at 0, the u64 count of bytes taken so far at 32, the bytes of the block that is
 * not full yet at 40. A block may be copied with `memory.copy` to continue twice from one point.
 */
export const SHA256_STATE_SIZE: u32 = 104;

const COUNT: usize = 32;
const PENDING: usize = 40;

/** Initial hash value, FIPS 180-4 §5.3.3: fractional parts of the square roots of the first eight primes. */
const INITIAL = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** Round constants, FIPS 180-4 §4.2.2: fractional parts of the cube roots of the first 64 primes. */
const ROUND_CONSTANTS = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** The message schedule W of the block at hand: 64 u32. */
const SCHEDULE = memory.data(64 * 4, 16);
/** The state of the one-shot form. */
const ONE_SHOT = memory.data(<i32>SHA256_STATE_SIZE, 16);

/** The digest of `length` bytes at `data`, 32 bytes to `out`. `out` may be `data`. */
export function sha256(data: usize, length: u32, out: usize): void {
  sha256Begin(ONE_SHOT);
  sha256Update(ONE_SHOT, data, length);
  sha256Finish(ONE_SHOT, out);
}

/** Makes `state` (SHA256_STATE_SIZE bytes, aligned to 8) the state of an empty message. */
export function sha256Begin(state: usize): void {
  memory.copy(state, INITIAL, 32);
  store<u64>(state, 0, COUNT);
}

/** Takes `length` more bytes of the message. */
export function sha256Update(state: usize, data: usize, length: u32): void {
  const count = load<u64>(state, COUNT);
  store<u64>(state, count + <u64>length, COUNT);
  let left = <usize>length;
  const pending = <usize>(count & 63);
  if (pending != 0) {
    const taken = min(left, 64 - pending);
    memory.copy(state + PENDING + pending, data, taken);
    if (pending + taken < 64) return;
    compress(state, state + PENDING, 1);
    data += taken;
    left -= taken;
  }
  const blocks = left >> 6;
  if (blocks != 0) compress(state, data, blocks);
  memory.copy(state + PENDING, data + (blocks << 6), left & 63);
}

/** Pads (FIPS 180-4 §5.1.1) and writes the 32 bytes of the digest to `out`. The state is spent. */
export function sha256Finish(state: usize, out: usize): void {
  const count = load<u64>(state, COUNT);
  let pending = <usize>(count & 63);
  store<u8>(state + PENDING + pending, 0x80);
  pending++;
  if (pending > 56) {
    memory.fill(state + PENDING + pending, 0, 64 - pending);
    compress(state, state + PENDING, 1);
    pending = 0;
  }
  memory.fill(state + PENDING + pending, 0, 56 - pending);
  store<u64>(state, bswap(count << 3), PENDING + 56);
  compress(state, state + PENDING, 1);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(out + i, bswap(load<u32>(state + i)));
}

// FIPS 180-4 §4.1.2. `choose` and `majority` are the usual forms with one operation less.
// @ts-ignore: decorator
@inline
function choose(x: u32, y: u32, z: u32): u32 {
  return z ^ (x & (y ^ z));
}
// @ts-ignore: decorator
@inline
function majority(x: u32, y: u32, z: u32): u32 {
  return (x & y) | (z & (x | y));
}
// @ts-ignore: decorator
@inline
function bigSigma0(x: u32): u32 {
  return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22);
}
// @ts-ignore: decorator
@inline
function bigSigma1(x: u32): u32 {
  return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25);
}
// @ts-ignore: decorator
@inline
function smallSigma0(x: u32): u32 {
  return rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3);
}
// @ts-ignore: decorator
@inline
function smallSigma1(x: u32): u32 {
  return rotr(x, 17) ^ rotr(x, 19) ^ (x >> 10);
}

/** FIPS 180-4 §6.2.2 over `blocks` blocks of 64 bytes at `data`. */
function compress(state: usize, data: usize, blocks: usize): void {
  for (; blocks != 0; blocks--, data += 64) {
    expandSchedule(data);
    let a = load<u32>(state, 0);
    let b = load<u32>(state, 4);
    let c = load<u32>(state, 8);
    let d = load<u32>(state, 12);
    let e = load<u32>(state, 16);
    let f = load<u32>(state, 20);
    let g = load<u32>(state, 24);
    let h = load<u32>(state, 28);
    // Eight rounds a turn: after eight the variables are back in their places, so none is ever moved.
    for (let t: usize = 0; t < 256; t += 32) {
      const k = ROUND_CONSTANTS + t;
      const s = SCHEDULE + t;
      h = h + bigSigma1(e) + choose(e, f, g) + load<u32>(k, 0) + load<u32>(s, 0);
      d += h;
      h += bigSigma0(a) + majority(a, b, c);
      g = g + bigSigma1(d) + choose(d, e, f) + load<u32>(k, 4) + load<u32>(s, 4);
      c += g;
      g += bigSigma0(h) + majority(h, a, b);
      f = f + bigSigma1(c) + choose(c, d, e) + load<u32>(k, 8) + load<u32>(s, 8);
      b += f;
      f += bigSigma0(g) + majority(g, h, a);
      e = e + bigSigma1(b) + choose(b, c, d) + load<u32>(k, 12) + load<u32>(s, 12);
      a += e;
      e += bigSigma0(f) + majority(f, g, h);
      d = d + bigSigma1(a) + choose(a, b, c) + load<u32>(k, 16) + load<u32>(s, 16);
      h += d;
      d += bigSigma0(e) + majority(e, f, g);
      c = c + bigSigma1(h) + choose(h, a, b) + load<u32>(k, 20) + load<u32>(s, 20);
      g += c;
      c += bigSigma0(d) + majority(d, e, f);
      b = b + bigSigma1(g) + choose(g, h, a) + load<u32>(k, 24) + load<u32>(s, 24);
      f += b;
      b += bigSigma0(c) + majority(c, d, e);
      a = a + bigSigma1(f) + choose(f, g, h) + load<u32>(k, 28) + load<u32>(s, 28);
      e += a;
      a += bigSigma0(b) + majority(b, c, d);
    }
    store<u32>(state, load<u32>(state, 0) + a, 0);
    store<u32>(state, load<u32>(state, 4) + b, 4);
    store<u32>(state, load<u32>(state, 8) + c, 8);
    store<u32>(state, load<u32>(state, 12) + d, 12);
    store<u32>(state, load<u32>(state, 16) + e, 16);
    store<u32>(state, load<u32>(state, 20) + f, 20);
    store<u32>(state, load<u32>(state, 24) + g, 24);
    store<u32>(state, load<u32>(state, 28) + h, 28);
  }
}

function expandSchedule(data: usize): void {
  for (let i: usize = 0; i < 64; i += 4) store<u32>(SCHEDULE + i, bswap(load<u32>(data + i)));
  for (let i: usize = 0; i < 192; i += 4) {
    const w = SCHEDULE + i;
    store<u32>(
      w,
      smallSigma1(load<u32>(w, 56)) + load<u32>(w, 36) + smallSigma0(load<u32>(w, 4)) + load<u32>(w),
      64,
    );
  }
}
