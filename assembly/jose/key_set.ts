/** A JSON Web Key Set (RFC 7517 §5), read as native reads it (jwt_verify_lib jwks.cc, createFromJwksCore). */
import { JsonDocument, JsonError, JsonKind, JsonNode, NO_NODE, parseJson, ROOT } from "../claims/json";
import { Status } from "../decision/status";
import { utf8 } from "../memory/persistent";
import { Region } from "../memory/region";
import { NO_SPAN, Span, spanLength } from "../memory/span";
import { readCertificateKey } from "./certificate";
import { readKey } from "./jwk";
import { Key } from "./key";
import { isCertificateText } from "./encoding/pem";

/** A set with more keys is refused: each takes up to a millisecond to prepare, and a token without `kid` is tried against every one. */
export const MAX_KEYS: u32 = 256;

const KEYS = utf8("keys");
const KID = utf8("kid");
const KTY = utf8("kty");
const JWKS_URI = utf8("jwks_uri");

/** What people write in the place of a key set. */
export const enum Lookalike {
  None,
  /** An OpenID provider configuration, which names the key set. */
  Discovery,
  /** A JWK without the list around it. */
  SingleKey,
}

export class KeySet {
  /** `Ok`, or why there is no usable key in it. */
  status: Status = Status.JwksNoValidKeys;
  /** Of the key that `status` is about: its place in the list, -1 without one, and its kid (of a certificate the name). */
  faultIndex: i32 = -1;
  faultKeyId: Span = NO_SPAN;
  /** What was there in place of a key set. */
  lookalike: Lookalike = Lookalike.None;
  count: u32 = 0;
  private region: Region = new Region();
  private table: usize = 0;


  @inline
  key(index: u32): Key {
    return changetype<Key>(<usize>load<u32>(this.table + ((<usize>index) << 2)));
  }

  /** Bytes that the keys occupy. */
  get heldBytes(): usize {
    return this.region.heldBytes;
  }

  /** Gives the keys' memory back. */
  release(): void {
    this.region.release();
    this.count = 0;
    this.status = Status.JwksNoValidKeys;
    this.faultKeyId = NO_SPAN;
  }

  /** Reads a key set. */
  static read(source: Span): KeySet {
    const set = new KeySet();
    const document = parseJson(source);
    const kind = document.kind(ROOT);
    // To native, null is an object without members.
    if (document.error != JsonError.None || (kind != JsonKind.Object && kind != JsonKind.Null)) {
      set.status = Status.JwksParseError;
      return set;
    }
    const keys = document.member(ROOT, KEYS);
    if (keys == NO_NODE && isCertificateMap(document)) set.status = set.readCertificates(document);
    else if (keys == NO_NODE) {
      set.status = Status.JwksNoKeys;
      set.lookalike = lookalikeOf(document);
    } else if (document.kind(keys) != JsonKind.Array) set.status = Status.JwksBadKeys;
    else set.status = set.readKeys(document, keys);
    return set;
  }

  /** Bad keys are passed over if one good key remains; otherwise the answer is the status of the first bad one. */
  private readKeys(document: JsonDocument, keys: JsonNode): Status {
    if (!this.reserve(document.size(keys))) return Status.JwksTooManyKeys;
    let firstFault = Status.JwksNoValidKeys;
    const end = document.next(keys);
    let index = -1;
    for (let node = keys + 1; node < end; node = document.next(node)) {
      index++;
      if (document.kind(node) != JsonKind.Object) continue;
      const key = this.newKey();
      const status = readKey(document, node, key, this.region);
      if (status == Status.Ok) this.add(key);
      else if (firstFault == Status.JwksNoValidKeys) {
        firstFault = status;
        this.faultIndex = index;
        this.faultKeyId = this.region.keep(document.string(document.member(node, KID)));
      }
    }
    return this.count > 0 ? Status.Ok : firstFault;
  }

  /** The X.509 map form `{kid: certificate}`: one bad certificate is the end of all. */
  private readCertificates(document: JsonDocument): Status {
    if (!this.reserve(document.size(ROOT))) return Status.JwksTooManyKeys;
    const end = document.next(ROOT);
    let index = -1;
    for (let name = ROOT + 1; name < end; name = document.next(name + 1)) {
      index++;
      const key = this.newKey();
      key.keyId = this.region.keep(document.string(name));
      const status = readCertificateKey(document.string(name + 1), key, this.region);
      if (status != Status.Ok) {
        this.count = 0;
        this.faultIndex = index;
        this.faultKeyId = key.keyId;
        return status;
      }
      this.add(key);
    }
    return Status.Ok;
  }

  private reserve(keys: u32): bool {
    if (keys > MAX_KEYS) return false;
    this.table = this.region.allocate((<usize>keys) << 2);
    return true;
  }

  private newKey(): Key {
    return changetype<Key>(this.region.allocate(offsetof<Key>()));
  }

  private add(key: Key): void {
    store<u32>(this.table + ((<usize>this.count) << 2), <u32>changetype<usize>(key));
    this.count++;
  }
}

function lookalikeOf(document: JsonDocument): Lookalike {
  if (document.member(ROOT, JWKS_URI) != NO_NODE) return Lookalike.Discovery;
  return document.member(ROOT, KTY) != NO_NODE ? Lookalike.SingleKey : Lookalike.None;
}

/** Every member a certificate under a name that is not empty (jwt_verify_lib jwks.cc, shouldCheckX509). */
function isCertificateMap(document: JsonDocument): bool {
  const end = document.next(ROOT);
  for (let name = ROOT + 1; name < end; name = document.next(name + 1)) {
    if (spanLength(document.string(name)) == 0 || !isCertificateText(document.string(name + 1))) return false;
  }
  return document.size(ROOT) > 0;
}
