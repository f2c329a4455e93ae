// JP223: an https issuer that is called without TLS, since the DestinationRules at hand give none to the cluster. JP224: an issuer whose host
// a Sidecar keeps from the proxies. Both end in 401 "Jwks remote fetch is failed" for every token.

import type { Finding } from "../../findings/finding.js";
import { clusterTls, outboundCluster } from "../../istio/destination-rules.js";
import { sidecarWithout } from "../../istio/sidecar-egress.js";
import { istioPlugins, type IstioPlugin } from "../../plugin-files/plugin-file.js";
import { originOf } from "../../key-sources/jwks-origin.js";
import { resourceName, textsOf, type Resource } from "../../resources/resource.js";
import {
  itemsOf,
  stringAt,
  stringsOf,
  valueAt,
  type LocatedString,
  type Tree,
} from "../../resources/tree.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";

export const issuerClusters: Lint = (context) =>
  istioPlugins(context.resources).flatMap((plugin) =>
    [
      ...itemsOf(valueAt(plugin.configuration, "requestAuthentications"))
        .flatMap((one) => itemsOf(valueAt(one, "jwtRules")))
        .flatMap(ownUri),
      ...itemsOf(valueAt(plugin.configuration, "extensions", "keySources")).flatMap((one) =>
        stringsOf(valueAt(one, "jwksUris")),
      ),
    ].flatMap((uri) => ofUri(uri, plugin, context)),
  );

/** Where a rule's keys, or the way to them, are fetched. */
function ownUri(rule: Tree): LocatedString[] {
  const inlined = (stringAt(rule, "jwks") ?? "") !== "";
  const value = stringAt(rule, "jwksUri") ?? (inlined ? undefined : stringAt(rule, "issuer"));
  if (value === undefined) return [];
  return [{ value, at: (valueAt(rule, "jwksUri") ?? valueAt(rule, "issuer"))!.at }];
}

function ofUri(
  { value, at }: LocatedString,
  plugin: IstioPlugin,
  { resources, rootNamespace }: LintContext,
): Finding[] {
  const { resource } = plugin;
  const origin = originOf(value);
  if (origin === undefined) return [];
  // The filter's own choice where nothing is said (docs/configuration.md).
  const name =
    stringAt(plugin.configuration, "clusters", origin.origin) ?? `outbound|${origin.port}||${origin.host}`;
  const cluster = outboundCluster(name);
  if (cluster === undefined) return [];
  const declared = namespaceOf(cluster.host, resource.namespace, resources);
  const isForAll = resource.namespace === rootNamespace;
  const namespace = isForAll ? undefined : resource.namespace;
  const findings: Finding[] = [];
  if (origin.tls) {
    const tls = clusterTls(cluster, resources, namespace, declared, rootNamespace);
    const says = {
      "no subset": "no DestinationRule here has its subset",
      plain: "the DestinationRules here give it no TLS",
    };
    // A host that is declared here, without any rule, speaks what the filter speaks: plain HTTP.
    const fault =
      tls === "unknown" && declared !== undefined && isEntry(cluster.host, resources) ? "plain" : tls;
    if (fault === "plain" || fault === "no subset") {
      findings.push(
        remark({
          id: "JP223",
          severity: "error",
          resource,
          at,
          message: `the filter calls the cluster ${name} for this, and ${says[fault]}: no keys come, every token is refused`,
          remedy: `name one with TLS: clusters: {"${origin.origin}": "outbound|${cluster.port}|jwks|${cluster.host}"}, with a DestinationRule that has the subset jwks (jwt-policy render writes both)`,
        }),
      );
    }
  }
  const labels = textsOf(valueAt(resource.tree, "spec", "selector", "matchLabels"));
  const callers = { namespace: resource.namespace, labels };
  const hiding = isForAll
    ? undefined
    : sidecarWithout(resources, callers, cluster.host, declared ?? resource.namespace, rootNamespace);
  if (hiding !== undefined) findings.push(hiddenIssuer(hiding, cluster.host, declared ?? resource.namespace));
  return findings;
}

/** The Sidecar keeps the host from proxies that have the filter. */
export function hiddenIssuer(sidecar: Resource, host: string, namespace: string): Finding {
  const where = namespace === sidecar.namespace ? "." : namespace;
  return remark({
    id: "JP224",
    resource: sidecar,
    at: valueAt(sidecar.tree, "spec", "egress")!.at,
    message: `${resourceName(sidecar)} keeps ${host} from proxies that fetch keys there: none come, every token is refused`,
    remedy: `add "${where}/${host}", or "${where}/*", to its egress hosts`,
  });
}

function entriesFor(host: string, resources: readonly Resource[]): Resource[] {
  return resources.filter(
    (one) =>
      one.group === "networking.istio.io" &&
      one.kind === "ServiceEntry" &&
      stringsOf(valueAt(one.tree, "spec", "hosts")).some(({ value }) => value === host),
  );
}

function isEntry(host: string, resources: readonly Resource[]): boolean {
  return entriesFor(host, resources).length > 0;
}

/** Where a host is declared: a Service's name says so, a ServiceEntry at hand has it. */
function namespaceOf(host: string, near: string, resources: readonly Resource[]): string | undefined {
  const service = /^[^.]+\.([^.]+)\.svc\.cluster\.local$/.exec(host);
  if (service !== null) return service[1]!;
  const namespaces = entriesFor(host, resources).map(({ namespace }) => namespace);
  return namespaces.find((one) => one === near) ?? namespaces[0];
}
