/**
 * The runtime's two ways to allocate a managed object, counted. `use` in asconfig.json puts these in the place of the runtime's own, whatever
 * allocates: `new`, literals, growing arrays, texts. Specs are compiled without them, with a runtime that collects by itself.
 */
import { __new as allocateManaged, __renew as resizeManaged } from "rt/tcms";
import { countAllocation } from "./collector";

export function countedNew(size: usize, id: i32): usize {
  countAllocation(size);
  return allocateManaged(size, id);
}

export function countedRenew(object: usize, size: usize): usize {
  countAllocation(size);
  return resizeManaged(object, size);
}
