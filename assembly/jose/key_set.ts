/** A JSON Web Key Set (RFC 7517 §5), read as native reads it (jwt_verify_lib jwks.cc, createFromJwksCore). */
import { JsonDocument, JsonError, JsonKind, JsonNode, NO_NODE, parseJson, ROOT } from "../claims/json";
import { Status } from "../decision/status";
import { utf8 } from "../memory/persistent";
import { Region } from "../memory/region";
import { Span, spanLength } from "../memory/span";
import { readCertificateKey } from "./certificate";
import { readKey } from "./jwk";
import { Key } from "./key";
import { isCertificateText } from "./pem";

/** A set with more keys is refused: each takes up to a millisecond to prepare, and a token without `kid` is tried against every one. */
export const MAX_KEYS: u32 = 256;

const KEYS = utf8("keys");

export class KeySet {
  /** `Ok`, or why there is no usable key in it. */
  status: Status = Status.JwksNoValidKeys;
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
    if (keys == NO_NODE)
      set.status = isCertificateMap(document) ? set.readCertificates(document) : Status.JwksNoKeys;
    else if (document.kind(keys) != JsonKind.Array) set.status = Status.JwksBadKeys;
    else set.status = set.readKeys(document, keys);
    return set;
  }

  /** Bad keys are passed over if one good key remains; otherwise the answer is the status of the first bad one. */
  private readKeys(document: JsonDocument, keys: JsonNode): Status {
    if (!this.reserve(document.size(keys))) return Status.JwksNoValidKeys;
    let firstFault = Status.JwksNoValidKeys;
    const end = document.next(keys);
    for (let node = keys + 1; node < end; node = document.next(node)) {
      if (document.kind(node) != JsonKind.Object) continue;
      const key = this.newKey();
      const status = readKey(document, node, key, this.region);
      if (status == Status.Ok) this.add(key);
      else if (firstFault == Status.JwksNoValidKeys) firstFault = status;
    }
    return this.count > 0 ? Status.Ok : firstFault;
  }

  /** The X.509 map form `{kid: certificate}`: one bad certificate is the end of all. */
  private readCertificates(document: JsonDocument): Status {
    if (!this.reserve(document.size(ROOT))) return Status.JwksNoValidKeys;
    const end = document.next(ROOT);
    for (let name = ROOT + 1; name < end; name = document.next(name + 1)) {
      const key = this.newKey();
      key.keyId = this.region.keep(document.string(name));
      const status = readCertificateKey(document.string(name + 1), key, this.region);
      if (status != Status.Ok) {
        this.count = 0;
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

/** Every member a certificate under a name that is not empty (jwt_verify_lib jwks.cc, shouldCheckX509). */
function isCertificateMap(document: JsonDocument): bool {
  const end = document.next(ROOT);
  for (let name = ROOT + 1; name < end; name = document.next(name + 1)) {
    if (spanLength(document.string(name)) == 0 || !isCertificateText(document.string(name + 1))) return false;
  }
  return document.size(ROOT) > 0;
}
