/** What the configuration says besides policies. */
import { Fields } from "../../config/fields";
import { insertSorted } from "../../config/sorted_names";
import { parseJwksUri } from "../endpoints/jwks_uri";

/** Durations in milliseconds. */
const DEFAULT_DURATION: i64 = 300_000;
const DEFAULT_COOLDOWN: i64 = 30_000;
const DEFAULT_MAX_STALE: i64 = 3_600_000;
const ONE_SECOND: i64 = 1_000;
const ONE_DAY: i64 = 86_400_000;
const ONE_WEEK: i64 = 7 * ONE_DAY;

const DEFAULT_TOKEN_CACHE_ENTRIES: i64 = 1_000;
const MAX_TOKEN_CACHE_ENTRIES: i64 = 1_000_000;

export class Settings {
  /** Origin of a jwksUri -> Envoy cluster. */
  clusters: Map<string, string> = new Map<string, string>();
  trustDomain: string = "cluster.local";
  trustDomainAliases: string[] = [];
  jwksDuration: i64 = DEFAULT_DURATION;
  jwksRefetchCooldown: i64 = DEFAULT_COOLDOWN;
  jwksMaxStale: i64 = DEFAULT_MAX_STALE;
  /** Verified tokens that are remembered; 0: none. */
  tokenCacheEntries: u32 = <u32>DEFAULT_TOKEN_CACHE_ENTRIES;
  /** Whether the host's crypto may be used where it has it. */
  hostCrypto: bool = true;
  /** Whether what was decided is left in filter state for access logs: three host calls, which nobody pays who does not print them. */
  accessLog: bool = false;
  /** Everything here that decides what a fetch of keys brings and how long it counts, as text: the clusters, and the durations of jwksCache. */
  get keySharing(): string {
    const names = this.clusters.keys();
    const origins: string[] = [];
    for (let i = 0; i < names.length; i++) insertSorted(origins, names[i]);
    let text =
      this.jwksDuration.toString() +
      "|" +
      this.jwksRefetchCooldown.toString() +
      "|" +
      this.jwksMaxStale.toString();
    for (let i = 0; i < origins.length; i++) {
      // With its length, since a cluster's name may have any character in it: Istio's have "|".
      const cluster = this.clusters.get(origins[i]);
      text += "|" + origins[i] + "=" + cluster.length.toString() + ":" + cluster;
    }
    return text;
  }

  /** Filter-state key that holds the TCP peer; "": none. */
  directRemoteAddress: string = "";
  /** Filter-state keys that hold all URI SANs and DNS SANs of the client's certificate, and the certificate itself; "": none. */
  peerUriSans: string = "";
  peerDnsSans: string = "";
  peerCertificate: string = "";
}

export function readSettings(root: Fields): Settings {
  const settings = new Settings();
  const clusters = root.object("clusters");
  if (clusters !== null) {
    const origins = clusters.names();
    for (let i = 0; i < origins.length; i++) {
      const cluster = clusters.string(origins[i]);
      const parts = parseJwksUri(origins[i]);
      if (parts === null || parts.path != "/") {
        clusters.error(origins[i], "must be an origin like https://idp.example.com, without a path");
      } else if (cluster.length == 0) {
        clusters.error(origins[i], "must name an Envoy cluster");
      } else {
        settings.clusters.set(parts.origin, cluster);
      }
    }
  }
  const trustDomain = root.string("trustDomain");
  if (trustDomain.length > 0) settings.trustDomain = trustDomain;
  settings.trustDomainAliases = root.strings("trustDomainAliases");
  const jwksCache = root.object("jwksCache");
  if (jwksCache !== null) {
    settings.jwksDuration = jwksCache.duration("duration", DEFAULT_DURATION, ONE_SECOND, ONE_DAY);
    settings.jwksRefetchCooldown = jwksCache.duration(
      "refetchCooldown",
      DEFAULT_COOLDOWN,
      ONE_SECOND,
      ONE_DAY,
    );
    settings.jwksMaxStale = jwksCache.duration("maxStale", DEFAULT_MAX_STALE, 0, ONE_WEEK);
    jwksCache.close();
  }
  const tokenCache = root.object("tokenCache");
  if (tokenCache !== null) {
    const entries = tokenCache.integer("maxEntries", DEFAULT_TOKEN_CACHE_ENTRIES, 0, MAX_TOKEN_CACHE_ENTRIES);
    settings.tokenCacheEntries = <u32>entries;
    tokenCache.close();
  }
  const crypto = root.has("crypto") ? root.string("crypto") : "auto";
  if (crypto != "wasm" && crypto != "auto") root.error("crypto", 'must be "auto" or "wasm"');
  settings.hostCrypto = crypto != "wasm";
  settings.accessLog = root.boolean("accessLog", false);
  settings.directRemoteAddress = root.string("directRemoteAddress");
  settings.peerUriSans = root.string("peerUriSans");
  settings.peerDnsSans = root.string("peerDnsSans");
  settings.peerCertificate = root.string("peerCertificate");
  return settings;
}
