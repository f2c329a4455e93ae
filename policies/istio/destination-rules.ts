// How a proxy of Istio's speaks to a host: what DestinationRules say of TLS, for one port and subset. After Istio's push_context.go
// (destinationRule), networking/util (MergeSubsetTrafficPolicy, GetPortLevelTrafficPolicy).

import type { Resource } from "../resources/resource.js";
import { itemsOf, stringAt, stringsOf, valueAt, type Tree } from "../resources/tree.js";

/** A cluster that Istio makes for a service: `outbound|443|jwks|idp.example.com`. */
export interface OutboundCluster {
  readonly port: number;
  /** Empty: none. */
  readonly subset: string;
  readonly host: string;
}

/** Reads a cluster's name; undefined for one of another form. */
export function outboundCluster(name: string): OutboundCluster | undefined {
  const match = /^outbound\|([0-9]+)\|([^|]*)\|([^|]+)$/.exec(name);
  return match === null ? undefined : { port: Number(match[1]), subset: match[2]!, host: match[3]! };
}

/** What the rules at hand say of a cluster. */
export type ClusterTls =
  /** Nothing: there is no rule for the host. */
  | "unknown"
  /** No rule has the subset: there is no such cluster. */
  | "no subset"
  /** Without TLS of the proxy's own. */
  | "plain"
  | "tls";

/**
 * @param namespace of the proxies; undefined: all
 * @param serviceNamespace where the host is declared; undefined if nothing at hand does
 */
export function clusterTls(
  { port, subset, host }: OutboundCluster,
  resources: readonly Resource[],
  namespace: string | undefined,
  serviceNamespace: string | undefined,
  rootNamespace: string,
): ClusterTls {
  const all = resources.filter(
    (one) => one.group === "networking.istio.io" && one.kind === "DestinationRule" && isFor(one, host),
  );
  const exported = (of: string | undefined) => all.filter((one) => one.namespace === of && isExported(one));
  const own = all.filter((one) => one.namespace === namespace);
  // The first of these namespaces that has a rule for the host has the say.
  const rules = [own, exported(serviceNamespace), exported(rootNamespace)].find((some) => some.length > 0);
  if (rules === undefined) return "unknown";
  const subsets = rules
    .flatMap((rule) => itemsOf(valueAt(rule.tree, "spec", "subsets")))
    .filter((one) => stringAt(one, "name") === subset);
  if (subset !== "" && subsets.length === 0) return "no subset";
  const top = rules
    .map((rule) => valueAt(rule.tree, "spec", "trafficPolicy"))
    .find((policy) => policy !== undefined);
  const ofTop = atPort(top, port).mode;
  const ofSubset = atPort(valueAt(subsets[0], "trafficPolicy"), port);
  // A port's settings stand for all of a policy, whether they say something of TLS or not.
  const mode = ofSubset.mode === undefined && !ofSubset.isOfPort ? ofTop : ofSubset.mode;
  return mode === undefined || mode === "DISABLE" ? "plain" : "tls";

  function isExported(rule: Resource): boolean {
    const to = stringsOf(valueAt(rule.tree, "spec", "exportTo")).map(({ value }) => value);
    return to.length === 0 || to.includes("*") || to.includes(namespace ?? "*");
  }
}

function atPort(
  policy: Tree | undefined,
  port: number,
): { readonly isOfPort: boolean; readonly mode: string | undefined } {
  const ofPort = itemsOf(valueAt(policy, "portLevelSettings")).find((one) => {
    const number = valueAt(one, "port", "number");
    return number?.kind === "scalar" && Number(number.value) === port;
  });
  const tls = valueAt(ofPort ?? policy, "tls");
  // DISABLE is the first of the modes, which a policy without one has.
  return { isOfPort: ofPort !== undefined, mode: tls && (stringAt(tls, "mode") ?? "DISABLE") };
}

/** A rule's host may be short, or have a `*` in front. */
function isFor(rule: Resource, host: string): boolean {
  const written = stringAt(rule.tree, "spec", "host") ?? "";
  if (written.startsWith("*")) return host.endsWith(written.slice(1));
  return (written.includes(".") ? written : `${written}.${rule.namespace}.svc.cluster.local`) === host;
}
