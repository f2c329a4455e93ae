// Whether bytes are a certificate: the outline of RFC 5280 §4.1 in DER, as far as Go's x509.ParseCertificate looks at it before anything
// else. Names, times and keys in it are not read.

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
/** Explicit tag 0: the version. */
const VERSION = 0xa0;

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Whether this is one certificate and nothing else. */
export function isCertificate(bytes: Uint8Array): boolean {
  const [certificate, ...others] = elementsIn(bytes) ?? [];
  if (certificate?.tag !== SEQUENCE || others.length > 0) return false;
  const [signed, algorithm, signature, ...more] = elementsIn(certificate.content) ?? [];
  if (signed?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature?.tag !== BIT_STRING) return false;
  const fields = elementsIn(signed.content) ?? [];
  const [serial, ...rest] = fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  // Algorithm, issuer, validity, subject, public key; extensions may follow.
  const sequences = rest.slice(0, 5);
  return (
    more.length === 0 &&
    serial?.tag === INTEGER &&
    sequences.length === 5 &&
    sequences.every(({ tag, content }) => tag === SEQUENCE && elementsIn(content) !== undefined)
  );
}

/** The elements that the bytes are (X.690 §10.1: definite lengths, as short as can be); undefined if they are not. */
function elementsIn(bytes: Uint8Array): Element[] | undefined {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [tag, first] = [bytes[at]!, bytes[at + 1]];
    if (first === undefined) return undefined;
    at += 2;
    let length = first;
    if (first >= 0x80) {
      const octets = first - 0x80;
      if (octets < 1 || octets > 3 || at + octets > bytes.length || bytes[at] === 0) return undefined;
      length = 0;
      for (let i = 0; i < octets; i++) length = length * 256 + bytes[at++]!;
      if (length < 0x80) return undefined;
    }
    if (at + length > bytes.length) return undefined;
    elements.push({ tag, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return elements;
}
