/**
 * One request as the policies see it. The filter fills it from headers, the verified token and those host properties that
 * `PolicySet.needs` names; what it leaves zero counts as absent.
 */
import { JsonDocument } from "../../claims/json";
import { Span } from "../../memory/span";
import { HeaderList } from "../../request/header_list";


@unmanaged
export class RequestAttributes {
  /** The headers as a filter behind jwt_authn sees them: token and client-sent output headers removed, outputs added. */
  headers: HeaderList;
  /** Claims of the verified token; address 0 if there is none. */
  claims: JsonDocument;
  /** Names of the top-level claims whose text counts as a list, separated by spaces: address of so many spans. */
  spaceDelimitedClaims: usize;
  spaceDelimitedClaimCount: u32;
  /** Name of the top-level claim that says the scopes in the place of `scope`; empty: none does. */
  scopeClaim: Span;
  /** `destination.port`, or -1. */
  destinationPort: i32;
  /** `destination.address`, `source.address` and the TCP peer: an address with or without port, as Envoy prints it. */
  destinationAddress: Span;
  remoteAddress: Span;
  directRemoteAddress: Span;
  /** `connection.requested_server_name`. */
  serverName: Span;
  /** URI SANs, DNS SANs and subject of the peer's certificate (or the waypoint's peer principal): address of so many spans. */
  peerNames: usize;
  peerNameCount: u32;
  /** The property `metadata`: a serialised envoy.config.core.v3.Metadata. */
  dynamicMetadata: Span;
}

/** An empty request in memory of the caller, who owns offsetof<RequestAttributes>() bytes at `address`. */
export function requestAttributesAt(address: usize): RequestAttributes {
  memory.fill(address, 0, offsetof<RequestAttributes>());
  const attributes = changetype<RequestAttributes>(address);
  attributes.destinationPort = -1;
  return attributes;
}
