/**
 * Claims whose text stands for a list of words, separated by spaces (`scope`, RFC 8693 §4.2): jwt_authn's normalize_payload. Only
 * top-level claims, only the ASCII space, empty words dropped.
 */
import { Span, span, spanAddress, spanEnd, spanEquals } from "../../memory/span";
import { RequestAttributes } from "./request_attributes";

/** Whether the top-level claim of this name is such a list for the token of the request. */
export function isSpaceDelimited(attributes: RequestAttributes, name: Span): bool {
  let at = attributes.spaceDelimitedClaims;
  for (let i: u32 = 0; i < attributes.spaceDelimitedClaimCount; i++, at += 8) {
    if (spanEquals(load<u64>(at), name)) return true;
  }
  return false;
}

/** The word that begins at or behind `from` (an address within `text`); a word without bytes: there is none left. */
export function nextWord(text: Span, from: usize): Span {
  const end = spanEnd(text);
  let start = max(from, spanAddress(text));
  while (start < end && load<u8>(start) == 0x20) start++;
  let stop = start;
  while (stop < end && load<u8>(stop) != 0x20) stop++;
  return span(start, <u32>(stop - start));
}
