/**
 * DER (X.690 §10), read from untrusted bytes: one element after the other, never past the end, lengths in their shortest form, as
 * BoringSSL's CBS takes them. A reader that met something else has failed, and stays so: check `failed` at the end.
 */
import { NO_SPAN, Span, span, spanAddress, spanEnd, spanIsMissing } from "../../memory/span";

export const BOOLEAN: u32 = 0x01;
export const INTEGER: u32 = 0x02;
export const BIT_STRING: u32 = 0x03;
export const OCTET_STRING: u32 = 0x04;
export const NULL: u32 = 0x05;
export const OBJECT_IDENTIFIER: u32 = 0x06;
export const ENUMERATED: u32 = 0x0a;
export const UTF8_STRING: u32 = 0x0c;
export const UTC_TIME: u32 = 0x17;
export const GENERALIZED_TIME: u32 = 0x18;
export const UNIVERSAL_STRING: u32 = 0x1c;
export const BMP_STRING: u32 = 0x1e;
export const SEQUENCE: u32 = 0x30;
export const SET: u32 = 0x31;
/** Context-specific tags [n], constructed or not. */
export const CONSTRUCTED: u32 = 0x20;
export const CONTEXT: u32 = 0x80;

/** A first byte with these bits says that the tag's number follows in bytes of its own. */
const HIGH_NUMBER: u32 = 0x1f;
/** The greatest tag number, BoringSSL's CBS_ASN1_TAG_NUMBER_MASK. */
const MAX_NUMBER: u32 = (1 << 29) - 1;

export class DerReader {
  failed: bool = false;
  /** After `any`: the first byte of the tag, and its number. */
  tag: u32 = 0;
  number: u32 = 0;
  private at: usize;
  private end: usize;

  /** Missing bytes, which another reader gave up on, fail at once. */
  constructor(bytes: Span) {
    this.at = spanAddress(bytes);
    this.end = spanEnd(bytes);
    this.failed = spanIsMissing(bytes);
  }

  /** Nothing is left, or no more can be read. */
  get isAtEnd(): bool {
    return this.failed || this.at == this.end;
  }

  /** All has been read, and all was well. */
  get isComplete(): bool {
    return !this.failed && this.at == this.end;
  }

  /** Whether the next element has that tag (of one byte). */
  isNext(tag: u32): bool {
    return !this.isAtEnd && load<u8>(this.at) == tag;
  }

  /** The content of the next element, which must have that tag; NO_SPAN, and the reader has failed, if it has not. */
  element(tag: u32): Span {
    return this.isNext(tag) ? this.content(1, false) : this.fail();
  }

  /** A reader of the next element's content. */
  inner(tag: u32): DerReader {
    return new DerReader(this.element(tag));
  }

  /** As `element`, for the one place where BoringSSL takes a length that could be shorter (b/18228011): a certificate's signature. */
  elementOfAnyLengthForm(tag: u32): Span {
    return this.isNext(tag) ? this.content(1, true) : this.fail();
  }

  /** The content of the next element, whatever its tag. */
  any(): Span {
    if (this.isAtEnd) return this.fail();
    const first: u32 = load<u8>(this.at);
    this.tag = first;
    this.number = first & HIGH_NUMBER;
    if (this.number == HIGH_NUMBER) return this.highNumber();
    // [UNIVERSAL 0] is reserved.
    return (first & ~CONSTRUCTED) == 0 ? this.fail() : this.content(1, false);
  }

  /** A tag of several bytes (X.690 §8.1.2.4). */
  private highNumber(): Span {
    let number: u32 = 0;
    let size: usize = 1;
    for (; this.at + size < this.end; size++) {
      const byte: u32 = load<u8>(this.at + size);
      if (size == 1 && byte == 0x80) return this.fail();
      if (number > MAX_NUMBER >> 7) return this.fail();
      number = (number << 7) | (byte & 0x7f);
      if (byte >= 0x80) continue;
      this.number = number;
      return number < HIGH_NUMBER ? this.fail() : this.content(size + 1, false);
    }
    return this.fail();
  }

  /** @param tagSize bytes of the tag, which are there */
  private content(tagSize: usize, anyForm: bool): Span {
    let at = this.at + tagSize;
    if (at == this.end) return this.fail();
    let length: u32 = load<u8>(at++);
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size == 0 || size > 4 || <usize>size > this.end - at) return this.fail();
      length = 0;
      for (let i: u32 = 0; i < size; i++) length = (length << 8) | load<u8>(at++);
      if (!anyForm && (length < 0x80 || length >> ((size - 1) << 3) == 0)) return this.fail();
    }
    if (<usize>length > this.end - at) return this.fail();
    this.at = at + <usize>length;
    return span(at, length);
  }

  private fail(): Span {
    this.failed = true;
    return NO_SPAN;
  }
}
