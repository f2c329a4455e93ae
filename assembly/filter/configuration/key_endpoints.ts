/** The endpoints of a configuration's JWT rules, as they are read: what would be fetched in the same way is one. */
import { Fields, text } from "../../config/fields";
import { Status } from "../../decision/status";
import { KeySet } from "../../jose/key_set";
import { KeySource } from "../../keys/key_source";
import { RECORD_VERSION } from "../../keys/source_state";
import { Region } from "../../memory/region";
import { span } from "../../memory/span";
import { FetchTargets } from "../endpoints/fetch_targets";
import { KeyEndpoint } from "../endpoints/key_endpoint";
import { keySetFault } from "../fetching/fetch_fault";
import { Settings } from "./settings";

/** Of a call for keys, in milliseconds: Istio's default. */
export const DEFAULT_TIMEOUT: i64 = 5_000;

export const NO_DISCOVERY = "is no http or https URI to discover keys from; give jwksUri or jwks";

export const NO_URI = "must be an absolute http or https URI of at most 2048 characters";

/** Each function answers the index of an endpoint among `all`, 0 where there is none to be had: the errors of `fields` say why. */
export class KeyEndpoints {
  readonly all: KeyEndpoint[] = [];

  constructor(
    private region: Region,
    private settings: Settings,
    private targets: FetchTargets,
  ) {}

  /** Keys in the configuration. */
  inline(fields: Fields, jwks: string): i32 {
    const buffer = String.UTF8.encode(jwks);
    const keys = KeySet.read(span(changetype<usize>(buffer), buffer.byteLength));
    if (keys.status != Status.Ok) fields.error("jwks", keySetFault(keys));
    return this.all.push(KeyEndpoint.inline(KeySource.inline(keys))) - 1;
  }

  /**
   * @param name the field that says where
   * @param issuer whose provider configuration is at `uri`; empty: `uri` is the key set's
   */
  remote(fields: Fields, name: string, uri: string, timeout: u32, issuer: string): i32 {
    const isDiscovery = issuer.length > 0;
    for (let i = 0; i < this.all.length; i++) {
      const known = this.all[i];
      if (known.uri == uri && known.timeout == timeout && text(known.issuer) == issuer) return i;
    }
    const target = this.targets.of(uri, this.region);
    if (target === null) {
      if (isDiscovery) fields.error(name, NO_DISCOVERY);
      else fields.error(name, NO_URI);
      return 0;
    }
    const settings = this.settings;
    const source = new KeySource(settings.jwksDuration, settings.jwksMaxStale, settings.jwksRefetchCooldown);
    const endpoint = new KeyEndpoint(source, uri, timeout);
    endpoint.issuer = this.region.keepText(issuer);
    if (isDiscovery) endpoint.discovery = target;
    else endpoint.keySet = target;
    // Only plugins that would fetch the same thing by the same way share it: a cluster of one configuration must not decide about another's keys.
    const kind = isDiscovery ? "discovery|" + issuer.length.toString() + "|" + issuer : "keys";
    const sharing =
      kind + "|" + uri.length.toString() + "|" + uri + "|" + timeout.toString() + "|" + settings.keySharing;
    const layout = RECORD_VERSION.toString();
    endpoint.stateKey = this.region.keepText("jwt-policy." + layout + ".state." + sharing);
    endpoint.textKey = this.region.keepText("jwt-policy." + layout + ".keys." + sharing);
    return this.all.push(endpoint) - 1;
  }
}
