/** What must hold for a value beside its equal, leading or trailing bytes. What each of them means is in value_match.ts. */

export const enum ValueCheck {
  None = 0,
  /** `.+` */
  Text = 1,
  /** `.+` on the issuer of a request principal. */
  Issuer = 2,
  /** `.+` on its subject. */
  Subject = 3,
  /** `.+` on both. */
  IssuerAndSubject = 4,
  /** `.+` behind the first byte, the kind, of a dynamic metadata value. */
  MetadataText = 5,
  /** The first byte, the kind, of a dynamic metadata value is the argument. */
  MetadataKind = 6,
  PathTemplate = 7,
  PeerPrincipalSuffix = 8,
  PeerNamespace = 9,
  PeerServiceAccount = 10,
  PeerTrustDomain = 11,
  /** A test of a claim's typed value (typed_value.ts). */
  Typed = 12,
}

/** Stands between issuer and subject in a request principal: a byte that valid UTF-8 does not contain. */
export const PRINCIPAL_SEPARATOR: u8 = 0xff;
