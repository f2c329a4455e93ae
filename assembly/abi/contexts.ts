/**
 * Which context belongs to which plugin. Streams come and go with every request, so their table is flat memory (open addressing,
 * linear probing, deletion by shifting back): no managed object per request.
 *
 *     slot, 8 bytes: u32 context id (0: free) | u32 index of the plugin
 */
import { Plugin } from "./plugin";

const INITIAL_SLOTS: u32 = 64;

/** Plugins by index; a gap (null) is used again. */
const plugins: (Plugin | null)[] = [];

let slots: usize = 0;
let mask: u32 = 0;
let used: u32 = 0;

// @ts-ignore: decorator
@inline
function slotAddress(index: u32): usize {
  return slots + ((<usize>(index & mask)) << 3);
}

/** Context ids are small consecutive numbers: multiplying spreads them over the table. */
// @ts-ignore: decorator
@inline
function homeOf(context: u32): u32 {
  return (context * 0x9e3779b1) >> 7;
}

export function addPlugin(plugin: Plugin): void {
  let index = plugins.indexOf(null);
  if (index < 0) {
    index = plugins.length;
    plugins.push(plugin);
  } else {
    plugins[index] = plugin;
  }
  insert(plugin.contextId, <u32>index);
}

/** A stream of the plugin whose root context is `root`; ignored if there is none. */
export function addStream(stream: u32, root: u32): void {
  const index = find(root);
  if (index >= 0) insert(stream, <u32>index);
}

/** The plugin that a root context or a stream belongs to, or null. */
export function pluginOf(context: u32): Plugin | null {
  const index = find(context);
  return index >= 0 && index < plugins.length ? plugins[index] : null;
}

/** Forgets a context; with a root context its plugin, and streams that are still there: the next plugin takes the index, and not them. */
export function removeContext(context: u32): void {
  const index = find(context);
  if (index < 0) return;
  const plugin = plugins[index];
  if (plugin !== null && plugin.contextId == context) {
    plugins[index] = null;
    eraseAll(<u32>index);
  } else {
    erase(context);
  }
}

function find(context: u32): i32 {
  if (slots == 0 || context == 0) return -1;
  let i = homeOf(context);
  while (true) {
    const at = slotAddress(i++);
    const found = load<u32>(at);
    if (found == context) return load<u32>(at, 4);
    if (found == 0) return -1;
  }
}

function insert(context: u32, plugin: u32): void {
  if (context == 0) return;
  if (slots == 0 || used * 2 >= mask) grow();
  for (let i = homeOf(context); ; i++) {
    const at = slotAddress(i);
    const found = load<u32>(at);
    if (found == context || found == 0) {
      if (found == 0) used++;
      store<u32>(at, context);
      store<u32>(at, plugin, 4);
      return;
    }
  }
}

function grow(): void {
  const oldSlots = slots;
  const oldCount: u32 = slots == 0 ? 0 : mask + 1;
  const count: u32 = oldCount == 0 ? INITIAL_SLOTS : oldCount * 2;
  slots = heap.alloc((<usize>count) << 3);
  memory.fill(slots, 0, (<usize>count) << 3);
  mask = count - 1;
  used = 0;
  for (let i: u32 = 0; i < oldCount; i++) {
    const at = oldSlots + ((<usize>i) << 3);
    if (load<u32>(at) != 0) insert(load<u32>(at), load<u32>(at, 4));
  }
  if (oldSlots != 0) heap.free(oldSlots);
}

function erase(context: u32): void {
  let hole = homeOf(context);
  while (load<u32>(slotAddress(hole)) != context) hole++;
  for (let i = hole + 1; ; i++) {
    const at = slotAddress(i);
    const found = load<u32>(at);
    if (found == 0) break;
    // An entry may move into the hole unless its home lies between the hole and its place.
    if (((i - homeOf(found)) & mask) >= ((i - hole) & mask)) {
      store<u64>(slotAddress(hole), load<u64>(at));
      hole = i;
    }
  }
  store<u64>(slotAddress(hole), 0);
  used--;
}

/** Erases all contexts of a plugin. */
function eraseAll(plugin: u32): void {
  for (let i: u32 = 0; i <= mask; i++) {
    const at = slotAddress(i);
    // Another may have moved to this place. Those that move over the end of the table have been looked at.
    while (load<u32>(at) != 0 && load<u32>(at, 4) == plugin) erase(load<u32>(at));
  }
}
