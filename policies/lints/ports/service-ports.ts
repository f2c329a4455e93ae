// JP245: a port by which a Service is called, where policies are held against the port at which the workload listens (Istio's destination.port is
// that of the inbound connection, after the Service has been resolved).

import type { Finding } from "../../findings/finding.js";
import { remark, type Lint, type LintContext } from "../../findings/lint.js";
import { portNumber } from "../../istio/port-protocol.js";
import { portsOf, servicesOf } from "../../istio/services.js";
import { constraintsOf, type PolicyModel } from "../../policy-model/rule-model.js";
import { resourceName, type Resource } from "../../resources/resource.js";
import { valueAt, type Tree } from "../../resources/tree.js";

export const servicePorts: Lint = (context) =>
  context.authorizationPolicies.flatMap((model) => judge(model, context));

function judge({ policy, rules }: PolicyModel, { resources, rootNamespace }: LintContext): Finding[] {
  const { resource, matchLabels, targetRefs } = policy;
  // One for all of a namespace may mean any of its workloads; a waypoint sees the Service's own ports.
  if (targetRefs.length > 0 || (matchLabels?.size ?? 0) === 0) return [];
  const compared = rules
    .flatMap(constraintsOf)
    .filter(({ attribute }) => attribute === "ports" || attribute === "destination.port");
  if (compared.length === 0) return [];
  const { namespace } = resource;
  const services = servicesOf(resources, {
    namespace,
    labels: matchLabels ?? new Map<string, string>(),
    inAllNamespaces: namespace === rootNamespace,
  });
  const ports = services.flatMap((service) =>
    portsOf(service).map((port) => ({ service, called: portNumber(port), listening: targetOf(port) })),
  );
  // A named port is one of the containers', whose number is not looked for.
  if (ports.some(({ listening }) => listening === undefined)) return [];
  return compared.flatMap(({ values, notValues }) =>
    [...values, ...notValues].flatMap(({ value, at }) => {
      const number = Number(value);
      if (ports.some(({ listening }) => listening === number)) return [];
      const meant = ports.find(({ called }) => called === number);
      return meant === undefined ? [] : [finding(resource, at, value, meant.service, meant.listening!)];
    }),
  );
}

function finding(resource: Resource, at: Finding["at"], value: string, service: Resource, listening: number) {
  return remark({
    id: "JP245",
    resource,
    at,
    message: `${value} is the port of ${resourceName(service)}; the workload listens at its targetPort ${listening}, and that is compared`,
    remedy: `write "${listening}"`,
  });
}

/** The number at which the pods listen; undefined: a name. */
function targetOf(port: Tree): number | undefined {
  const target = valueAt(port, "targetPort");
  if (target?.kind !== "scalar" || target.value === null || target.value === 0) return portNumber(port);
  const number = Number(target.value);
  return Number.isInteger(number) ? number : undefined;
}
