/** Which Envoy cluster an issuer's URI is called through. */
import { Region } from "../memory/region";
import { parseJwksUri } from "./jwks_uri";
import { FetchTarget } from "./key_endpoint";

export class FetchTargets {
  constructor(
    /** Origin -> cluster, as configured. */
    private readonly clusters: Map<string, string>,
    private readonly region: Region,
  ) {}

  /** Null if `uri` is no absolute http or https URI. Without a configured cluster it is the one of Istio's sidecars. */
  of(uri: string): FetchTarget | null {
    const parts = parseJwksUri(uri);
    if (parts === null) return null;
    const cluster = this.clusters.has(parts.origin) ? this.clusters.get(parts.origin) : parts.istioCluster;
    return new FetchTarget(
      uri,
      this.region.keepText(cluster),
      this.region.keepText(parts.scheme),
      this.region.keepText(parts.authority),
      this.region.keepText(parts.path),
    );
  }
}
