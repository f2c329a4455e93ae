/** What of a principal or a policy reaches the access log as it is, and what is escaped. */
import { logText } from "../../../../assembly/filter/telemetry/log_text";
import { resetArena } from "../../../../assembly/memory/arena";
import { utf8 } from "../../../../assembly/memory/persistent";
import { Span, span } from "../../../../assembly/memory/span";
import { expectText, expectTrue } from "../../assertions/expect.as";

function expectLogged(text: string, logged: string): void {
  expectText(logText(utf8(text)), logged, logged);
  resetArena();
}

export function what_ends_a_field_or_a_line_is_escaped(): void {
  expectLogged('a"b', 'a\\"b');
  expectLogged("a\\b", "a\\\\b");
  expectLogged("a\nb", "a\\u000ab");
  expectLogged("a\tb", "a\\u0009b");
  expectLogged("\x1b[31m", "\\u001b[31m");
  expectLogged("a\x7fb", "a\\u007fb");
}

export function what_is_not_seen_or_turns_text_around_is_escaped(): void {
  expectLogged("a\u0085b", "a\\u0085b");
  expectLogged("a\u009bb", "a\\u009bb");
  expectLogged("a\u2028b", "a\\u2028b");
  expectLogged("a\u202eb", "a\\u202eb");
  expectLogged("a\u2066b\u2069", "a\\u2066b\\u2069");
  expectLogged("a\u061cb", "a\\u061cb");
}

export function all_else_is_left(): void {
  expectLogged("https://idp.example.com//alice", "https://idp.example.com//alice");
  expectLogged("caf\u00e9 \u4e2d\ud83d\ude00", "caf\u00e9 \u4e2d\ud83d\ude00");
  expectLogged("", "");
}

/** Plain text is not copied: nearly every principal is. */
export function plain_text_is_the_text_itself(): void {
  const text: Span = utf8("https://idp.example.com//alice");
  expectTrue(logText(text) == text);
}

export function a_byte_that_is_no_utf8_is_replaced(): void {
  const bytes = heap.alloc(3);
  store<u8>(bytes, 0x61);
  store<u8>(bytes, 0xff, 1);
  store<u8>(bytes, 0x62, 2);
  expectText(logText(span(bytes, 3)), "a\\ufffdb");
  heap.free(bytes);
  resetArena();
}
