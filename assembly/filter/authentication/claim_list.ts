/**
 * The values of a claim as header fields (`extensions.claimHeaders`, docs/extensions.md): a list is joined or repeated. Either way whoever reads the
 * header takes it apart at commas, so a claim with a value that cannot stand there as one gives no header at all: half of a list is another list.
 */
import { JsonDocument, JsonKind, JsonNode, NO_NODE, ROOT } from "../../claims/json";
import { allocate } from "../../memory/arena";
import { beginText, endText, writeByte, writeSpan } from "../../memory/byte_writer";
import { utf8 } from "../../memory/persistent";
import { NO_SPAN, Span, spanEnd, spanEquals, spanIsMissing, spanLength } from "../../memory/span";
import { nextWord } from "../../policy/attributes/space_delimited";
import { HeaderList } from "../../request/header_list";
import { isOneValue } from "../../request/header_value";
import { ClaimHeader, ListForm } from "../configuration/jwt_rule";

/** Values of one header, and bytes of all of them with what stands between. */
const MAX_VALUES: u32 = 256;
const MAX_BYTES: u32 = 8192;

const TRUE = utf8("true");
const FALSE = utf8("false");
const COMMA: u8 = 0x2c;

/** The values of the claim last looked at: address of so many spans. */
let values: usize = 0;
let count: u32 = 0;
let bytes: u32 = 0;
let fits: bool = true;

/** Adds the fields of one claim, if it gives any. @param wordClaims names of claims whose texts are lists of words. @returns false: no memory */
export function addClaimList(
  headers: HeaderList,
  output: ClaimHeader,
  claims: JsonDocument,
  wordClaims: StaticArray<Span>,
): bool {
  values = allocate((<usize>MAX_VALUES) << 3);
  if (values == 0) return false;
  count = bytes = 0;
  fits = true;
  collect(claims, ROOT, output.claim, 0, wordClaims);
  if (!fits || count == 0) return true;
  if (output.form == ListForm.Repeated) {
    for (let i: u32 = 0; i < count; i++)
      if (!headers.add(output.header, load<u64>(values + ((<usize>i) << 3)))) return false;
    return true;
  }
  const joined = count == 1 ? load<u64>(values) : join();
  return !spanIsMissing(joined) && headers.add(output.header, joined);
}

function join(): Span {
  beginText();
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) writeByte(COMMA);
    writeSpan(load<u64>(values + ((<usize>i) << 3)));
  }
  return endText();
}

/** What is below `node` of the claim from its name number `depth` on; a list of objects is passed through. Recursion ends with the names. */
function collect(
  claims: JsonDocument,
  node: JsonNode,
  names: StaticArray<Span>,
  depth: i32,
  wordClaims: StaticArray<Span>,
): void {
  const kind = claims.kind(node);
  const end = claims.next(node);
  if (depth < names.length) {
    if (kind == JsonKind.Object) {
      const member = claims.member(node, unchecked(names[depth]));
      if (member != NO_NODE) collect(claims, member, names, depth + 1, wordClaims);
    } else if (kind == JsonKind.Array) {
      for (let element = node + 1; element < end; element = claims.next(element))
        if (claims.kind(element) == JsonKind.Object) collect(claims, element, names, depth, wordClaims);
    }
  } else if (kind == JsonKind.Array) {
    for (let element = node + 1; element < end; element = claims.next(element))
      addText(textOf(claims, element));
  } else if (kind == JsonKind.String && depth == 1 && includes(wordClaims, unchecked(names[0]))) {
    const text = claims.text(node);
    for (let word = nextWord(text, 0); spanLength(word) > 0; word = nextWord(text, spanEnd(word)))
      addText(word);
  } else addText(textOf(claims, node));
}

/** A number as it is written; NO_SPAN for null, which is nothing, and for what is no text. */
function textOf(claims: JsonDocument, node: JsonNode): Span {
  const kind = claims.kind(node);
  if (kind == JsonKind.String || kind == JsonKind.Number) return claims.text(node);
  if (kind == JsonKind.True) return TRUE;
  if (kind == JsonKind.False) return FALSE;
  if (kind != JsonKind.Null) fits = false;
  return NO_SPAN;
}

function addText(text: Span): void {
  const length = spanLength(text);
  if (!fits || length == 0) return;
  bytes += length + 1;
  fits = count < MAX_VALUES && bytes <= MAX_BYTES + 1 && isOneValue(text);
  if (!fits) return;
  store<u64>(values + ((<usize>count) << 3), text);
  count++;
}

function includes(list: StaticArray<Span>, name: Span): bool {
  for (let i = 0; i < list.length; i++) if (spanEquals(unchecked(list[i]), name)) return true;
  return false;
}
