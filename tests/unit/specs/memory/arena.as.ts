/** The arena: what a callback takes is given back when the outermost one returns. */
import {
  ARENA_LIMIT,
  allocate,
  arenaExhausted,
  arenaHeldBytes,
  copyToArena,
  enterCallback,
  leaveCallback,
  markArena,
  resetArena,
  rewindArena,
} from "../../../../assembly/memory/arena";
import { NO_SPAN, span, spanAddress, spanLength } from "../../../../assembly/memory/span";
import { utf8 } from "../../../../assembly/memory/persistent";
import { expectEqual, expectFalse, expectMissing, expectText, expectTrue } from "../../assertions/expect.as";

const KEPT: usize = 256 * 1024;

export function blocks_are_aligned_and_apart(): void {
  let before: usize = 0;
  for (let size: usize = 0; size < 100; size++) {
    const block = allocate(size);
    expectEqual<usize>(block & 15, 0);
    if (before != 0 && size > 1) expectTrue(block >= before + (size - 1), size.toString());
    memory.fill(block, <u8>size, size);
    before = block;
  }
}

export function nothing_allocated_twice_over_many_chunks(): void {
  const blocks = new StaticArray<usize>(300);
  for (let i = 0; i < 300; i++) {
    const block = allocate(1000);
    store<u32>(block, i);
    store<u32>(block + 996, i);
    blocks[i] = block;
  }
  for (let i = 0; i < 300; i++) {
    expectEqual<i32>(load<i32>(blocks[i]), i);
    expectEqual<i32>(load<i32>(blocks[i] + 996), i);
  }
}

export function the_outermost_callback_resets_it(): void {
  enterCallback();
  const first = allocate(64);
  leaveCallback();
  enterCallback();
  expectEqual<usize>(allocate(64), first);
  leaveCallback();
}

export function a_nested_callback_does_not(): void {
  enterCallback();
  const outer = allocate(64);
  store<u64>(outer, 0x1122334455667788);
  enterCallback();
  const inner = allocate(64);
  store<u64>(inner, 0);
  leaveCallback();
  const after = allocate(64);
  store<u64>(after, 0);
  expectTrue(inner != outer && after != outer && after != inner);
  expectEqual<u64>(load<u64>(outer), 0x1122334455667788);
  leaveCallback();
  enterCallback();
  expectEqual<usize>(allocate(64), outer);
  leaveCallback();
}

export function more_than_the_limit_is_refused_and_harms_nothing(): void {
  enterCallback();
  expectEqual<usize>(allocate(ARENA_LIMIT + 1), 0);
  expectEqual<usize>(allocate(usize.MAX_VALUE), 0);
  expectEqual<usize>(allocate(<usize>0x80000000), 0);
  const block = allocate(32);
  expectTrue(block != 0);
  expectMissing(copyToArena(span(block, u32.MAX_VALUE)));
  leaveCallback();
}

export function that_there_was_no_memory_is_remembered_to_the_end_of_the_request(): void {
  enterCallback();
  allocate(16);
  const mark = markArena();
  expectFalse(arenaExhausted);
  allocate(ARENA_LIMIT + 1);
  expectTrue(allocate(16) != 0);
  expectTrue(arenaExhausted, "also when there is memory again");
  rewindArena(mark);
  expectFalse(arenaExhausted, "another request of the same callback");
  while (allocate(1 << 20) != 0);
  expectTrue(arenaExhausted);
  leaveCallback();
  expectFalse(arenaExhausted);
}

/** In steps, up to the limit: then 0, and after the callback everything is given back. */
export function many_blocks_meet_the_limit_too(): void {
  enterCallback();
  let taken: usize = 0;
  while (allocate(1 << 20) != 0) taken += 1 << 20;
  expectTrue(taken <= ARENA_LIMIT);
  expectTrue(taken > ARENA_LIMIT / 2);
  expectEqual<usize>(allocate(1 << 20), 0);
  leaveCallback();
  expectTrue(arenaHeldBytes() <= KEPT, arenaHeldBytes().toString());
  expectTrue(allocate(1 << 20) != 0);
}

export function excess_is_given_back_and_serves_again(): void {
  for (let i = 0; i < 200; i++) {
    enterCallback();
    expectTrue(allocate(8 << 20) != 0);
    leaveCallback();
    expectTrue(arenaHeldBytes() <= KEPT);
  }
  // 200 times 8 MiB went through: the memory holds one of them.
  expectTrue(memory.size() < 512, memory.size().toString());
}

export function kept_chunks_that_are_too_small_are_passed_over(): void {
  enterCallback();
  allocate(60 * 1024);
  allocate(60 * 1024);
  allocate(60 * 1024);
  leaveCallback();
  const held = arenaHeldBytes();
  enterCallback();
  const large = allocate(100 * 1024);
  memory.fill(large, 1, 100 * 1024);
  const small = allocate(16);
  expectTrue(small >= large + 100 * 1024 || small + 16 <= large);
  leaveCallback();
  expectTrue(arenaHeldBytes() <= KEPT && arenaHeldBytes() >= held);
}

export function a_copy_is_equal_and_apart(): void {
  const text = utf8("header value");
  const copy = copyToArena(text);
  expectText(copy, "header value");
  expectTrue(spanAddress(copy) != spanAddress(text));
  const empty = copyToArena(utf8(""));
  expectTrue(empty != NO_SPAN && spanLength(empty) == 0);
  resetArena();
}
