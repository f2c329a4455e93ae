/**
 * The values that a request has for one attribute, one after the other: what the explanation looks at, where the engine walks the
 * request once for all attributes.
 */
import { JsonKind, JsonNode, NO_NODE, ROOT } from "../../claims/json";
import { isText } from "../../config/fields";
import { NO_SPAN, Span, span, spanIsMissing, spanLength, spanEnd } from "../../memory/span";
import { Attribute } from "../attributes/attribute";
import {
  kindAndBytes,
  metadataCursor,
  field,
  moveTo,
  nextField,
  ELEMENT,
  STRING,
} from "../tables/dynamic_metadata";
import { lowered, pathOf } from "./evaluate";
import { RequestAttributes } from "../attributes/request_attributes";
import { requestPrincipal } from "../attributes/request_principal";
import { saysScope, SCOPE } from "../attributes/scope_claim";
import { isSpaceDelimited, nextWord } from "../attributes/space_delimited";
import { LIST, WITHIN_LIST, typedKind, typedText, typedValue } from "../values/typed_value";

/** All values of an attribute; `path` as in AttributeModel. Configuration and debug only: it makes a list. */
export function valuesOf(attribute: Attribute, path: string[], attributes: RequestAttributes): Span[] {
  const values: Span[] = [];
  if (attribute == Attribute.RequestPrincipal) push(values, requestPrincipal(attributes));
  else if (attribute == Attribute.Method) pushHeader(values, attributes, ":method");
  else if (attribute == Attribute.Path) {
    pushHeader(values, attributes, ":path");
    if (values.length > 0) values[0] = pathOf(values[0]);
  } else if (attribute == Attribute.Host) {
    pushHeader(values, attributes, ":authority");
    if (values.length > 0) values[0] = lowered(values[0]);
  } else if (attribute == Attribute.Header) pushHeader(values, attributes, path[0]);
  else if (attribute == Attribute.DestinationPort) push(values, portBytes(attributes.destinationPort));
  else if (attribute == Attribute.DestinationAddress) push(values, attributes.destinationAddress);
  else if (attribute == Attribute.RemoteAddress) push(values, attributes.remoteAddress);
  else if (attribute == Attribute.DirectRemoteAddress) push(values, attributes.directRemoteAddress);
  else if (attribute == Attribute.ServerName) push(values, attributes.serverName);
  else if (attribute == Attribute.Claim) pushClaim(values, attributes, path);
  else if (attribute == Attribute.TypedClaim) {
    if (changetype<usize>(attributes.claims) != 0) pushTyped(values, attributes, path, 0, ROOT, false);
  } else if (attribute == Attribute.DynamicMetadata) pushMetadata(values, attributes, path);
  else if (attribute == Attribute.PeerName) {
    for (let i: u32 = 0; i < attributes.peerNameCount; i++)
      push(values, load<u64>(attributes.peerNames + ((<usize>i) << 3)));
  }
  return values;
}

function push(values: Span[], value: Span): void {
  if (!spanIsMissing(value)) values.push(value);
}

const port: usize = memory.data(2);

function portBytes(number: i32): Span {
  store<u16>(port, <u16>number);
  return number < 0 ? NO_SPAN : span(port, 2);
}

function pushHeader(values: Span[], attributes: RequestAttributes, name: string): void {
  const headers = attributes.headers;
  for (let i: u32 = 0; i < headers.count; i++) {
    if (headers.isPresent(i) && isText(headers.name(i), name)) push(values, headers.value(i));
  }
}

function pushClaim(values: Span[], attributes: RequestAttributes, path: string[]): void {
  const claims = attributes.claims;
  if (changetype<usize>(claims) == 0) return;
  let node: JsonNode = ROOT;
  let name: Span = NO_SPAN;
  for (let i = 0; i < path.length; i++) {
    if (claims.kind(node) != JsonKind.Object) return;
    const end = claims.next(node);
    let found: JsonNode = NO_NODE;
    for (let key = node + 1; key < end && found == NO_NODE; key = claims.next(key + 1)) {
      if (!isNamed(attributes, claims.text(key), path[i], i)) continue;
      found = key + 1;
      // As the rule has it: its words are those of `scope`, whatever claim says them.
      name = i == 0 && isText(SCOPE, path[0]) ? SCOPE : claims.text(key);
    }
    if (found == NO_NODE) return;
    node = found;
  }
  const kind = claims.kind(node);
  if (kind == JsonKind.String) {
    if (path.length == 1 && isSpaceDelimited(attributes, name)) {
      const text = claims.text(node);
      if (spanLength(nextWord(text, 0)) == 0) push(values, text);
      for (let word = nextWord(text, 0); spanLength(word) > 0; word = nextWord(text, spanEnd(word)))
        push(values, word);
    } else {
      push(values, claims.text(node));
    }
  } else if (kind == JsonKind.Array) {
    const end = claims.next(node);
    for (let element = node + 1; element < end; element = claims.next(element))
      push(values, claims.string(element));
  }
}

/** Whether a member is what a rule means by a name; at the top another claim may stand for `scope`. */
function isNamed(attributes: RequestAttributes, member: Span, wanted: string, depth: i32): bool {
  if (depth == 0 && isText(SCOPE, wanted) && spanLength(attributes.scopeClaim) > 0)
    return saysScope(attributes, member);
  return isText(member, wanted);
}

/** What is below `node` of the path from its name number `depth` on. */
function pushTyped(
  values: Span[],
  attributes: RequestAttributes,
  path: string[],
  depth: i32,
  node: JsonNode,
  withinList: bool,
): void {
  const claims = attributes.claims;
  const end = claims.next(node);
  if (depth > 0 && depth < path.length && claims.kind(node) == JsonKind.Array) {
    for (let element = node + 1; element < end; element = claims.next(element))
      if (claims.kind(element) == JsonKind.Object) pushTyped(values, attributes, path, depth, element, true);
    return;
  }
  if (depth < path.length) {
    if (claims.kind(node) != JsonKind.Object) return;
    for (let key = node + 1; key < end; key = claims.next(key + 1))
      if (isNamed(attributes, claims.text(key), path[depth], depth))
        pushTyped(values, attributes, path, depth + 1, key + 1, withinList);
    return;
  }
  if (withinList) push(values, typedKind(WITHIN_LIST));
  const text = claims.string(node);
  const name: Span =
    depth == 1 && isText(SCOPE, path[0]) ? SCOPE : depth == 1 ? claims.text(node - 1) : NO_SPAN;
  const isWords = depth == 1 && !spanIsMissing(text) && isSpaceDelimited(attributes, name);
  if (isWords && spanLength(nextWord(text, 0)) > 0) {
    push(values, typedKind(LIST));
    for (let word = nextWord(text, 0); spanLength(word) > 0; word = nextWord(text, spanEnd(word)))
      push(values, typedText(word));
  } else if (claims.kind(node) != JsonKind.Array) {
    push(values, typedValue(claims, node));
  } else {
    push(values, typedKind(LIST));
    for (let element = node + 1; element < end; element = claims.next(element))
      push(values, typedValue(claims, element));
  }
}

function pushMetadata(values: Span[], attributes: RequestAttributes, path: string[]): void {
  const metadata = attributes.dynamicMetadata;
  for (let entry = field(metadata, 1); !spanIsMissing(entry); entry = nextField(metadata, 1)) {
    const behindEntry = metadataCursor;
    const fields = field(entry, 2);
    if (isText(field(entry, 1), path[0])) {
      for (let key = field(fields, 1); !spanIsMissing(key); key = nextField(fields, 1)) {
        const behindKey = metadataCursor;
        if (isText(field(key, 1), path[1])) pushMetadataValue(values, field(key, 2));
        moveTo(behindKey);
      }
    }
    moveTo(behindEntry);
  }
}

function pushMetadataValue(values: Span[], value: Span): void {
  const string = field(value, 3);
  if (!spanIsMissing(string)) values.push(kindAndBytes(STRING, string));
  const list = field(value, 6);
  for (let element = field(list, 1); !spanIsMissing(element); element = nextField(list, 1)) {
    const behind = metadataCursor;
    const text = field(element, 3);
    if (!spanIsMissing(text)) values.push(kindAndBytes(ELEMENT, text));
    moveTo(behind);
  }
}
