/** Which context belongs to which plugin: two roots in one VM, thousands of streams, contexts that go in any order. */
import { addPlugin, addStream, pluginOf, removeContext } from "../../../../assembly/abi/contexts";
import { Plugin } from "../../../../assembly/abi/plugin";
import { HeadersStatus } from "../../../../assembly/abi/calls/stream";
import { Span } from "../../../../assembly/memory/span";
import { expectEqual, expectTrue } from "../../assertions/expect.as";

class TestPlugin extends Plugin {
  onConfigure(_configuration: Span): bool {
    return true;
  }
  onTick(): void {}
  onRequestHeaders(_stream: u32): HeadersStatus {
    return HeadersStatus.Continue;
  }
  onHttpCallResponse(_call: u32, _headers: u32, _bodyLength: u32): void {}
  onStreamEnd(_stream: u32): void {}
  onEnd(): void {}
}

function addRoot(id: u32): void {
  const plugin = new TestPlugin();
  plugin.contextId = id;
  addPlugin(plugin);
}

/** Root id of the plugin that a context belongs to, 0 if it belongs to none. */
function rootOf(context: u32): u32 {
  const plugin = pluginOf(context);
  return plugin === null ? 0 : plugin.contextId;
}

export function nothing_is_known_at_first(): void {
  expectEqual<u32>(rootOf(0), 0);
  expectEqual<u32>(rootOf(1), 0);
  removeContext(1);
  removeContext(0);
}

export function two_roots_keep_their_streams_apart(): void {
  addRoot(1);
  addRoot(2);
  addStream(3, 1);
  addStream(4, 2);
  addStream(5, 99);
  expectEqual<u32>(rootOf(1), 1);
  expectEqual<u32>(rootOf(2), 2);
  expectEqual<u32>(rootOf(3), 1);
  expectEqual<u32>(rootOf(4), 2);
  expectEqual<u32>(rootOf(5), 0, "a stream of no root");
}

export function a_root_that_goes_leaves_the_other(): void {
  addRoot(1);
  addRoot(2);
  addStream(3, 1);
  addStream(4, 2);
  removeContext(1);
  expectEqual<u32>(rootOf(1), 0);
  expectEqual<u32>(rootOf(3), 0, "its streams belong to nobody");
  expectEqual<u32>(rootOf(4), 2);
  addRoot(7);
  addStream(8, 7);
  expectEqual<u32>(rootOf(8), 7);
  expectEqual<u32>(rootOf(4), 2);
  removeContext(3);
  expectEqual<u32>(rootOf(7), 7);
}

/** Envoy ends streams before their root; a host that does not must not have them judged by another configuration. */
export function the_streams_of_a_root_that_went_first_are_nobodys(): void {
  addRoot(1);
  addRoot(2);
  // Enough to fill the table more than once, and to lie over its end.
  for (let id: u32 = 10; id < 1000; id++) addStream(id, 1 + (id & 1));
  removeContext(1);
  addRoot(5);
  for (let id: u32 = 10; id < 1000; id++) {
    expectEqual<u32>(rootOf(id), (id & 1) == 0 ? 0 : 2, id.toString());
    removeContext(id);
    expectEqual<u32>(rootOf(id), 0);
  }
  expectEqual<u32>(rootOf(2), 2);
  expectEqual<u32>(rootOf(5), 5);
}

/** A model in an array beside the table: 200,000 steps, at most some thousand streams at a time. */
export function thousands_of_streams_come_and_go_in_any_order(): void {
  addRoot(1);
  addRoot(2);
  const ids: u32[] = [];
  let random: u32 = 12345;
  let next: u32 = 3;
  for (let step = 0; step < 200000; step++) {
    random = random * 1664525 + 1013904223;
    const grows = (step / 20000) % 2 == 0;
    if (ids.length == 0 || random >> 28 < (grows ? 10 : 5)) {
      addStream(next, 1 + (next & 1));
      ids.push(next);
      next += 1 + ((random >> 10) & 3);
    } else {
      const at = <i32>((random >> 4) % <u32>ids.length);
      const gone = ids[at];
      ids[at] = ids[ids.length - 1];
      ids.pop();
      expectEqual<u32>(rootOf(gone), 1 + (gone & 1));
      removeContext(gone);
      expectEqual<u32>(rootOf(gone), 0);
    }
    if (step % 5000 == 0) {
      for (let i = 0; i < ids.length; i++)
        expectEqual<u32>(rootOf(ids[i]), 1 + (ids[i] & 1), step.toString());
    }
  }
  while (ids.length > 0) removeContext(ids.pop());
  for (let id: u32 = 3; id < next; id++) expectEqual<u32>(rootOf(id), 0);
  expectEqual<u32>(rootOf(1), 1);
  expectEqual<u32>(rootOf(2), 2);
}

/** A million streams, one after the other: the table does not grow. */
export function many_streams_one_after_the_other_cost_no_memory(): void {
  addRoot(1);
  const pages = memory.size();
  for (let id: u32 = 2; id < 1000000; id++) {
    addStream(id, 1);
    removeContext(id);
  }
  expectEqual<i32>(memory.size(), pages);
}

/** Ids whose homes are the same slot, at the end of the table: the search wraps around. */
export function contexts_whose_places_collide(): void {
  addRoot(1);
  const ids: u32[] = [];
  for (let id: u32 = 2; ids.length < 25; id++) {
    if ((((id * 0x9e3779b1) >> 7) & 63) >= 60) ids.push(id);
  }
  for (let i = 0; i < ids.length; i++) addStream(ids[i], 1);
  for (let i = 0; i < ids.length; i += 2) removeContext(ids[i]);
  for (let i = 0; i < ids.length; i++) expectEqual<u32>(rootOf(ids[i]), i % 2 == 0 ? 0 : 1, i.toString());
  for (let i = 1; i < ids.length; i += 2) removeContext(ids[i]);
  expectTrue(rootOf(1) == 1);
}
