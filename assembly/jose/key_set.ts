/** A JSON Web Key Set (RFC 7517 §5), read as native reads it (jwt_verify_lib jwks.cc, createFromJwksCore). */
import { JsonError, JsonKind, parseJson, ROOT } from "../claims/json";
import { Status } from "../decision/status";
import { utf8 } from "../memory/persistent";
import { Region } from "../memory/region";
import { Span } from "../memory/span";
import { Key, readKey } from "./jwk";

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

  /** Reads a key set. Bad keys are passed over if one good key remains; otherwise the first bad one's status is the set's. */
  static read(source: Span): KeySet {
    const set = new KeySet();
    const document = parseJson(source);
    if (document.error != JsonError.None || document.kind(ROOT) != JsonKind.Object) {
      set.status = Status.JwksParseError;
      return set;
    }
    const keys = document.member(ROOT, KEYS);
    if (document.kind(keys) != JsonKind.Array) {
      set.status = keys == 0 ? Status.JwksNoKeys : Status.JwksBadKeys;
      return set;
    }
    if (document.size(keys) > MAX_KEYS) return set;
    set.table = set.region.allocate((<usize>document.size(keys)) << 2);
    let firstFault = Status.Ok;
    const end = document.next(keys);
    for (let node = keys + 1; node < end; node = document.next(node)) {
      if (document.kind(node) != JsonKind.Object) continue;
      const key = changetype<Key>(set.region.allocate(offsetof<Key>()));
      const status = readKey(document, node, key, set.region);
      if (status == Status.Ok) {
        store<u32>(set.table + ((<usize>set.count) << 2), <u32>changetype<usize>(key));
        set.count++;
      } else if (firstFault == Status.Ok) {
        firstFault = status;
      }
    }
    if (set.count > 0) set.status = Status.Ok;
    else if (firstFault != Status.Ok) set.status = firstFault;
    return set;
  }
}
