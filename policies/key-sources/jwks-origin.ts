// Where the filter has to fetch keys: the origins of the rules' jwksUri, or of the issuer where keys are discovered, and the origin that its
// provider configuration is known to name.

import { isAddress } from "../golang/ip.js";
import { jwtRulesOf } from "../policy-model/jwt-rules.js";
import { furtherJwksUris } from "../extensions/issuer-key-sources.js";
import type { Attached, Policy } from "../istio/policy.js";
import type { Resource } from "../resources/resource.js";
import { stringAt, stringsOf, valueAt } from "../resources/tree.js";
import { discoveringIssuer, keysElsewhere } from "./discovered-keys.js";
import { nameWords, shortHash } from "../text/object-name.js";

export interface JwksOrigin {
  /**
   * `https://idp.example.com`, as the filter looks it up in `clusters`: the host as written, and the port where it is
   * not the scheme's own.
   */
  readonly origin: string;
  readonly tls: boolean;
  /** A name in small letters, or an address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

/** The origins that these RequestAuthentications need, and the further key sets of `extensions`, each once, in order. */
export function jwksOrigins(policies: readonly Policy[], extensions: readonly Attached[] = []): JwksOrigin[] {
  const own = policies.flatMap(jwtRulesOf).flatMap((rule) => {
    const issuer = discoveringIssuer(rule);
    return [stringAt(rule, "jwksUri") ?? issuer, issuer === undefined ? undefined : keysElsewhere(issuer)];
  });
  return originsOf([...own, ...furtherJwksUris(extensions).map(({ uri }) => uri)]);
}

/** The origins of some URIs, each once, in order; what is none has none. */
export function originsOf(uris: readonly (string | undefined)[]): JwksOrigin[] {
  const origins = uris.flatMap((uri) => (uri === undefined ? undefined : originOf(uri)) ?? []);
  return [...new Map(origins.map((one) => [one.origin, one])).values()];
}

/** `https://www.googleapis.com`, and the cluster that Istio's sidecars have for it, for each issuer among the rules whose keys are elsewhere. */
export function clustersElsewhere(policies: readonly Policy[]): Map<string, string> {
  const clusters = new Map<string, string>();
  for (const { spec } of policies) {
    for (const rule of jwtRulesOf({ spec })) {
      const jwksUri = keysElsewhere(discoveringIssuer(rule) ?? "");
      const origin = jwksUri === undefined ? undefined : originOf(jwksUri);
      if (origin !== undefined) clusters.set(origin.origin, `outbound|${origin.port}||${origin.host}`);
    }
  }
  return clusters;
}

/** The origin of an http or https URI; undefined for anything else. */
export function originOf(uri: string): JwksOrigin | undefined {
  if (!URL.canParse(uri)) return undefined;
  const url = new URL(uri);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  const tls = url.protocol === "https:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (tls ? 443 : 80) : Number(url.port);
  const written = /^[^/]*\/\/([^/?#]*?)(?::[0-9]*)?(?:[/?#]|$)/.exec(uri)?.[1] ?? url.hostname;
  const origin = `${url.protocol}//${written}${url.port === "" ? "" : `:${url.port}`}`;
  return { origin, tls, host, port, isAddress: isAddress(host) };
}

/** What the user's objects tell about hosts. */
export interface KnownHosts {
  /** `namespace/name` of the Services. */
  readonly services: ReadonlySet<string>;
  /** Hosts of the ServiceEntries: these are no Services, whatever their form. */
  readonly declared: ReadonlySet<string>;
}

/** The Services and the hosts of ServiceEntries among a user's objects. */
export function knownHosts(resources: readonly Resource[]): KnownHosts {
  const services = resources.filter(({ group, kind }) => group === "" && kind === "Service");
  const entries = resources.filter(
    ({ group, kind }) => group === "networking.istio.io" && kind === "ServiceEntry",
  );
  return {
    services: new Set(services.map(({ namespace, name }) => `${namespace}/${name}`)),
    declared: new Set(
      entries.flatMap((one) => stringsOf(valueAt(one.tree, "spec", "hosts")).map(({ value }) => value)),
    ),
  };
}

/** A Service of the cluster. Its Envoy cluster exists without a ServiceEntry. */
export interface MeshService {
  readonly namespace: string;
  /** `idp.foo.svc.cluster.local` */
  readonly host: string;
  /** Only the form of the host says so. */
  readonly isGuess: boolean;
}

/**
 * The Service that an origin's host means: `idp` (in the workload's own namespace), `idp.foo`, `idp.foo.svc`, `idp.foo.svc.cluster.local`;
 * undefined for a host outside. `idp.foo` by https is a Service if the objects have one, since hosts outside have this form too
 * (`example.com`); by http, without TLS, it is one unless a ServiceEntry declares it.
 */
export function meshService(
  { host, tls, isAddress }: Pick<JwksOrigin, "host" | "tls" | "isAddress">,
  namespace: string,
  { services, declared }: KnownHosts,
): MeshService | undefined {
  const [name = "", of = namespace, ...rest] = host.split(".");
  if (isAddress || host === "localhost" || declared.has(host)) return undefined;
  const suffix = rest.join(".");
  const isShort = suffix === "" && host.includes(".");
  if (suffix !== "" && suffix !== "svc" && suffix !== "svc.cluster.local") return undefined;
  const isGuess = isShort && !services.has(`${of}/${name}`);
  if (isGuess && tls) return undefined;
  return { namespace: of, host: `${name}.${of}.svc.cluster.local`, isGuess };
}

/** With `jwks-` before it and a hash behind it, within the 63 characters of a label. */
const MAX_NAME_LENGTH = 48;

/**
 * A name for Kubernetes objects and Envoy clusters that no other origin has: `idp-example-com` for `https://idp.example.com`; one that another
 * host, port or scheme could have as well has a hash behind it.
 */
export function originName({ host, port, tls }: JwksOrigin): string {
  const isUsual = port === (tls ? 443 : 80);
  const words = nameWords(isUsual ? host : `${host}-${port}`, MAX_NAME_LENGTH);
  const isPlain = tls && isUsual && /^[a-z0-9]+(\.[a-z0-9]+)*$/.test(host) && words.length === host.length;
  if (isPlain) return words;
  return `${words}-${shortHash(JSON.stringify([tls, host, port]))}`;
}
