/** The JSON reader's tape, its limits and its strings (which texts it accepts: claims/json-suite.test.ts, claims/json-property.test.ts). */
import {
  JsonDocument,
  JsonError,
  JsonKind,
  MAX_DEPTH,
  NO_NODE,
  ROOT,
  parseJson,
} from "../../../../assembly/claims/json";
import { resetArena } from "../../../../assembly/memory/arena";
import { utf8 } from "../../../../assembly/memory/persistent";
import { Span, span, spanAddress, spanLength } from "../../../../assembly/memory/span";
import { bytesOfHex, expectEqual, expectMissing, expectText, expectTrue } from "../../assertions/expect.as";

function read(text: string): JsonDocument {
  return parseJson(utf8(text));
}

function expectError(text: string, error: JsonError, offset: u32): void {
  const document = read(text);
  expectEqual<i32>(document.error, error, text);
  expectEqual<u32>(document.errorOffset, offset, text);
}

/** One node: kind, index behind its subtree, size. */
function expectNode(document: JsonDocument, node: u32, kind: JsonKind, next: u32, size: u32): void {
  const what = "node " + node.toString();
  expectEqual<i32>(document.kind(node), kind, what);
  expectEqual<u32>(document.next(node), next, what);
  expectEqual<u32>(document.size(node), size, what);
}

export function the_tape_is_in_document_order(): void {
  const document = read(' {"a" : [1, {}, "x"] , "b":null,"c":[],"d":{"e":true,"f":false}} ');
  expectEqual<i32>(document.error, JsonError.None);
  expectEqual<u32>(document.count, 17);
  expectNode(document, 1, JsonKind.Object, 17, 4);
  expectNode(document, 2, JsonKind.String, 3, 0);
  expectNode(document, 3, JsonKind.Array, 7, 3);
  expectNode(document, 4, JsonKind.Number, 5, 0);
  expectNode(document, 5, JsonKind.Object, 6, 0);
  expectNode(document, 6, JsonKind.String, 7, 0);
  expectNode(document, 8, JsonKind.Null, 9, 0);
  expectNode(document, 10, JsonKind.Array, 11, 0);
  expectNode(document, 12, JsonKind.Object, 17, 2);
  expectText(document.text(6), "x");
  expectText(document.text(4), "1");
  expectMissing(document.text(5));
  expectEqual<u32>(document.firstChild(3), 4);
  expectEqual<u32>(document.firstChild(10), NO_NODE);
}

export function members_are_found_by_their_unescaped_names(): void {
  const document = read('{"plain":1,"esc\\u0061ped\\n":2,"":3,"nested":{"plain":4}}');
  expectEqual<f64>(document.number(document.member(ROOT, utf8("plain"))), 1);
  expectEqual<f64>(document.number(document.member(ROOT, utf8("escaped\n"))), 2);
  expectEqual<f64>(document.number(document.member(ROOT, utf8(""))), 3);
  expectEqual<u32>(document.member(ROOT, utf8("esc\\u0061ped\\n")), NO_NODE);
  const nested = document.member(ROOT, utf8("nested"));
  expectEqual<f64>(document.number(document.member(nested, utf8("plain"))), 4);
  expectEqual<u32>(
    document.member(document.member(ROOT, utf8("plain")), utf8("plain")),
    NO_NODE,
    "of a number",
  );
  expectEqual<u32>(document.member(NO_NODE, utf8("plain")), NO_NODE, "of no node");
}

export function no_node_is_nothing_of_any_kind(): void {
  const document = read("[]");
  expectEqual<i32>(document.kind(NO_NODE), JsonKind.None);
  expectMissing(document.text(NO_NODE));
  expectMissing(document.string(NO_NODE));
  expectTrue(isNaN(document.number(NO_NODE)));
}

export function strings_are_unescaped_in_place(): void {
  const source = utf8('["\\ud83d\\ude00\\t\\"\\\\\\/\\b\\f\\n\\r\\u00e9\\u20ac\\u0000", "after"]');
  const document = parseJson(source);
  expectEqual<i32>(document.error, JsonError.None);
  expectText(document.text(2), '😀\t"\\/\b\f\n\ré€\0');
  expectTrue(spanAddress(document.text(2)) > spanAddress(source));
  expectTrue(spanAddress(document.text(2)) < spanAddress(source) + <usize>spanLength(source));
  expectText(document.text(3), "after");
}

export function depth_is_bounded(): void {
  expectEqual<u32>(MAX_DEPTH, 100);
  expectEqual<i32>(read("[".repeat(100) + "]".repeat(100)).error, JsonError.None);
  expectError("[".repeat(101) + "]".repeat(101), JsonError.TooDeep, 100);
  expectEqual<i32>(read('{"a":'.repeat(100) + "1" + "}".repeat(100)).error, JsonError.None);
  expectError('{"a":'.repeat(100) + "[]" + "}".repeat(100), JsonError.TooDeep, 500);
  // As deep as memory: refused at once, not by a stack that overflows.
  expectError("[".repeat(1000000), JsonError.TooDeep, 100);
  // Depth counts containers within containers, not how many there are.
  expectEqual<i32>(read("[" + "[],".repeat(1000) + "[]]").error, JsonError.None);
}

export function where_reading_stopped(): void {
  expectError("", JsonError.Syntax, 0);
  expectError("  ", JsonError.Syntax, 2);
  expectError("{", JsonError.Syntax, 1);
  expectError('{"a"', JsonError.Syntax, 4);
  expectError('{"a":', JsonError.Syntax, 5);
  expectError('{"a":1', JsonError.Syntax, 6);
  expectError("[1,]", JsonError.Syntax, 3);
  expectError("tru", JsonError.Syntax, 0);
  expectError("1 1", JsonError.TrailingText, 2);
  expectError("[1.]", JsonError.BadNumber, 3);
  expectError('["a\nb"]', JsonError.BadString, 3);
  expectError('["\\ud800"]', JsonError.BadString, 2);
  expectError('{"a":1,"a":2}', JsonError.DuplicateMember, 13);
}

/** 5000 members, all different, one of them twice at the end: found by hash as by pairs. */
export function duplicates_among_many_members(): void {
  for (let members = 1; members <= 5000; members = members < 40 ? members + 1 : members * 5) {
    let text = "{";
    for (let i = 0; i < members; i++) text += '"member' + i.toString() + '":{"member1":1},';
    expectEqual<i32>(read(text + '"last":1}').error, JsonError.None, members.toString());
    const twice = read(text + '"\\u006dember' + (members / 2).toString() + '":1}');
    expectEqual<i32>(twice.error, JsonError.DuplicateMember, members.toString());
    resetArena();
  }
}

/** RFC 3629 §4, at its edges: bytes in hexadecimal, and whether a string may hold them. */
export function utf8_is_checked(): void {
  const good = ["7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"];
  const bad = [
    "80",
    "bf",
    "c080",
    "c1bf",
    "c2",
    "c2c0",
    "c27f",
    "e08080",
    "e09fbf",
    "e0a0",
    "e0a07f",
    "eda080",
    "edbfbf",
    "ef",
    "f0808080",
    "f08fbfbf",
    "f090",
    "f09080",
    "f4908080",
    "f5808080",
    "f880808080",
    "fe",
    "ff",
    "c3a9ff",
  ];
  for (let i = 0; i < good.length; i++) expectString(good[i], JsonError.None);
  for (let i = 0; i < bad.length; i++) expectString(bad[i], JsonError.BadString);
  for (let i = 0; i < 32; i++) expectString((i < 16 ? "0" : "") + i.toString(16), JsonError.BadString);
}

/** The bytes as a string on their own, at the end of the text, and behind 15 to 17 plain characters, where 16 are looked at at once. */
function expectString(hex: string, error: JsonError): void {
  for (let before = 0; before < 18; before++) {
    const text = "5b22" + "61".repeat(before) + hex + "225d";
    expectEqual<i32>(parseJson(bytes(text)).error, error, text);
    // Cut off within the sequence, with the rest of it behind the end of the text.
    const cut = bytes(text);
    const shorter = parseJson(span(spanAddress(cut), spanLength(cut) - 3));
    expectTrue(shorter.error != JsonError.None, text);
  }
}

function bytes(hex: string): Span {
  return span(bytesOfHex(hex), hex.length / 2);
}

export function a_document_moves_with_its_source(): void {
  const source = utf8('{"iss":"a","list":["b"]}');
  const document = parseJson(source);
  const copy = heap.alloc(<usize>spanLength(source));
  memory.copy(copy, spanAddress(source), <usize>spanLength(source));
  const nodes = heap.alloc(document.tapeBytes());
  memory.copy(nodes, document.nodes, document.tapeBytes());
  memory.fill(spanAddress(source), 0, <usize>spanLength(source));
  memory.fill(document.nodes, 0, document.tapeBytes());
  document.relocate(copy, nodes);
  expectText(document.string(document.member(ROOT, utf8("iss"))), "a");
  expectEqual<u32>(document.size(document.member(ROOT, utf8("list"))), 1);
}

/** A text of 40 MB needs a tape of more than the arena's limit: refused, and the next one is read. */
export function a_text_too_large_for_the_arena_is_refused(): void {
  const length: u32 = 40_000_000;
  const large = heap.alloc(<usize>length);
  memory.fill(large, 0x31, <usize>length);
  for (let i: usize = 2; i < <usize>length; i += 2) store<u8>(large + i, 0x2c);
  store<u8>(large, 0x5b);
  expectEqual<i32>(parseJson(span(large, length)).error, JsonError.OutOfMemory);
  resetArena();
  expectEqual<i32>(read("[1]").error, JsonError.None);
}
