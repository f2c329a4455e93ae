// Where the filter has to fetch keys: the origins of the rules' jwksUri, or of the issuer where keys are discovered.

import { isIP } from "node:net";
import type { Policy } from "../istio/policy.js";
import { itemsOf, stringAt, valueAt } from "../resources/tree.js";

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

/** The origins that these RequestAuthentications need, each once, in order. */
export function jwksOrigins(policies: readonly Policy[]): JwksOrigin[] {
  const origins = new Map<string, JwksOrigin>();
  for (const policy of policies) {
    for (const rule of itemsOf(valueAt(policy.spec, "jwtRules"))) {
      const jwks = stringAt(rule, "jwks") ?? "";
      const uri = stringAt(rule, "jwksUri") ?? (jwks === "" ? stringAt(rule, "issuer") : undefined);
      const origin = uri === undefined ? undefined : originOf(uri);
      if (origin !== undefined) origins.set(origin.origin, origin);
    }
  }
  return [...origins.values()];
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
  return { origin, tls, host, port, isAddress: isIP(host) !== 0 };
}

/**
 * The full name of the Service of the cluster that a host means, whose Envoy cluster exists without a ServiceEntry;
 * undefined for any other host. `jwks.foo` may be either: it is a Service if the objects have one.
 * @param services `namespace/name` of the Services among the objects
 */
export function meshServiceHost(
  host: string,
  namespace: string,
  services: ReadonlySet<string>,
): string | undefined {
  const [name = "", of = namespace, ...rest] = host.split(".");
  const suffix = rest.join(".");
  const isService =
    suffix === "svc" ||
    suffix === "svc.cluster.local" ||
    (suffix === "" && (!host.includes(".") || services.has(`${of}/${name}`)));
  return isService && host !== "localhost" ? `${name}.${of}.svc.cluster.local` : undefined;
}

/** A name for Kubernetes objects and Envoy clusters: `idp-example-com`, with the port where it is not the usual one. */
export function originName(origin: JwksOrigin): string {
  const host = origin.host
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return origin.port === (origin.tls ? 443 : 80) ? host : `${host}-${origin.port}`;
}
