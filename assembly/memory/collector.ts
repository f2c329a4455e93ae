/**
 * When managed objects that nobody refers to any more are given back. The runtime is AssemblyScript's `minimal`: its collector runs when it is
 * asked to, and does not know what is referred to from the stack. So it is asked between two callbacks only, when there is nothing on the
 * stack, and only when enough has been allocated: what a collection costs grows with what lives, not with what has died.
 *
 * Requests and ticks allocate nothing here (arena.ts) unless the debug log is on; configurations and key sets do
 * (docs/decisions/0016-compiler-options.md).
 */

/** What may be allocated between two collections: this, or where that is more, a quarter of the memory; in bytes. */
const LEAST_ALLOWANCE: usize = 256 * 1024;
const SHARE_OF_MEMORY: u32 = 2;
const PAGE_BITS: u32 = 16;

/** Bytes allocated since the last collection, and how many may be before the next. */
let allocated: usize = 0;
let allowance: usize = LEAST_ALLOWANCE;

/** Called with every allocation of a managed object (counted_allocation.ts). */
// @ts-ignore: decorator
@inline
export function countAllocation(size: usize): void {
  allocated += size;
}

/** Collects if enough has been allocated. Only for when no callback is under way: what only the stack refers to is given back too. */
// @ts-ignore: decorator
@inline
export function collectIfDue(): void {
  if (allocated > allowance) collect();
}

function collect(): void {
  __collect();
  allocated = 0;
  allowance = max(LEAST_ALLOWANCE, ((<usize>memory.size()) << PAGE_BITS) >> SHARE_OF_MEMORY);
}
