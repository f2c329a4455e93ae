/** Which Envoy cluster an issuer's URI is called through. */
import { Region } from "../memory/region";
import { parseJwksUri } from "./jwks_uri";
import { FetchTarget } from "./key_endpoint";

export class FetchTargets {
  constructor(
    /** Origin -> cluster, as configured. */
    private readonly clusters: Map<string, string>,
  ) {}

  /**
   * Null if `uri` is no absolute http or https URI. Without a configured cluster it is the one of Istio's sidecars.
   * @param region where the target's bytes live
   */
  of(uri: string, region: Region): FetchTarget | null {
    const parts = parseJwksUri(uri);
    if (parts === null) return null;
    const cluster = this.clusters.has(parts.origin) ? this.clusters.get(parts.origin) : parts.istioCluster;
    return new FetchTarget(
      uri,
      region.keepText(cluster),
      region.keepText(parts.scheme),
      region.keepText(parts.authority),
      region.keepText(parts.path),
    );
  }
}
