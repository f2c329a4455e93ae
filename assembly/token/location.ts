/** Where a token may sit in a request (RFC 6750 §2, and Istio's fromHeaders, fromParams, fromCookies), and how it is found and removed there. */
import { allocate } from "../memory/arena";
import { utf8 } from "../memory/persistent";
import {
  NO_SPAN,
  Span,
  spanAddress,
  spanEquals,
  spanIsMissing,
  spanLength,
  spanStartsWith,
  subspan,
} from "../memory/span";
import { HeaderList } from "../request/header_list";
import { cookieValue } from "./cookie";
import { queryParameter, withoutParameter } from "./query";

export const enum LocationKind {
  Header = 0,
  Parameter = 1,
  Cookie = 2,
}

const PATH = utf8(":path");

export class TokenLocation {
  constructor(
    readonly kind: LocationKind,
    /** Header name in lower case, or the name of the parameter or cookie. */
    readonly name: Span,
    /** Text before the token in a header; empty: the whole value is the token. */
    readonly prefix: Span,
  ) {}

  /** Whether two locations find the same tokens. */
  equals(other: TokenLocation): bool {
    return (
      this.kind == other.kind && spanEquals(this.name, other.name) && spanEquals(this.prefix, other.prefix)
    );
  }

  /** Takes the token out of the request: the header with all its values, all parameters of the name; a cookie stays, as in native. */
  remove(headers: HeaderList): void {
    if (this.kind == LocationKind.Header) {
      headers.remove(this.name);
    } else if (this.kind == LocationKind.Parameter) {
      const path = withoutParameter(headers.joined(PATH), this.name);
      if (!spanIsMissing(path)) headers.replace(PATH, path);
    }
  }
}

/**
 * The tokens of a request, in the order in which they are found; they are verified from the back, as native does.
 *
 *     entry, 16 bytes: u64 text of the token | u32 index of its location | u32 unused
 */
@unmanaged
export class FoundTokens {
  entries: usize;
  count: u32;
  capacity: u32;


  @inline
  text(index: u32): Span {
    return load<u64>(this.entries + ((<usize>index) << 4));
  }


  @inline
  location(index: u32): u32 {
    return load<u32>(this.entries + ((<usize>index) << 4), 8);
  }

  private add(text: Span, location: u32): bool {
    if (this.count == this.capacity) {
      const capacity = this.capacity * 2 + 4;
      const entries = allocate((<usize>capacity) << 4);
      if (entries == 0) return false;
      memory.copy(entries, this.entries, (<usize>this.count) << 4);
      this.entries = entries;
      this.capacity = capacity;
    }
    const at = this.entries + ((<usize>this.count) << 4);
    store<u64>(at, text);
    store<u32>(at, location, 8);
    this.count++;
    return true;
  }

  /** Looks at one location; false if the arena is exhausted. */
  lookAt(headers: HeaderList, location: TokenLocation, index: u32): bool {
    if (location.kind != LocationKind.Header) {
      const isParameter = location.kind == LocationKind.Parameter;
      const text = isParameter
        ? queryParameter(headers.joined(PATH), location.name)
        : cookieValue(headers, location.name);
      return spanIsMissing(text) || this.add(text, index);
    }
    for (let i = headers.find(location.name); i >= 0; i = headers.find(location.name, i + 1)) {
      const text = tokenInHeader(headers.value(i), location.prefix);
      if (!spanIsMissing(text) && !this.add(text, index)) return false;
    }
    return true;
  }
}

/** All tokens at `locations`; null (address 0) if the arena is exhausted. */
export function findTokens(headers: HeaderList, locations: StaticArray<TokenLocation>): FoundTokens {
  const found = changetype<FoundTokens>(allocate(offsetof<FoundTokens>()));
  if (changetype<usize>(found) == 0) return found;
  found.entries = 0;
  found.count = 0;
  found.capacity = 0;
  for (let i = 0; i < locations.length; i++) {
    if (!found.lookAt(headers, unchecked(locations[i]), i)) return changetype<FoundTokens>(0);
  }
  return found;
}

/**
 * The token in a header's value: what follows the first occurrence of `prefix` (anywhere, case-sensitive), from the first base64url
 * character or dot to the end. NO_SPAN if the prefix is not there; the whole value if no such character follows (Envoy extractor.cc).
 */
function tokenInHeader(value: Span, prefix: Span): Span {
  const length = spanLength(value);
  const prefixLength = spanLength(prefix);
  if (prefixLength == 0) return value;
  for (let at: u32 = 0; at + prefixLength <= length; at++) {
    if (!spanStartsWith(subspan(value, at, length), prefix)) continue;
    for (let from = at + prefixLength; from < length; from++) {
      if (isTokenCharacter(load<u8>(spanAddress(value) + <usize>from))) return subspan(value, from, length);
    }
    return value;
  }
  return NO_SPAN;
}

// @ts-ignore: decorator
@inline
function isTokenCharacter(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26 || byte - 0x30 < 10 || byte == 0x2d || byte == 0x5f || byte == 0x2e;
}
