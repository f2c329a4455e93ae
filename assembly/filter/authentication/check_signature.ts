/**
 * The signature of one token with the keys of its rule. A rule with several key sets (`extensions.keySources`) is an `any` of them, as native's is of
 * providers of one issuer: the first that has signed the token counts, the last failure is told. Nothing is waited for where one of them has the key.
 */
import { Status } from "../../decision/status";
import { verifySignature } from "../../jose/verify";
import { KeyAnswer } from "../../keys/key_source";
import { spanLength } from "../../memory/span";
import { parseToken, Token } from "../../token/token";
import { JwtRule } from "../configuration/jwt_rule";
import { AuthContext } from "./auth_context";

/** After `checkSignature`: the endpoint that its answer is of. */
export let tellingEndpoint: i32 = 0;

/** Ok, AwaitingKeys (`context.awaited` says whose), or how it failed. */
export function checkSignature(context: AuthContext, rule: JwtRule, token: Token): Status {
  const more = rule.moreEndpoints;
  context.awaitedCount = 0;
  tellingEndpoint = rule.endpoint;
  if (more.length == 0) return checkWith(context, rule.endpoint, token);
  // A token that is remembered has been verified with the keys of one of them: no other is asked, nor sent for.
  const cached = context.cachedEntry(token);
  if (changetype<usize>(cached) != 0 && rule.hasEndpoint(cached.endpoint)) {
    tellingEndpoint = cached.endpoint;
    if (checkWith(context, cached.endpoint, token) == Status.Ok) return Status.Ok;
    context.awaitedCount = 0;
  }
  let status = Status.JwksFetchFail;
  let hasKid = false;
  for (let i = -1; i < more.length; i++) {
    tellingEndpoint = i < 0 ? rule.endpoint : unchecked(more[i]);
    status = checkWith(context, tellingEndpoint, token);
    if (status == Status.Ok || status == Status.FilterFailure) return status;
    if (isOfKnownKey(status)) hasKid = true;
  }
  // Its key is there, and has not signed it: no other set is sent for because it lacks this kid, or whoever can write a kid could ask for that.
  if (hasKid && spanLength(token.keyId) > 0) context.awaitOnlyFirst();
  // A set that would have been asked for this kid does not have it.
  if (context.awaitedCount == 0) return status == Status.AwaitingKeys ? Status.JwksKidAlgMismatch : status;
  tellingEndpoint = unchecked(context.awaited[0]);
  return Status.AwaitingKeys;
}

function isOfKnownKey(status: Status): bool {
  return status == Status.JwtVerificationFail || status == Status.JwtEd25519SignatureWrongLength;
}

function checkWith(context: AuthContext, endpoint: i32, token: Token): Status {
  const earlier = context.signatureStatus(token, endpoint);
  if (earlier != Status.AwaitingKeys) return earlier;
  const source = unchecked(context.rules.endpoints[endpoint]).source;
  const answer = context.hasWaited(endpoint)
    ? source.needAfterWait(context.nowMilliseconds)
    : source.need(context.nowMilliseconds);
  if (answer == KeyAnswer.Fail) return Status.JwksFetchFail;
  const keys = source.keys;
  if (answer != KeyAnswer.Ready || keys === null) return context.awaitKeys(endpoint, false);
  const cached = context.cachedEntry(token);
  const isCached = changetype<usize>(cached) != 0;
  if (isCached && cached.endpoint == endpoint && cached.generation == source.state.generation)
    return Status.Ok;
  // Verified earlier with the keys of another rule: a cached token has no signature any more.
  const signed = isCached ? parseToken(token.text) : token;
  if (changetype<usize>(signed) == 0) return Status.FilterFailure;
  const status = verifySignature(
    keys,
    signed.algorithm,
    signed.keyId,
    signed.signedText,
    signed.signature,
    context.hostCrypto,
  );
  if (
    context.mayAskNewer(endpoint) &&
    mayHaveNewerKey(token, status) &&
    source.needNewer(context.nowMilliseconds) != KeyAnswer.Ready
  ) {
    return context.awaitKeys(endpoint, true);
  }
  context.rememberSignature(token, endpoint, status);
  return status;
}

/** Whether the issuer may have signed a token with a key that it published since: an unknown kid, or none and no key fits. */
function mayHaveNewerKey(token: Token, status: Status): bool {
  if (status == Status.JwksKidAlgMismatch) return true;
  return status == Status.JwtVerificationFail && spanLength(token.keyId) == 0;
}
