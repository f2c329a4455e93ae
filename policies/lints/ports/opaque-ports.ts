// JP225: a Service port that Istio does not take for HTTP: no HTTP filter sees what comes in there. Native policies close such a port, since none
// of their rules on requests can be met; this filter is not asked. A port whose protocol Istio detects is no better: whoever puts an empty line
// ahead of a request is not detected (tests/envoy/shipped/detected-http.test.ts).

import type { Finding } from "../../findings/finding.js";
import { isGateway } from "../../istio/gateway.js";
import { isDryRun, type Policy } from "../../istio/policy.js";
import { isOpaque, portNumber, portProtocol } from "../../istio/port-protocol.js";
import { portsOf, servicesOf, type PodSelection } from "../../istio/services.js";
import { istioPlugins } from "../../plugin-files/plugin-file.js";
import { constraintsOf, type PolicyModel } from "../../policy-model/rule-model.js";
import { resourceName, textsOf, type Resource } from "../../resources/resource.js";
import { itemsOf, stringAt, valueAt, type Tree } from "../../resources/tree.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";

export const opaquePorts: Lint = (context) => {
  const served = new Map<Resource, string>();
  const closed = new Map<Resource, string>();
  for (const { resource } of istioPlugins(context.resources)) {
    for (const service of servicesOfPlugin(resource, context)) served.set(service, resourceName(resource));
  }
  const forTcpToo = servicesForTcpToo(context);
  for (const model of context.authorizationPolicies.filter(isOnRequests)) {
    for (const service of servicesOf(context.resources, podsOfPolicy(model.policy, context))) {
      if (!served.has(service) && !forTcpToo.has(service)) {
        closed.set(service, resourceName(model.policy.resource));
      }
    }
  }
  return [
    ...[...served].flatMap(([service, cause]) => opaquePortsOf(service, `of ${cause}`, new Set())),
    // To native filters a detected port is open to HTTP alone; JP216 has its say.
    ...[...closed].flatMap(([service, cause]) =>
      opaquePortsOf(service, `of ${cause}`, detectedPorts(service)),
    ),
  ];
};

/**
 * An error for each port of a Service that the filter would not see.
 * @param whose `of WasmPlugin foo/httpbin`: what is meant to judge the requests
 * @param meant numbers of ports that are TCP on purpose
 */
export function opaquePortsOf(service: Resource, whose: string, meant: ReadonlySet<number>): Finding[] {
  return portsOf(service).flatMap((port) => {
    const protocol = portProtocol(port);
    const number = portNumber(port);
    if ((protocol !== undefined && !isOpaque(protocol)) || meant.has(number)) return [];
    const name = stringAt(port, "name");
    const word = protocol === undefined ? name : name?.replace(/^[a-z0-9_]+-?/i, "");
    return [
      remark({
        id: "JP225",
        severity: "error",
        resource: service,
        at: (valueAt(port, "appProtocol") ?? valueAt(port, "name"))?.at ?? port.at,
        message:
          protocol === undefined
            ? `port ${number} tells Istio no protocol: a request behind an empty line is not taken for HTTP, and goes past the rules ${whose}`
            : `Istio takes port ${number} for ${protocol}: the filter sees nothing of it, and the rules ${whose} are not asked`,
        remedy: `for HTTP name it http-${(word || "web").toLowerCase()}, or set appProtocol: http; to close it to what is no HTTP, apply a native AuthorizationPolicy with action: DENY and rules: ${closingRules(port)}, then render with --tcp-port ${number}`,
      }),
    ];
  });
}

/**
 * Rules of a DENY policy that close a port to connections and to no request: every request has a method, and Istio leaves conditions on methods
 * out for TCP (pilot/pkg/security/authz/model/model.go). As YAML.
 */
function closingRules(port: Tree): string {
  const target = valueAt(port, "targetPort");
  const number = target?.kind === "scalar" ? Number(target.value) : portNumber(port);
  // A named port is one of the containers': without ports the rule is for all of them.
  const ports = Number.isInteger(number) ? `ports: ["${number}"], ` : "";
  return `[{to: [{operation: {${ports}notMethods: ["*"]}}]}]`;
}

function detectedPorts(service: Resource): Set<number> {
  return new Set(
    portsOf(service)
      .filter((port) => portProtocol(port) === undefined)
      .map(portNumber),
  );
}

function servicesOfPlugin(plugin: Resource, { resources, rootNamespace }: LintContext): Resource[] {
  const spec = valueAt(plugin.tree, "spec");
  const refs = [...itemsOf(valueAt(spec, "targetRefs")), valueAt(spec, "targetRef")];
  const names = refs.flatMap((ref) => (stringAt(ref, "kind") === "Service" ? [stringAt(ref, "name")] : []));
  if (refs.some((ref) => ref !== undefined)) {
    return resources.filter(
      ({ group, kind, namespace, name }) =>
        group === "" && kind === "Service" && namespace === plugin.namespace && names.includes(name),
    );
  }
  const { namespace } = plugin;
  const labels = textsOf(valueAt(spec, "selector", "matchLabels"));
  if (isGateway({ namespace, labels }, resources)) return [];
  return servicesOf(resources, { namespace, labels, inAllNamespaces: namespace === rootNamespace });
}

function podsOfPolicy({ resource, matchLabels }: Policy, { rootNamespace }: LintContext): PodSelection {
  const { namespace } = resource;
  return { namespace, labels: matchLabels ?? new Map(), inAllNamespaces: namespace === rootNamespace };
}

/** An ALLOW policy with nothing but rules on requests. For pods that it names: one for all may be meant for the HTTP ones among them. */
function isOnRequests({ policy, action, rules }: PolicyModel): boolean {
  if (action !== "ALLOW" || isDryRun(policy) || policy.targetRefs.length > 0) return false;
  if ((policy.matchLabels?.size ?? 0) === 0) return false;
  return rules.length > 0 && rules.every((rule) => constraintsOf(rule).some(isOfHttp));
}

/** The Services to whose pods some rule allows connections, whatever is in them. */
function servicesForTcpToo(context: LintContext): ReadonlySet<Resource> {
  return new Set(
    context.authorizationPolicies.flatMap(({ policy, action, rules }) =>
      action === "ALLOW" && rules.some((rule) => !constraintsOf(rule).some(isOfHttp))
        ? servicesOf(context.resources, podsOfPolicy(policy, context))
        : [],
    ),
  );
}

/** What Istio leaves out of rules for TCP (pilot/pkg/security/authz/model/generator.go). */
const ofHttp = /^(requestPrincipals|hosts|methods|paths|request\..+)$/;

function isOfHttp({ attribute }: { readonly attribute: string }): boolean {
  return ofHttp.test(attribute);
}
