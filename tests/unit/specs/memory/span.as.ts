/** Spans, the byte writer, hashing, and memory with an owner. */
import {
  beginText,
  endText,
  writeByte,
  writeSpan,
  writeUnsigned,
} from "../../../../assembly/memory/byte_writer";
import { hashBytes, hashBytes64, seedHash } from "../../../../assembly/memory/hash";
import { keepSpan, releaseSpan, utf8 } from "../../../../assembly/memory/persistent";
import { Region } from "../../../../assembly/memory/region";
import {
  NO_SPAN,
  bytesEqual,
  span,
  spanAddress,
  spanEndsWith,
  spanEquals,
  spanEqualsIgnoreCase,
  spanIndexOf,
  spanIsMissing,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../../../assembly/memory/span";
import { expectEqual, expectFalse, expectMissing, expectText, expectTrue } from "../../assertions/expect.as";

const text = utf8("abcdefghijklmnop");
const empty = utf8("");

export function address_and_length_of_the_largest(): void {
  const largest = span(<usize>0xffffffff, 0xffffffff);
  expectEqual<usize>(spanAddress(largest), 0xffffffff);
  expectEqual<u32>(spanLength(largest), 0xffffffff);
}

export function missing_and_empty_are_different(): void {
  expectTrue(spanIsMissing(NO_SPAN));
  expectFalse(spanIsMissing(empty));
  expectFalse(spanEquals(NO_SPAN, empty));
  expectTrue(spanEquals(NO_SPAN, NO_SPAN));
  expectTrue(spanEquals(empty, utf8("")));
  expectMissing(keepSpan(NO_SPAN));
  expectText(keepSpan(empty), "");
}

export function a_part_never_reaches_outside(): void {
  expectText(subspan(text, 0, 3), "abc");
  expectText(subspan(text, 13, 100), "nop");
  expectText(subspan(text, 100, 200), "");
  expectText(subspan(text, 5, 2), "");
  expectText(subspan(text, 16, 16), "");
  expectEqual<usize>(spanAddress(subspan(text, u32.MAX_VALUE, u32.MAX_VALUE)), spanAddress(text) + 16);
}

export function comparison_sees_every_byte(): void {
  for (let length: u32 = 0; length <= 40; length++) {
    const a = heap.alloc(64);
    const b = heap.alloc(64);
    memory.fill(a, 0x61, 64);
    memory.fill(b, 0x61, 64);
    expectTrue(bytesEqual(a, b, length));
    for (let i: u32 = 0; i < 48; i++) {
      store<u8>(b + <usize>i, 0x62);
      expectEqual<bool>(bytesEqual(a, b, length), i >= length, length.toString() + " at " + i.toString());
      store<u8>(b + <usize>i, 0x61);
    }
  }
}

export function prefix_suffix_and_index(): void {
  expectTrue(spanStartsWith(text, utf8("abc")) && spanStartsWith(text, text) && spanStartsWith(text, empty));
  expectFalse(spanStartsWith(text, utf8("b")) || spanStartsWith(utf8("ab"), utf8("abc")));
  expectTrue(spanEndsWith(text, utf8("nop")) && spanEndsWith(text, text) && spanEndsWith(text, empty));
  expectFalse(spanEndsWith(text, utf8("no")) || spanEndsWith(utf8("bc"), utf8("abc")));
  expectEqual<i32>(spanIndexOf(text, 0x61), 0);
  expectEqual<i32>(spanIndexOf(text, 0x70), 15);
  expectEqual<i32>(spanIndexOf(text, 0x61, 1), -1);
  expectEqual<i32>(spanIndexOf(text, 0x61, 100), -1);
  expectEqual<i32>(spanIndexOf(empty, 0x61), -1);
}

export function a_byte_is_found_wherever_it_is_and_not_outside(): void {
  const bytes = heap.alloc(80);
  for (let length: u32 = 0; length < 66; length++) {
    for (let at: u32 = 0; at < 70; at++) {
      memory.fill(bytes, 0x2d, 80);
      store<u8>(bytes + <usize>at, 0x2e);
      const inside = at < length;
      expectEqual<i32>(spanIndexOf(span(bytes, length), 0x2e), inside ? <i32>at : -1);
      expectEqual<i32>(spanIndexOf(span(bytes, length), 0x2e, at), inside ? <i32>at : -1);
      expectEqual<i32>(spanIndexOf(span(bytes, length), 0x2e, at + 1), -1);
    }
  }
  heap.free(bytes);
}

export function only_ascii_letters_have_cases(): void {
  expectTrue(spanEqualsIgnoreCase(utf8("X-Jwt-Payload"), utf8("x-jwt-PAYLOAD")));
  expectFalse(spanEqualsIgnoreCase(utf8("[@`{"), utf8("{`@[")));
  expectFalse(spanEqualsIgnoreCase(utf8("É"), utf8("é")));
  expectFalse(spanEqualsIgnoreCase(utf8("a"), utf8("ab")));
}

export function a_hash_depends_on_every_byte_and_on_the_length(): void {
  const bytes = heap.alloc(40);
  memory.fill(bytes, 0, 40);
  for (let length: u32 = 1; length < 40; length++) {
    const hash = hashBytes64(span(bytes, length));
    expectTrue(hash != hashBytes64(span(bytes, length - 1)), "length " + length.toString());
    for (let i: u32 = 0; i < length; i++) {
      store<u8>(bytes + <usize>i, 1);
      expectTrue(hash != hashBytes64(span(bytes, length)), length.toString() + " at " + i.toString());
      store<u8>(bytes + <usize>i, 0);
    }
  }
}

export function another_seed_gives_another_order(): void {
  const before = hashBytes(text);
  seedHash(1);
  const after = hashBytes(text);
  expectTrue(before != after);
  expectEqual<u32>(hashBytes(text), after);
}

export function texts_are_written_in_pieces(): void {
  beginText();
  expectText(endText(), "");
  beginText();
  writeByte(0x2d);
  writeUnsigned(0);
  writeByte(0x20);
  writeUnsigned(u64.MAX_VALUE);
  writeByte(0x20);
  writeUnsigned(10);
  writeSpan(empty);
  expectText(endText(), "-0 18446744073709551615 10");
}

export function a_text_may_grow_over_every_buffer(): void {
  beginText();
  for (let i = 0; i < 5000; i++) writeSpan(text);
  const whole = endText();
  expectEqual<u32>(spanLength(whole), 80000);
  for (let i: u32 = 0; i < 5000; i++)
    expectTrue(spanEquals(subspan(whole, i * 16, i * 16 + 16), text), i.toString());
}

export function a_region_gives_zeroed_memory_and_all_of_it_back(): void {
  const region = new Region();
  for (let round = 0; round < 50; round++) {
    for (let size: usize = 0; size < 10000; size += 977) {
      const block = region.allocate(size);
      expectEqual<usize>(block & 15, 0);
      for (let i: usize = 0; i < size; i++) expectEqual<u8>(load<u8>(block + i), 0);
      memory.fill(block, 0xff, size);
    }
    expectText(region.keep(text), "abcdefghijklmnop");
    expectText(region.keepText("é😀"), "é😀");
    expectText(region.keep(empty), "");
    expectMissing(region.keep(NO_SPAN));
    expectTrue(region.heldBytes > 0);
    region.release();
    expectEqual<usize>(region.heldBytes, 0);
  }
  expectTrue(memory.size() < 16, memory.size().toString());
  releaseSpan(NO_SPAN);
}
