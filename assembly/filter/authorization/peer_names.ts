/**
 * The names in a client's certificate: every URI SAN, every DNS SAN and the subject, each of which a policy may match (Envoy's rbac,
 * matchers.cc, AuthenticatedMatcher). Host properties give the first of each kind. The others are in filter state, where a
 * set_filter_state filter ahead has left them as Envoy prints them: joined by commas, and a comma within a name is not escaped (measured).
 *
 * A text alone tells one name, and two of which the second has no comma: the property says where the first one ends. What may be read in
 * several ways is read from the certificate itself, or the request is refused: the tail of a name must never become a name.
 */
import { property } from "../../abi/calls/property";
import {
  CONSTRUCTED,
  CONTEXT,
  BOOLEAN,
  DerReader,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
} from "../../jose/encoding/der";
import { decodePem, isCertificateText } from "../../jose/encoding/pem";
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import {
  Span,
  bytesEqual,
  span,
  spanAddress,
  spanEquals,
  spanIndexOf,
  spanLength,
  spanStartsWith,
  subspan,
} from "../../memory/span";
import { RequestAttributes } from "../../policy/attributes/request_attributes";
import { decodePercent } from "../../token/query";
import { Settings } from "../configuration/settings";

const FILTER_STATE = "filter_state\0";
/** Where a waypoint keeps the identity that its tunnel has authenticated. */
const WAYPOINT_PRINCIPAL = utf8("filter_state\0io.istio.peer_principal");
const FIRST_URI = utf8("connection\0uri_san_peer_certificate");
const FIRST_DNS = utf8("connection\0dns_san_peer_certificate");
const SUBJECT = utf8("connection\0subject_peer_certificate");

/** What Envoy prints where there are no names. */
const NONE = utf8("-");
const COMMA: u8 = 0x2c;

/** GeneralName (RFC 5280 §4.2.1.6): dNSName and uniformResourceIdentifier. */
const DNS_NAME: u32 = CONTEXT | 2;
const URI_NAME: u32 = CONTEXT | 6;
const EXTENSIONS: u32 = CONTEXT | CONSTRUCTED | 3;
/** id-ce-subjectAltName, 2.5.29.17. */
const SUBJECT_ALT_NAME = utf8("\x55\x1d\x11");

/** Names of one certificate; a request with more is refused. */
const MAX_NAMES: u32 = 256;
const names: usize = heap.alloc((<usize>MAX_NAMES) << 3);
let count: u32 = 0;

export class PeerNames {
  private readonly uriSans: Span;
  private readonly dnsSans: Span;
  private readonly certificate: Span;

  constructor(settings: Settings, region: Region) {
    this.uriSans = stateProperty(settings.peerUriSans, region);
    this.dnsSans = stateProperty(settings.peerDnsSans, region);
    this.certificate = stateProperty(settings.peerCertificate, region);
  }

  /** False if the names cannot be told: a filter ahead has not left them, or they may be read in several ways. */
  fill(attributes: RequestAttributes): bool {
    count = 0;
    if (!this.alternatives(FIRST_URI, this.uriSans, URI_NAME)) return false;
    if (!this.alternatives(FIRST_DNS, this.dnsSans, DNS_NAME)) return false;
    if (!add(property(SUBJECT))) return false;
    if (count == 0) add(property(WAYPOINT_PRINCIPAL));
    attributes.peerNames = names;
    attributes.peerNameCount = count;
    return true;
  }

  /** The names of one kind. @param key the property that has all of them; 0: the first one is all that is known */
  private alternatives(firstKey: Span, key: Span, tag: u32): bool {
    const first = property(firstKey);
    if (key == 0) return add(first);
    const all = property(key);
    if (spanLength(all) == 0) return false;
    if (spanLength(first) == 0 && spanEquals(all, NONE)) return true;
    if (!spanStartsWith(all, first)) return false;
    const length = spanLength(first);
    if (spanLength(all) == length) return add(first);
    if (load<u8>(spanAddress(all) + <usize>length) != COMMA) return false;
    const rest = subspan(all, length + 1, spanLength(all));
    if (spanIndexOf(rest, COMMA) < 0) return add(first) && add(rest);
    return this.ofCertificate(all, tag);
  }

  /** The names of one kind from the certificate, which must be those that `all` joins. */
  private ofCertificate(all: Span, tag: u32): bool {
    if (this.certificate == 0) return false;
    // Envoy prints the certificate as PEM, and that with %XX, so that it fits into a header.
    const text = decodePercent(property(this.certificate));
    if (spanLength(text) == 0 || !isCertificateText(text)) return false;
    const alternatives = new DerReader(subjectAltName(decodePem(text))).inner(SEQUENCE);
    const length = spanLength(all);
    let at: u32 = 0;
    while (!alternatives.isAtEnd) {
      const name = alternatives.any();
      if (alternatives.failed) return false;
      if (alternatives.tag != tag) continue;
      if (at > 0) {
        if (at >= length || load<u8>(spanAddress(all) + <usize>at) != COMMA) return false;
        at++;
      }
      if (spanLength(name) > length - at) return false;
      if (!bytesEqual(spanAddress(all) + <usize>at, spanAddress(name), spanLength(name))) return false;
      at += spanLength(name);
      if (!add(name)) return false;
    }
    return alternatives.isComplete && at == length;
  }
}

function stateProperty(key: string, region: Region): Span {
  return key.length > 0 ? region.keepText(FILTER_STATE + key) : 0;
}

/** An empty name matches nothing. False if there are too many. */
function add(name: Span): bool {
  if (spanLength(name) == 0) return true;
  if (count == MAX_NAMES) return false;
  store<u64>(names + ((<usize>count) << 3), name);
  count++;
  return true;
}

/** The content of the extension's OCTET STRING; missing if the certificate has none or cannot be read. TLS has verified the certificate. */
function subjectAltName(der: Span): Span {
  const signed = new DerReader(der).inner(SEQUENCE).inner(SEQUENCE);
  while (!signed.isAtEnd) {
    const field = signed.any();
    if (signed.failed || signed.tag != EXTENSIONS) continue;
    const list = new DerReader(field).inner(SEQUENCE);
    while (!list.isAtEnd) {
      const extension = list.inner(SEQUENCE);
      const identifier = extension.element(OBJECT_IDENTIFIER);
      if (extension.isNext(BOOLEAN)) extension.element(BOOLEAN);
      const value = extension.element(OCTET_STRING);
      if (extension.isComplete && spanEquals(identifier, SUBJECT_ALT_NAME)) return value;
    }
  }
  return 0;
}
