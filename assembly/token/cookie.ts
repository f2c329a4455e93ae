/** Cookies as native reads them (Envoy http/utility.cc, parseCookies). */
import { HeaderList } from "../request/header_list";
import { utf8 } from "../memory/persistent";
import { NO_SPAN, Span, spanAddress, spanEquals, spanIndexOf, spanLength, subspan } from "../memory/span";

const COOKIE = utf8("cookie");

/** The only character that native passes over in front of a name: a tab is part of the name. */
const SPACE: u8 = 0x20;

/** The value of the first cookie named `name` in all `cookie` headers, without surrounding double quotes; NO_SPAN if there is none. */
export function cookieValue(headers: HeaderList, name: Span): Span {
  for (let i = headers.find(COOKIE); i >= 0; i = headers.find(COOKIE, i + 1)) {
    const header = headers.value(i);
    const length = spanLength(header);
    let from: u32 = 0;
    while (from < length) {
      const semicolon = spanIndexOf(header, 0x3b, from);
      const end: u32 = semicolon < 0 ? length : semicolon;
      const cookie = subspan(header, skipSpaces(header, from, end), end);
      const equals = spanIndexOf(cookie, 0x3d);
      if (equals >= 0 && spanEquals(subspan(cookie, 0, equals), name)) {
        return unquoted(subspan(cookie, equals + 1, spanLength(cookie)));
      }
      from = end + 1;
    }
  }
  return NO_SPAN;
}

function skipSpaces(header: Span, from: u32, end: u32): u32 {
  let at = from;
  while (at < end && load<u8>(spanAddress(header) + <usize>at) == SPACE) at++;
  return at;
}

function unquoted(value: Span): Span {
  const length = spanLength(value);
  const address = spanAddress(value);
  if (length >= 2 && load<u8>(address) == 0x22 && load<u8>(address + <usize>length - 1) == 0x22)
    return subspan(value, 1, length - 1);
  return value;
}
