/**
 * Answers that the API's owner chooses in place of the filter's own (docs/extensions.md): status, header fields and body. Texts are templates; of a request
 * only its path gets into them, escaped so that it stays within a header field, a JSON string, markup and a parameter alike.
 */
import { Status, statusText } from "../../decision/status";
import { beginText, endText, writeByte, writeSpan, writeUnsigned } from "../../memory/byte_writer";
import { utf8 } from "../../memory/persistent";
import {
  Span,
  spanAddress,
  spanEnd,
  spanEquals,
  spanIndexOf,
  spanIsMissing,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../memory/span";
import { HeaderList } from "../../request/header_list";

/** What stands for itself in a template; a part of one is a text, or a missing span with one of these as its length. */
export const enum Value {
  Reason = 1,
  Status = 2,
  /** The path, without query. */
  Path = 3,
  /** Path and query, without parameters that carry tokens: where a client wanted to go on this host. */
  Url = 4,
}

export type Template = StaticArray<Span>;

/** A longer one is left out, as is one that is no path of this host. */
const MAX_URL: u32 = 2048;
const SLASH = utf8("/");
const METHOD = utf8(":method");
const GET = utf8("GET");
const ACCEPT = utf8("accept");
const HTML = utf8("text/html");
const CONTENT_TYPE = utf8("content-type");
const GRPC = utf8("application/grpc");

export class Answer {
  constructor(
    /** By `Status`. */
    readonly outcomes: StaticArray<bool>,
    /** Whether it is for those alone who GET something to look at. */
    readonly browsers: bool,
    /** 0: the outcome's own. */
    readonly status: u32,
    readonly names: StaticArray<Span>,
    readonly values: StaticArray<Template>,
    /** Empty: the outcome's own text. */
    readonly body: Template,
  ) {}
}

export class Answers {
  constructor(
    readonly list: StaticArray<Answer>,
    /** Whether any of them is for a denial that a token could change. */
    readonly ofIdentities: bool,
  ) {}

  /** The first one that is for this outcome and this client; null: the filter's own. gRPC clients have that: its status and message fit. */
  find(status: Status, sent: HeaderList): Answer | null {
    if (isGrpc(sent.joined(CONTENT_TYPE))) return null;
    for (let i = 0; i < this.list.length; i++) {
      const answer = unchecked(this.list[i]);
      if (unchecked(answer.outcomes[status]) && (!answer.browsers || isLookedAt(sent))) return answer;
    }
    return null;
  }
}

/** `application/grpc`, alone or with `+proto` (Envoy grpc/common.cc, isGrpcRequestHeaders). */
function isGrpc(type: Span): bool {
  if (!spanStartsWith(type, GRPC)) return false;
  return (
    spanLength(type) == spanLength(GRPC) || load<u8>(spanAddress(type) + <usize>spanLength(GRPC)) == 0x2b
  );
}

/** A browser on its way to a page. */
function isLookedAt(sent: HeaderList): bool {
  if (!spanEquals(sent.joined(METHOD), GET)) return false;
  const accept = sent.joined(ACCEPT);
  for (let at = spanIndexOf(accept, 0x74); at >= 0; at = spanIndexOf(accept, 0x74, at + 1)) {
    if (spanStartsWith(subspan(accept, at, spanLength(accept)), HTML)) return true;
  }
  return false;
}

/** The template's text. @param url path and query, without tokens @returns NO_SPAN if the arena is exhausted */
export function fill(template: Template, status: Status, code: u32, url: Span): Span {
  beginText();
  for (let i = 0; i < template.length; i++) {
    const part = unchecked(template[i]);
    if (!spanIsMissing(part)) writeSpan(part);
    else if (spanLength(part) == Value.Reason) writeSpan(statusText(status));
    else if (spanLength(part) == Value.Status) writeUnsigned(code);
    else writeEscaped(pathOnHost(url, spanLength(part) == Value.Url));
  }
  return endText();
}

/**
 * What may be shown, or followed: a slash, and neither another one nor a backslash behind it, which browsers take for a host (WHATWG URL, "special
 * authority slashes").
 */
function pathOnHost(url: Span, query: bool): Span {
  const end = query ? -1 : spanIndexOf(url, 0x3f);
  const path = end < 0 ? url : subspan(url, 0, end);
  const second = spanLength(path) > 1 ? load<u8>(spanAddress(path) + 1) : 0;
  const isPath = spanStartsWith(path, SLASH) && second != 0x2f && second != 0x5c;
  return isPath && spanLength(path) <= MAX_URL ? path : SLASH;
}

/** RFC 3986's unreserved letters, `/` and `:` as they are, all other bytes as %XX, the percent sign too. */
function writeEscaped(text: Span): void {
  for (let at = spanAddress(text); at < spanEnd(text); at++) {
    const byte = load<u8>(at);
    if (isPlain(byte)) {
      writeByte(byte);
    } else {
      writeByte(0x25);
      writeByte(hexDigit(byte >> 4));
      writeByte(hexDigit(byte & 15));
    }
  }
}

function isPlain(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26 || (byte >= 0x2d && byte <= 0x3a) || byte == 0x5f || byte == 0x7e;
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x37 + value;
}
