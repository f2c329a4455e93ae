/** RSA keys and signatures: RFC 7515 appendix A.2, which keys are taken, and what no signature may be. */
import { Engine, chosenEngine, useEngine } from "../../../../assembly/crypto/exponentiation/exponentiation";
import { Hash, digest } from "../../../../assembly/crypto/hash/hash";
import {
  MAX_MODULUS_BITS,
  MIN_MODULUS_LENGTH,
  rsaEncodedMessage,
  rsaKeyBlockSize,
  rsaModulusLength,
  rsaPrepareKey,
  rsaVerifyPkcs1,
} from "../../../../assembly/crypto/rsa";
import { rsaVerifyPss } from "../../../../assembly/crypto/rsa_pss";
import { bytesEqual } from "../../../../assembly/memory/span";
import { bytesOfHex, expectEqual, expectFalse, expectTrue } from "../../assertions/expect.as";

/** RFC 7515 §A.2.1: the JWK's modulus, the JWS signing input, the signature; e = 65537. */
const A2_MODULUS =
  "a1f8160ae2e3c9b465ce8d2d656263362b927dbe29e1f02477fc1625cc90a136e38bd93497c5b6ea63dd7711e67c7429f956" +
  "b0fb8a8f089adc4b69893cc1333f53edd019b87784252fec914fe4857769594bea4280d32c0f55bf62944f130396bc6e9bdf" +
  "6ebdd2bda3678eeca0c668f701b38dbffb38c8342ce2fe6d27fade4a5a4874979dd4b9cf9adec4c75b05852c2c0f5ef8a5c1" +
  "750392f944e8ed64c110c6b647609aa4783aeb9c6c9ad755313050638b83665c6f6f7a82a396702a1f641b82d3ebf2392219" +
  "491fb686872c5716f50af8358d9a8b9d17c340728f7f87d89a18d8fcab67ad84590c2ecf759339363c07034d6f606f9e21e0" +
  "5456cae5e9a1";
const A2_INPUT =
  "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19" +
  "yb290Ijp0cnVlfQ";
const A2_SIGNATURE =
  "702e218943e88fd11eb5d82dbf7845f34106ae1b81fff7731116add1717d83656d420afd3c96eedd73a2663e5166687b000b" +
  "87226e0187ed1073f945e582adfcef16d85a798ee8c66ddb3db8975b17d09402beedd5d9d97007108db28160d5f8040ca744" +
  "5762b81fbe7ff9d92e0ae76f24f25b33bbe6f44ae61eb1040acb20044d3ef9128ed40130795bd4bd3b41eecad066ab651981" +
  "fde48df77f372dc38b9fafdd3befb18b5da3cc3c2eb02f9e3a41d612caad15911273a05f23b9e838faaf849d698429ef5a1e" +
  "88798236c3d40e604522a544c8f27a7a2db80663d16cf7caea56de405cb2215a45b2c25566b55ac1a748a070dfc8a32a4695" +
  "43d019eefb47";

const MODULUS = bytesOfHex(A2_MODULUS);
const SIGNATURE = bytesOfHex(A2_SIGNATURE);
const E_65537 = bytesOfHex("010001");
const HASHED = heap.alloc(64);
// Room for a block of either engine.
useEngine(Engine.Fused);
const block = heap.alloc(<usize>rsaKeyBlockSize(2048));
useEngine(Engine.Undecided);

function prepareA2(): void {
  expectTrue(rsaPrepareKey(MODULUS, 256, E_65537, 3, block));
  const input = String.UTF8.encode(A2_INPUT);
  digest(Hash.SHA256, changetype<usize>(input), input.byteLength, HASHED);
}

export function rfc7515_appendix_a2_verifies(): void {
  prepareA2();
  expectEqual<u32>(rsaModulusLength(block), 256);
  expectTrue(rsaVerifyPkcs1(block, Hash.SHA256, HASHED, SIGNATURE, 256));
}

export function a_key_keeps_the_engine_that_prepared_it(): void {
  const both = [Engine.Integer, Engine.Fused];
  for (let i = 0; i < both.length; i++) {
    useEngine(both[i]);
    prepareA2();
    useEngine(both[1 - i]);
    expectEqual<u32>(rsaModulusLength(block), 256);
    // Where nothing is fused the fused engine is wrong, but it does not trap.
    const good = rsaVerifyPkcs1(block, Hash.SHA256, HASHED, SIGNATURE, 256);
    useEngine(Engine.Undecided);
    expectTrue(good || (both[i] == Engine.Fused && chosenEngine() == Engine.Integer), i.toString());
  }
}

export function a_signature_of_another_digest_hash_or_scheme_is_refused(): void {
  prepareA2();
  expectFalse(rsaVerifyPkcs1(block, Hash.SHA384, HASHED, SIGNATURE, 256), "another hash");
  expectFalse(rsaVerifyPss(block, Hash.SHA256, HASHED, SIGNATURE, 256), "another scheme");
  store<u8>(HASHED, load<u8>(HASHED) ^ 1);
  expectFalse(rsaVerifyPkcs1(block, Hash.SHA256, HASHED, SIGNATURE, 256), "another digest");
}

export function every_spoiled_bit_of_a_signature_is_noticed(): void {
  prepareA2();
  for (let bit: usize = 0; bit < 2048; bit++) {
    const at = SIGNATURE + (bit >> 3);
    const good = load<u8>(at);
    const flip: u32 = 1 << ((<u32>bit) & 7);
    const spoiled = (<u32>good) ^ flip;
    store<u8>(at, <u8>spoiled);
    expectFalse(rsaVerifyPkcs1(block, Hash.SHA256, HASHED, SIGNATURE, 256), "bit " + bit.toString());
    store<u8>(at, good);
  }
}

/** RFC 8017 §8.2.2 step 1: exactly as long as the modulus. */
export function a_signature_of_another_length_is_refused(): void {
  prepareA2();
  const longer = heap.alloc(257);
  store<u8>(longer, 0);
  memory.copy(longer + 1, SIGNATURE, 256);
  expectFalse(rsaVerifyPkcs1(block, Hash.SHA256, HASHED, longer, 257), "a zero in front");
  memory.copy(longer, SIGNATURE, 256);
  store<u8>(longer, 0, 256);
  expectFalse(rsaVerifyPkcs1(block, Hash.SHA256, HASHED, longer, 257), "a zero behind");
  for (let length: u32 = 0; length < 256; length++) {
    expectFalse(rsaVerifyPkcs1(block, Hash.SHA256, HASHED, SIGNATURE, length), length.toString());
    expectFalse(rsaVerifyPss(block, Hash.SHA256, HASHED, SIGNATURE, length), length.toString());
  }
}

/** RFC 8017 §5.2.2 step 1: below the modulus (n + s where it fits: tests/vectors/rsa-referee.test.ts). */
export function a_signature_that_is_not_below_the_modulus_is_refused(): void {
  prepareA2();
  const number = heap.alloc(256);
  expectTrue(rsaEncodedMessage(block, MODULUS, 256) == 0, "n");
  memory.copy(number, MODULUS, 256);
  store<u8>(number, load<u8>(number, 255) + 1, 255);
  expectTrue(rsaEncodedMessage(block, number, 256) == 0, "n + 1");
  store<u8>(number, load<u8>(number, 255) - 2, 255);
  expectTrue(rsaEncodedMessage(block, number, 256) != 0, "n - 1");
  memory.fill(number, 0xff, 256);
  expectTrue(rsaEncodedMessage(block, number, 256) == 0, "all ones");
}

export function leading_zeros_of_modulus_and_exponent_do_not_matter(): void {
  const padded = heap.alloc(300);
  memory.fill(padded, 0, 300);
  memory.copy(padded + 44, MODULUS, 256);
  expectTrue(rsaPrepareKey(padded, 300, bytesOfHex("0000010001"), 5, block));
  expectEqual<u32>(rsaModulusLength(block), 256);
  prepareA2();
  expectTrue(rsaPrepareKey(padded, 300, bytesOfHex("0000010001"), 5, block));
  expectTrue(rsaVerifyPkcs1(block, Hash.SHA256, HASHED, SIGNATURE, 256));
}

export function odd_exponents_of_two_to_33_bits_are_taken(): void {
  for (let i = 0; i < EXPONENTS.length; i++) {
    const text = EXPONENTS[i];
    expectTrue(rsaPrepareKey(MODULUS, 256, bytesOfHex(text), text.length / 2, block), text);
  }
  for (let i = 0; i < BAD_EXPONENTS.length; i++) {
    const text = BAD_EXPONENTS[i];
    expectFalse(rsaPrepareKey(MODULUS, 256, bytesOfHex(text), text.length / 2, block), text);
  }
}
const EXPONENTS = ["03", "05", "11", "0101", "0003ff", "010001", "ffffffff", "0100010001", "01ffffffff"];
const BAD_EXPONENTS = [
  "",
  "00",
  "01",
  "02",
  "0000",
  "010000",
  "01000100",
  "0200000001",
  "030000000000000003",
];

export function moduli_that_are_even_too_small_or_too_large_are_refused(): void {
  const size: u32 = MAX_MODULUS_BITS / 8 + 1;
  const modulus = heap.alloc(<usize>size);
  memory.fill(modulus, 0xff, <usize>size);
  const large = heap.alloc(<usize>rsaKeyBlockSize(size));
  expectFalse(rsaPrepareKey(modulus, 0, E_65537, 3, large), "none");
  expectFalse(rsaPrepareKey(modulus, size, E_65537, 3, large), "too large");
  expectTrue(rsaPrepareKey(modulus, size - 1, E_65537, 3, large), "largest");
  expectTrue(rsaPrepareKey(modulus, MIN_MODULUS_LENGTH, E_65537, 3, large), "smallest length");
  expectFalse(rsaPrepareKey(modulus, MIN_MODULUS_LENGTH - 1, E_65537, 3, large), "a byte too small");
  store<u8>(modulus, 1);
  expectTrue(rsaPrepareKey(modulus, MIN_MODULUS_LENGTH, E_65537, 3, large), "smallest");
  store<u8>(modulus, 0);
  expectFalse(rsaPrepareKey(modulus, MIN_MODULUS_LENGTH, E_65537, 3, large), "a bit too small");
  store<u8>(modulus, 0xff);
  store<u8>(modulus, 0xfe, 255);
  expectFalse(rsaPrepareKey(modulus, 256, E_65537, 3, large), "even");
  memory.fill(modulus, 0, <usize>size);
  expectFalse(rsaPrepareKey(modulus, size, E_65537, 3, large), "zero");
}

/** A modulus of all ones has the greatest limbs; what its powers are can be said without a second implementation. */
export function the_greatest_limbs_do_not_overflow_a_column(): void {
  checkGreatestLimbs();
}

export function nor_do_they_in_the_integer_engine(): void {
  useEngine(Engine.Integer);
  checkGreatestLimbs();
}

function checkGreatestLimbs(): void {
  // n = 2^8k - 1 has 2^(8k) = 1 (mod n): (2^j)^65537 = 2^(j·65537 mod 8k), a single bit, at every size.
  for (let length: u32 = 128; length <= MAX_MODULUS_BITS / 8; length += 28) {
    const modulus = heap.alloc(<usize>length);
    memory.fill(modulus, 0xff, <usize>length);
    const key = heap.alloc(<usize>rsaKeyBlockSize(length));
    expectTrue(rsaPrepareKey(modulus, length, E_65537, 3, key));
    const base = heap.alloc(<usize>length);
    memory.fill(base, 0, <usize>length);
    const j: u32 = 8 * length - 3;
    setBit(base, length, j);
    const power = rsaEncodedMessage(key, base, length);
    expectTrue(power != 0);
    const result: u32 = <u32>((<u64>j * 65537) % <u64>(8 * length));
    memory.fill(base, 0, <usize>length);
    setBit(base, length, result);
    expectTrue(bytesEqual(power, base, length), "2^" + (8 * length).toString() + " - 1");
    // (n - 1)^65537 = -1: the greatest base there is.
    memory.fill(base, 0xff, <usize>length);
    store<u8>(base + <usize>(length - 1), 0xfe);
    const minusOne = rsaEncodedMessage(key, base, length);
    expectTrue(
      minusOne != 0 && bytesEqual(minusOne, base, length),
      "-1 modulo 2^" + (8 * length).toString() + " - 1",
    );
    heap.free(base);
    heap.free(key);
    heap.free(modulus);
  }
}

function setBit(number: usize, length: u32, bit: u32): void {
  const byte: u32 = 1 << (bit & 7);
  store<u8>(number + <usize>(length - 1 - (bit >> 3)), <u8>byte);
}
