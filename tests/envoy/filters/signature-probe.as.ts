/**
 * The filter's signatures without the filter around them, for vectors that are no tokens. A request brings the algorithm, a key set with one
 * key, the text and the signature in headers (the last two in base64url), and is answered with three numbers: what the host's crypto says
 * (HostAnswer), and the status of `verifySignature` with the host's crypto and without it.
 */
import "../../../assembly/abi/abort";
import "../../../assembly/memory/counted_allocation";
import { HeaderMap, headerValue } from "../../../assembly/abi/calls/headers";
import { Plugin, setPluginFactory } from "../../../assembly/abi/plugin";
import { HeadersStatus, sendLocalResponse } from "../../../assembly/abi/calls/stream";
import { hostCryptoWorks } from "../../../assembly/filter/authentication/host_crypto";
import { algorithm, algorithmOf, NO_ALGORITHM } from "../../../assembly/jose/algorithm";
import { decodeBase64Url } from "../../../assembly/jose/encoding/base64url";
import { verifyByHost } from "../../../assembly/jose/host_verification";
import { KeySet } from "../../../assembly/jose/key_set";
import { verifySignature } from "../../../assembly/jose/verify";
import { beginText, endText, writeByte, writeUnsigned } from "../../../assembly/memory/byte_writer";
import { utf8 } from "../../../assembly/memory/persistent";
import { NO_SPAN, Span } from "../../../assembly/memory/span";

export {
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_http_call_response,
  proxy_on_memory_allocate,
  proxy_on_request_headers,
  proxy_on_tick,
  proxy_on_vm_start,
} from "../../../assembly/abi/callbacks";

const ALGORITHM = utf8("x-algorithm");
const KEYS = utf8("x-keys");
const TEXT = utf8("x-text");
const SIGNATURE = utf8("x-signature");
const EMPTY = utf8("");
const UNREADABLE = utf8("unreadable");

function requestHeader(name: Span): Span {
  return headerValue(HeaderMap.RequestHeaders, name);
}

class SignatureProbe extends Plugin {
  onConfigure(_configuration: Span): bool {
    return hostCryptoWorks();
  }

  onRequestHeaders(_stream: u32): HeadersStatus {
    const id = algorithmOf(requestHeader(ALGORITHM));
    const keys = KeySet.read(requestHeader(KEYS));
    if (id == NO_ALGORITHM || keys.count != 1) {
      sendLocalResponse(400, UNREADABLE, UNREADABLE, EMPTY);
    } else {
      const text = decodeBase64Url(requestHeader(TEXT));
      const signature = decodeBase64Url(requestHeader(SIGNATURE));
      beginText();
      writeUnsigned(verifyByHost(algorithm(id), keys.key(0), text, signature));
      writeByte(0x20);
      writeUnsigned(verifySignature(keys, id, NO_SPAN, text, signature, true));
      writeByte(0x20);
      writeUnsigned(verifySignature(keys, id, NO_SPAN, text, signature, false));
      sendLocalResponse(200, EMPTY, endText(), EMPTY);
    }
    keys.release();
    return HeadersStatus.StopIteration;
  }

  onTick(): void {}
  onHttpCallResponse(_call: u32, _headers: u32, _bodyLength: u32): void {}
  onStreamEnd(_stream: u32): void {}
  onEnd(): void {}
}

setPluginFactory((): Plugin => new SignatureProbe());
