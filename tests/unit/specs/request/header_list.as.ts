/** The header list: what the host's bytes may say, and what the filter's changes leave behind. */
import { allocate, resetArena } from "../../../../assembly/memory/arena";
import { utf8 } from "../../../../assembly/memory/persistent";
import {
  NO_SPAN,
  Span,
  span,
  spanAddress,
  spanEquals,
  spanIsMissing,
  spanLength,
} from "../../../../assembly/memory/span";
import { serializePairs } from "../../../../assembly/abi/layout/pairs";
import { HeaderList, HeaderState, readHeaderList } from "../../../../assembly/request/header_list";
import { isCorsPreflight } from "../../../../assembly/request/preflight";
import { expectEqual, expectFalse, expectMissing, expectText, expectTrue } from "../../assertions/expect.as";

/** The host's serialised form of `name: value` lines. */
function pairs(lines: string[]): Span {
  const table = allocate(<usize>lines.length * 16 + 16);
  for (let i = 0; i < lines.length; i++) {
    const colon = lines[i].indexOf(": ");
    store<u64>(table + <usize>i * 16, utf8(lines[i].substring(0, colon)));
    store<u64>(table + <usize>i * 16, utf8(lines[i].substring(colon + 2)), 8);
  }
  return serializePairs(table, lines.length);
}

function list(lines: string[]): HeaderList {
  return readHeaderList(pairs(lines));
}

function states(headers: HeaderList): string {
  let text = "";
  for (let i: u32 = 0; i < headers.count; i++) {
    const state = headers.state(i);
    text +=
      state == HeaderState.Original
        ? "o"
        : state == HeaderState.Removed
          ? "r"
          : state == HeaderState.Added
            ? "a"
            : state == HeaderState.Replaced
              ? "x"
              : "d";
  }
  return text;
}

export function what_was_serialised_is_read(): void {
  const headers = list([":method: GET", "x-empty: ", "x: 1", "x: 2"]);
  expectEqual<u32>(headers.count, 4);
  expectText(headers.name(0), ":method");
  expectText(headers.value(1), "");
  expectText(headers.joined(utf8("x")), "1,2");
  expectText(headers.joined(utf8("x-empty")), "");
  expectMissing(headers.joined(utf8("y")));
  expectMissing(headers.joined(utf8("X")), "names are in lower case");
  expectFalse(headers.changed);
  expectEqual<u32>(list([]).count, 0);
}

/** A host that contradicts itself gets no list: every length field, one by one, with hostile values, and every truncation. */
export function a_buffer_that_contradicts_itself_is_refused(): void {
  const good = pairs([":path: /", "authorization: Bearer x"]);
  const length = spanLength(good);
  for (let cut: u32 = 0; cut < length; cut++) {
    expectTrue(
      changetype<usize>(readHeaderList(span(spanAddress(good), cut))) == 0,
      "cut to " + cut.toString(),
    );
  }
  expectTrue(changetype<usize>(readHeaderList(NO_SPAN)) == 0);
  const hostile: u32[] = [u32.MAX_VALUE, u32.MAX_VALUE - 1, 0x80000000, 0x7fffffff, length, 1000000];
  for (let field: usize = 0; field < 5; field++) {
    for (let i = 0; i < hostile.length; i++) {
      const copy = allocate(<usize>length);
      memory.copy(copy, spanAddress(good), <usize>length);
      store<u32>(copy + field * 4, hostile[i]);
      expectTrue(
        changetype<usize>(readHeaderList(span(copy, length))) == 0,
        field.toString() + ": " + hostile[i].toString(),
      );
    }
  }
}

export function remove_takes_all_of_a_name(): void {
  const headers = list(["a: 1", "b: 2", "a: 3"]);
  expectTrue(headers.remove(utf8("a")));
  expectEqual<string>(states(headers), "ror");
  expectTrue(headers.changed);
  expectMissing(headers.joined(utf8("a")));
  expectFalse(headers.remove(utf8("a")), "twice");
  expectFalse(headers.remove(utf8("c")));
}

export function what_was_added_and_removed_never_reaches_the_host(): void {
  const headers = list(["x-jwt-payload: forged"]);
  headers.remove(utf8("x-jwt-payload"));
  headers.add(utf8("x-jwt-payload"), utf8("real"));
  expectText(headers.joined(utf8("x-jwt-payload")), "real");
  expectTrue(headers.remove(utf8("x-jwt-payload")));
  expectEqual<string>(states(headers), "rd");
  expectMissing(headers.joined(utf8("x-jwt-payload")));
}

export function replace_exchanges_the_first(): void {
  const headers = list([":path: /a", "x: 1"]);
  expectTrue(headers.replace(utf8(":path"), utf8("/b")));
  expectEqual<string>(states(headers), "xo");
  expectText(headers.joined(utf8(":path")), "/b");
  expectTrue(headers.replace(utf8(":path"), utf8("/c")));
  expectText(headers.joined(utf8(":path")), "/c");
  expectFalse(headers.replace(utf8("none"), utf8("v")));
  headers.add(utf8("new"), utf8("1"));
  headers.replace(utf8("new"), utf8("2"));
  expectEqual<string>(states(headers), "xoa");
  headers.remove(utf8(":path"));
  expectFalse(headers.replace(utf8(":path"), utf8("/d")), "after its removal");
}

export function more_headers_than_there_was_room_for(): void {
  const headers = list(["a: 0"]);
  for (let i = 1; i < 500; i++) expectTrue(headers.add(utf8("a"), utf8(i.toString())));
  expectEqual<u32>(headers.count, 500);
  expectEqual<u32>(spanLength(headers.joined(utf8("a"))), 10 + 90 * 2 + 400 * 3 + 499);
  expectTrue(headers.remove(utf8("a")));
  expectEqual<i32>(headers.find(utf8("a")), -1);
}

export function cors_preflights(): void {
  const origin = "origin: https://a.example";
  const method = "access-control-request-method: GET";
  expectTrue(isCorsPreflight(list([":method: OPTIONS", origin, method])));
  expectFalse(isCorsPreflight(list([":method: GET", origin, method])));
  expectFalse(isCorsPreflight(list([":method: options", origin, method])));
  expectFalse(isCorsPreflight(list([":method: OPTIONS", "origin: ", method])));
  expectFalse(isCorsPreflight(list([":method: OPTIONS", origin, "access-control-request-method: "])));
  expectFalse(isCorsPreflight(list([":method: OPTIONS", method])));
  expectFalse(isCorsPreflight(list([origin, method])));
  resetArena();
}

/** Texts that share buckets, lengths and beginnings. */
const DRAWN: string[] = [
  "a",
  "b",
  "ab",
  "bb",
  "cab",
  "x-jwt-payload",
  "y-jwt-payload",
  ":path",
  "authorization",
  "e",
];
let state: u64 = 1;

/** Lehmer's generator (Park and Miller 1988). @returns a number below `limit` */
function drawn(limit: i32): i32 {
  state = (state * 48271) % 2147483647;
  return <i32>(state % <u64>limit);
}

/** Whatever is asked and changed, a list that is searched by buckets says the same as one that is searched from end to end. */
export function buckets_change_nothing(): void {
  for (let run = 0; run < 300; run++) {
    const lines: string[] = [];
    for (let i = drawn(40); i > 0; i--) lines.push(DRAWN[drawn(DRAWN.length)] + ": v" + i.toString());
    const plain = list(lines);
    const filed = list(lines);
    filed.fileAll();
    expectTrue(plain.buckets == 0 && filed.buckets != 0);
    for (let step = 0; step < 40; step++) {
      const name = utf8(DRAWN[drawn(DRAWN.length)]);
      const value = utf8("w" + step.toString());
      const what = drawn(5);
      if (what == 0) expectEqual<bool>(filed.remove(name), plain.remove(name));
      else if (what == 1) expectEqual<bool>(filed.replace(name, value), plain.replace(name, value));
      else if (what == 2) expectEqual<bool>(filed.add(name, value), plain.add(name, value));
      else if (what == 3) {
        const from = drawn(<i32>plain.count + 2);
        expectEqual<i32>(filed.find(name, from), plain.find(name, from));
      } else if (spanIsMissing(plain.joined(name))) expectMissing(filed.joined(name));
      else expectEqual<bool>(spanEquals(filed.joined(name), plain.joined(name)), true);
      expectEqual<string>(states(filed), states(plain));
    }
    resetArena();
  }
}

export function long_lists_have_buckets(): void {
  const lines: string[] = [];
  for (let i = 0; i < 48; i++) lines.push("x-" + i.toString() + ": 1");
  expectTrue(list(lines).buckets == 0);
  lines.push("x-0: 2");
  const long = list(lines);
  expectTrue(long.buckets != 0);
  expectText(long.joined(utf8("x-0")), "1,2");
  expectMissing(long.joined(utf8("x-48")));
  expectMissing(long.joined(utf8("")));
}
