/** SHA-2 against the examples of FIPS 180-4 (NIST, "Examples with Intermediate Values") and against itself in pieces. */
import { Hash, MAX_DIGEST_SIZE, digest, digestSize } from "../../../../assembly/crypto/hash/hash";
import {
  SHA256_DIGEST_SIZE,
  SHA256_STATE_SIZE,
  sha256,
  sha256Begin,
  sha256Finish,
  sha256Update,
} from "../../../../assembly/crypto/hash/sha256";
import {
  SHA512_DIGEST_SIZE,
  SHA512_STATE_SIZE,
  sha512,
  sha512Begin,
  sha512Finish,
  sha512Update,
} from "../../../../assembly/crypto/hash/sha512";
import { bytesEqual } from "../../../../assembly/memory/span";
import { bytesOfHex, expectBytes, expectEqual, expectTrue } from "../../assertions/expect.as";

const out = heap.alloc(<usize>MAX_DIGEST_SIZE);

function expectDigest(hash: Hash, text: string, expected: string): void {
  const data = String.UTF8.encode(text);
  digest(hash, changetype<usize>(data), data.byteLength, out);
  expectEqual<u32>(digestSize(hash), expected.length / 2);
  expectBytes(out, digestSize(hash), expected, text);
}

export function sha256_of_nothing_one_block_and_two_blocks(): void {
  expectDigest(Hash.SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expectDigest(Hash.SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expectDigest(
    Hash.SHA256,
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  );
}

export function sha384_of_one_block_and_two_blocks(): void {
  expectDigest(
    Hash.SHA384,
    "abc",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
  );
  expectDigest(
    Hash.SHA384,
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
  );
}

export function sha512_of_one_block_and_two_blocks(): void {
  expectDigest(
    Hash.SHA512,
    "abc",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  );
  expectDigest(
    Hash.SHA512,
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
  );
}

/** The million "a" of FIPS 180-2, appendix B.3. */
export function sha256_of_a_million_a(): void {
  const data = heap.alloc(1000000);
  memory.fill(data, 0x61, 1000000);
  sha256(data, 1000000, out);
  expectBytes(out, SHA256_DIGEST_SIZE, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

export function any_cut_into_two_pieces_gives_the_same_digest(): void {
  const length: u32 = 300;
  const data = heap.alloc(<usize>length);
  for (let i: u32 = 0; i < length; i++) store<u8>(data + <usize>i, <u8>(i * 7));
  const state = heap.alloc(<usize>max(SHA256_STATE_SIZE, SHA512_STATE_SIZE));
  const whole256 = heap.alloc(<usize>SHA256_DIGEST_SIZE);
  const whole512 = heap.alloc(<usize>SHA512_DIGEST_SIZE);
  sha256(data, length, whole256);
  sha512(data, length, whole512);
  for (let cut: u32 = 0; cut <= length; cut++) {
    sha256Begin(state);
    sha256Update(state, data, cut);
    sha256Update(state, data + <usize>cut, length - cut);
    sha256Finish(state, out);
    expectTrue(bytesEqual(out, whole256, SHA256_DIGEST_SIZE), "SHA-256 cut at " + cut.toString());
    sha512Begin(state);
    sha512Update(state, data, cut);
    sha512Update(state, data + <usize>cut, length - cut);
    sha512Finish(state, out, SHA512_DIGEST_SIZE);
    expectTrue(bytesEqual(out, whole512, SHA512_DIGEST_SIZE), "SHA-512 cut at " + cut.toString());
  }
}

export function a_digest_may_overwrite_its_message(): void {
  const data = bytesOfHex("616263");
  const place = heap.alloc(32);
  memory.copy(place, data, 3);
  sha256(place, 3, place);
  expectBytes(place, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
