/**
 * The host's crypto: called through the foreign function `verify_signature`, and used only if it has told a good signature from a bad one
 * (docs/decisions/0005-host-crypto.md: Envoy has it since 1.30).
 */
import { callForeignFunction, foreignAnswer } from "../../abi/calls/foreign";
import { Result } from "../../abi/layout/result";
import { algorithm } from "../../jose/algorithm";
import { HostAnswer, setHostCall, verifyByHost } from "../../jose/host_verification";
import { KeySet } from "../../jose/key_set";
import { releaseSpan, utf8 } from "../../memory/persistent";
import { Span, spanAddress, spanLength } from "../../memory/span";
import { parseToken } from "../../token/token";

const VERIFY_SIGNATURE = utf8("verify_signature");

setHostCall(verify);

function verify(argument: Span): HostAnswer {
  if (callForeignFunction(VERIFY_SIGNATURE, argument) != Result.Ok) return HostAnswer.Unavailable;
  return isTrue(foreignAnswer) ? HostAnswer.Verified : HostAnswer.NotVerified;
}

/** The answer is protobuf too: `1 result bool, 2 error string`. False unless field 1 says true. */
function isTrue(answer: Span): bool {
  return (
    spanLength(answer) >= 2 && load<u8>(spanAddress(answer)) == 0x08 && load<u8>(spanAddress(answer), 1) == 1
  );
}

/** RFC 7515 appendices A.2 and A.3: keys and signed tokens. */
const RSA_KEYS =
  '{"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}]}';
const RSA_TOKEN =
  "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const EC_KEYS =
  '{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}';
const EC_TOKEN =
  "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/** Whether the host verifies as it should: asked while configuring, once for each plugin. */
export function hostCryptoWorks(): bool {
  return tellsGoodFromBad(RSA_KEYS, RSA_TOKEN) && tellsGoodFromBad(EC_KEYS, EC_TOKEN);
}

function tellsGoodFromBad(jwks: string, example: string): bool {
  const source = utf8(jwks);
  const text = utf8(example);
  const keys = KeySet.read(source);
  const token = parseToken(text);
  let works = false;
  if (keys.count == 1 && changetype<usize>(token) != 0 && spanLength(token.signature) > 0) {
    const row = algorithm(token.algorithm);
    const key = keys.key(0);
    const good = verifyByHost(row, key, token.signedText, token.signature);
    const last = spanAddress(token.signature) + <usize>spanLength(token.signature) - 1;
    store<u8>(last, load<u8>(last) ^ 1);
    const bad = verifyByHost(row, key, token.signedText, token.signature);
    works = good == HostAnswer.Verified && bad == HostAnswer.NotVerified;
  }
  keys.release();
  releaseSpan(source);
  releaseSpan(text);
  return works;
}
