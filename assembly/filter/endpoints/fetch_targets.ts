/** Which Envoy cluster an issuer's URI is called through. */
import { Region } from "../../memory/region";
import { Span } from "../../memory/span";
import { lowerCaseText } from "../../memory/text_case";
import { JwksUri, parseJwksUri } from "./jwks_uri";
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
    return this.target(uri, parts, region.keepText(cluster), region);
  }

  /**
   * Where a provider configuration says that its keys are. On its own origin that is its own cluster; another origin is followed only where
   * `clusters` names it, or a document could send GET requests to whatever this Envoy reaches.
   * @param from where the provider configuration was
   * @returns null if it is of another origin that `clusters` does not name
   */
  named(uri: string, parts: JwksUri, from: FetchTarget, region: Region): FetchTarget | null {
    if (lowerCaseText(parts.origin) == lowerCaseText(from.origin))
      return this.target(uri, parts, region.keep(from.cluster), region);
    if (!this.clusters.has(parts.origin)) return null;
    return this.target(uri, parts, region.keepText(this.clusters.get(parts.origin)), region);
  }

  private target(uri: string, parts: JwksUri, cluster: Span, region: Region): FetchTarget {
    return new FetchTarget(
      uri,
      parts.origin,
      cluster,
      region.keepText(parts.scheme),
      region.keepText(parts.authority),
      region.keepText(parts.path),
    );
  }
}
