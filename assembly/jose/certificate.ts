/**
 * The RSA key of an X.509 certificate (RFC 5280 §4.1). As in native, a certificate is only an envelope here: its form is checked as BoringSSL
 * checks it (x_x509.cc), its dates, names, extensions and signature mean nothing.
 */
import { Status } from "../decision/status";
import { Region } from "../memory/region";
import { Span, spanAddress, spanIsMissing, spanLength, subspan } from "../memory/span";
import {
  BIT_STRING,
  BOOLEAN,
  CONSTRUCTED,
  CONTEXT,
  DerReader,
  GENERALIZED_TIME,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
  SET,
  UTC_TIME,
} from "./encoding/der";
import {
  isBitString,
  isInteger,
  isObjectIdentifier,
  isTime,
  isUnsignedInteger,
  readAny,
} from "./encoding/der_values";
import { Key } from "./key";
import { decodePem } from "./encoding/pem";
import { isRsaEncryption } from "./public_key_info";
import { makeRsaKey } from "./rsa_key";

/** Reads the key of the certificate in `text` (see isCertificateText) into `key`, whose memory comes from `region`. */
export function readCertificateKey(text: Span, key: Key, region: Region): Status {
  const der = decodePem(text);
  if (spanIsMissing(der)) return Status.JwksX509ParseError;
  // What follows the certificate within the armour is not looked at.
  const certificate = new DerReader(der).inner(SEQUENCE);
  const signed = certificate.inner(SEQUENCE);
  if (!readAlgorithm(certificate)) return Status.JwksX509ParseError;
  const signature = certificate.elementOfAnyLengthForm(BIT_STRING);
  if (!certificate.isComplete || !isBitString(signature)) return Status.JwksX509ParseError;
  const publicKey = readSigned(signed);
  if (publicKey === null || !signed.isComplete) return Status.JwksX509ParseError;
  const read = isRsaEncryption(publicKey.algorithm) && readRsaPublicKey(publicKey.bits, key, region);
  return read ? Status.Ok : Status.JwksX509GetPubkeyError;
}

/** SubjectPublicKeyInfo: the content of its AlgorithmIdentifier and of its BIT STRING. */
class PublicKeyInfo {
  constructor(
    readonly algorithm: Span,
    readonly bits: Span,
  ) {}
}

/** TBSCertificate: all of its fields, up to where the first one is wrong. */
function readSigned(signed: DerReader): PublicKeyInfo | null {
  let version: u32 = 0;
  if (signed.isNext(CONTEXT | CONSTRUCTED)) {
    const wrapper = signed.inner(CONTEXT | CONSTRUCTED);
    const number = wrapper.element(INTEGER);
    if (!wrapper.isComplete || spanLength(number) != 1) return null;
    version = load<u8>(spanAddress(number));
    if (version > 2) return null;
  }
  if (!isInteger(signed.element(INTEGER))) return null;
  if (!readAlgorithm(signed) || !readName(signed) || !readValidity(signed) || !readName(signed)) return null;
  const info = signed.inner(SEQUENCE);
  const algorithm = info.element(SEQUENCE);
  const bits = info.element(BIT_STRING);
  if (!info.isComplete || !isAlgorithm(algorithm) || !isBitString(bits)) return null;
  // Unique identifiers since version 2, extensions since version 3; in an older one they are text behind the end.
  for (let tag: u32 = CONTEXT | 1; version >= 1 && tag <= (CONTEXT | 2); tag++) {
    if (signed.isNext(tag) && !isBitString(signed.element(tag))) return null;
  }
  if (version >= 2 && signed.isNext(CONTEXT | CONSTRUCTED | 3)) {
    const wrapper = signed.inner(CONTEXT | CONSTRUCTED | 3);
    if (!readExtensions(wrapper) || !wrapper.isComplete) return null;
  }
  return new PublicKeyInfo(algorithm, bits);
}

/** AlgorithmIdentifier. */
function readAlgorithm(reader: DerReader): bool {
  return isAlgorithm(reader.element(SEQUENCE));
}

function isAlgorithm(content: Span): bool {
  const fields = new DerReader(content);
  if (!isObjectIdentifier(fields.element(OBJECT_IDENTIFIER))) return false;
  if (!fields.isAtEnd && !readAny(fields)) return false;
  return fields.isComplete;
}

/** Name: a SEQUENCE of not empty SETs of attributes. */
function readName(reader: DerReader): bool {
  const name = reader.inner(SEQUENCE);
  while (!name.isAtEnd) {
    const set = name.inner(SET);
    do {
      const attribute = set.inner(SEQUENCE);
      if (!isObjectIdentifier(attribute.element(OBJECT_IDENTIFIER))) return false;
      if (!readAny(attribute) || !attribute.isComplete) return false;
    } while (!set.isAtEnd);
  }
  return name.isComplete;
}

function readValidity(reader: DerReader): bool {
  const validity = reader.inner(SEQUENCE);
  for (let i = 0; i < 2; i++) {
    const full = validity.isNext(GENERALIZED_TIME);
    if (!isTime(validity.element(full ? GENERALIZED_TIME : UTC_TIME), full)) return false;
  }
  return validity.isComplete;
}

function readExtensions(reader: DerReader): bool {
  const list = reader.inner(SEQUENCE);
  while (!list.isAtEnd) {
    const extension = list.inner(SEQUENCE);
    if (!isObjectIdentifier(extension.element(OBJECT_IDENTIFIER))) return false;
    // Any byte will do here (measured on Envoy 1.40).
    if (extension.isNext(BOOLEAN) && spanLength(extension.element(BOOLEAN)) != 1) return false;
    extension.element(OCTET_STRING);
    if (!extension.isComplete) return false;
  }
  return list.isComplete;
}

/** RSAPublicKey (RFC 8017 appendix A.1.1) in a BIT STRING of whole bytes. */
function readRsaPublicKey(bits: Span, key: Key, region: Region): bool {
  if (load<u8>(spanAddress(bits)) != 0) return false;
  const outer = new DerReader(subspan(bits, 1, spanLength(bits)));
  const numbers = outer.inner(SEQUENCE);
  const modulus = numbers.element(INTEGER);
  const exponent = numbers.element(INTEGER);
  if (!outer.isComplete || !numbers.isComplete) return false;
  return (
    isUnsignedInteger(modulus) && isUnsignedInteger(exponent) && makeRsaKey(modulus, exponent, key, region)
  );
}
