/**
 * What a rule can look at, one row for each. The engine, the compiler and the explanation all go by these numbers.
 */

/** An attribute of a request. Those from `Claim` on have a key, so that there may be many of them. */
export const enum Attribute {
  /** Issuer and subject of the verified token, as `iss 0xFF sub` (0xFF is in no valid UTF-8). */
  RequestPrincipal = 0,
  Method = 1,
  /** `:path` without query and fragment. */
  Path = 2,
  /** `:authority` in lower case. */
  Host = 3,
  DestinationPort = 4,
  DestinationAddress = 5,
  /** The client after X-Forwarded-For or the proxy protocol. */
  RemoteAddress = 6,
  /** The TCP peer. */
  DirectRemoteAddress = 7,
  ServerName = 8,
  /** URI SANs, DNS SANs and subject of the peer's certificate, each one a value. */
  PeerName = 9,
  /** A claim by its path, each of its strings a value. */
  Claim = 10,
  /** A request header by its name, each of its lines a value. */
  Header = 11,
  /** A value of Envoy's dynamic metadata, each of its strings a value. */
  DynamicMetadata = 12,
  /** A claim by its path, each of its values with its type (tables/typed_claims.ts). */
  TypedClaim = 13,
}

/** How many attributes there are. */
export const ATTRIBUTES = 14;

/** Host properties that a policy set needs beside the request's headers and the token's claims; `PolicySet.needs` is a set of them. */
export const enum Need {
  DestinationPort = 1,
  DestinationAddress = 2,
  RemoteAddress = 4,
  DirectRemoteAddress = 8,
  ServerName = 16,
  PeerNames = 32,
  DynamicMetadata = 64,
}

/** The property that an attribute is made of, 0 for headers and claims. */
const NEEDS = memory.data<u32>([
  0,
  0,
  0,
  0,
  Need.DestinationPort,
  Need.DestinationAddress,
  Need.RemoteAddress,
  Need.DirectRemoteAddress,
  Need.ServerName,
  Need.PeerNames,
  0,
  0,
  Need.DynamicMetadata,
  0,
]);

export function needOf(attribute: Attribute): u32 {
  return load<u32>(NEEDS + ((<usize>attribute) << 2));
}

/** Whether the token's claims alone decide an attribute, so that a cached token can keep the result. */
export function isOfClaims(attribute: Attribute): bool {
  return (
    attribute == Attribute.RequestPrincipal ||
    attribute == Attribute.Claim ||
    attribute == Attribute.TypedClaim
  );
}
