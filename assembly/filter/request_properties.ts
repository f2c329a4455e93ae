/** The properties of a request that the policies ask for, from the host; nothing is asked for that no rule uses. */
import { property } from "../abi/property";
import { Need } from "../policy/attribute";
import { RequestAttributes } from "../policy/request_attributes";
import { utf8 } from "../memory/persistent";
import { Region } from "../memory/region";
import { Span, spanAddress, spanLength } from "../memory/span";

const DESTINATION_PORT = utf8("destination\0port");
const DESTINATION_ADDRESS = utf8("destination\0address");
/** The client after X-Forwarded-For and proxy protocol, not the TCP peer (envoy-host measurements in docs/decisions). */
const SOURCE_ADDRESS = utf8("source\0address");
const SERVER_NAME = utf8("connection\0requested_server_name");
const METADATA = utf8("metadata");
const FILTER_STATE = "filter_state\0";
/** Where a waypoint keeps the identity that its tunnel has authenticated. */
const WAYPOINT_PRINCIPAL = utf8("filter_state\0io.istio.peer_principal");
/** The first URI SAN, the first DNS SAN, the subject: the ABI shows no further ones (docs/differences.md). */
const PEER_NAMES: StaticArray<Span> = [
  utf8("connection\0uri_san_peer_certificate"),
  utf8("connection\0dns_san_peer_certificate"),
  utf8("connection\0subject_peer_certificate"),
];

/** Memory for the names of one peer. */
const peerNames: usize = heap.alloc((<usize>4) << 3);

export class RequestProperties {
  private readonly directRemoteAddress: Span;

  /** @param directRemoteAddress filter-state key that holds the TCP peer; "": none */
  constructor(directRemoteAddress: string, region: Region) {
    this.directRemoteAddress =
      directRemoteAddress.length > 0 ? region.keepText(FILTER_STATE + directRemoteAddress) : 0;
  }

  /**
   * Fills in what `needs`, a set of `Need`s, names. False if the TCP peer is needed and the filter ahead has not left it: DENY policies
   * on `ipBlocks` would match nobody, `notIpBlocks` everybody.
   */
  fill(attributes: RequestAttributes, needs: u32): bool {
    if ((needs & Need.DestinationPort) != 0) attributes.destinationPort = integer(property(DESTINATION_PORT));
    if ((needs & Need.DestinationAddress) != 0) attributes.destinationAddress = property(DESTINATION_ADDRESS);
    if ((needs & Need.RemoteAddress) != 0) attributes.remoteAddress = property(SOURCE_ADDRESS);
    if ((needs & Need.DirectRemoteAddress) != 0) {
      attributes.directRemoteAddress = property(this.directRemoteAddress);
      if (spanLength(attributes.directRemoteAddress) == 0) return false;
    }
    if ((needs & Need.ServerName) != 0) attributes.serverName = property(SERVER_NAME);
    if ((needs & Need.DynamicMetadata) != 0) attributes.dynamicMetadata = property(METADATA);
    if ((needs & Need.PeerNames) != 0) fillPeerNames(attributes);
    return true;
  }
}

function fillPeerNames(attributes: RequestAttributes): void {
  let count: u32 = 0;
  for (let i = 0; i < PEER_NAMES.length; i++) {
    const name = property(unchecked(PEER_NAMES[i]));
    if (spanLength(name) == 0) continue;
    store<u64>(peerNames + ((<usize>count) << 3), name);
    count++;
  }
  if (count == 0) {
    const principal = property(WAYPOINT_PRINCIPAL);
    if (spanLength(principal) > 0) {
      store<u64>(peerNames, principal);
      count = 1;
    }
  }
  attributes.peerNames = peerNames;
  attributes.peerNameCount = count;
}

/** An int64 property, little-endian, as a port; -1 if it is none. */
function integer(value: Span): i32 {
  if (spanLength(value) != 8) return -1;
  const number = load<i64>(spanAddress(value));
  return number >= 0 && number <= 65535 ? <i32>number : -1;
}
