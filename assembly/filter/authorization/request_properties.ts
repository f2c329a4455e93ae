/** The properties of a request that the policies ask for, from the host; nothing is asked for that no rule uses. */
import { property } from "../../abi/calls/property";
import { Need } from "../../policy/attributes/attribute";
import { RequestAttributes } from "../../policy/attributes/request_attributes";
import { utf8 } from "../../memory/persistent";
import { Region } from "../../memory/region";
import { Span, spanAddress, spanLength } from "../../memory/span";
import { PeerNames } from "./peer_names";
import { Settings } from "../configuration/settings";

const DESTINATION_PORT = utf8("destination\0port");
const DESTINATION_ADDRESS = utf8("destination\0address");
/** The client after X-Forwarded-For and proxy protocol, not the TCP peer (envoy-host measurements in docs/decisions). */
const SOURCE_ADDRESS = utf8("source\0address");
const SERVER_NAME = utf8("connection\0requested_server_name");
const METADATA = utf8("metadata");
const FILTER_STATE = "filter_state\0";
export class RequestProperties {
  private readonly directRemoteAddress: Span;
  private readonly peerNames: PeerNames;

  constructor(settings: Settings, region: Region) {
    const directRemoteAddress = settings.directRemoteAddress;
    this.peerNames = new PeerNames(settings, region);
    this.directRemoteAddress =
      directRemoteAddress.length > 0 ? region.keepText(FILTER_STATE + directRemoteAddress) : 0;
  }

  /**
   * Fills in what `needs`, a set of `Need`s, names. False if the TCP peer is needed and the filter ahead has not left it: DENY policies
   * on `ipBlocks` would match nobody, `notIpBlocks` everybody. Likewise for the names of a client's certificate.
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
    return (needs & Need.PeerNames) == 0 || this.peerNames.fill(attributes);
  }
}

/** An int64 property, little-endian, as a port; -1 if it is none. */
function integer(value: Span): i32 {
  if (spanLength(value) != 8) return -1;
  const number = load<i64>(spanAddress(value));
  return number >= 0 && number <= 65535 ? <i32>number : -1;
}
