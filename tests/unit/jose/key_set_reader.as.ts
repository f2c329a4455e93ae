/** The reader of key sets as raw functions, for tests that feed tables from TypeScript (key-set-reader.ts wraps them). */
import { Status, statusText } from "../../../assembly/decision/status";
import { KeySet } from "../../../assembly/jose/key_set";
import { verifySignature } from "../../../assembly/jose/verify";
import { Span, spanIsMissing } from "../../../assembly/memory/span";
import { parseToken } from "../../../assembly/token/token";

export { allocate, resetArena } from "../../../assembly/memory/arena";
export { statusText };

/** The status of a key set; of a token's signature against it, if there is a token. */
export function keySetStatus(text: Span, token: Span): Status {
  const keys = KeySet.read(text);
  let status = keys.status;
  if (status == Status.Ok && !spanIsMissing(token)) {
    const read = parseToken(token);
    status = verifySignature(keys, read.algorithm, read.keyId, read.signedText, read.signature, false);
  }
  keys.release();
  return status;
}
