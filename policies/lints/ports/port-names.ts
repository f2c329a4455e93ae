// JP216: a Service port whose name tells no protocol (Istio's IST0118): HTTP policies apply only where Istio sees HTTP.

import { portProtocol } from "../../istio/port-protocol.js";
import { portsOf } from "../../istio/services.js";
import type { Resource } from "../../resources/resource.js";
import { stringAt, valueAt, type Tree } from "../../resources/tree.js";
import { remark, type Lint } from "../../findings/lint.js";

export const portNames: Lint = ({ resources }) =>
  resources
    .filter((one) => one.group === "" && one.kind === "Service" && !isManaged(one))
    .flatMap((service) =>
      portsOf(service)
        .filter((port) => portProtocol(port) === undefined || isTcpOutside(port, service))
        .map((port) => {
          const name = stringAt(port, "name");
          return remark({
            id: "JP216",
            resource: service,
            at: valueAt(port, "name")?.at ?? port.at,
            message:
              name === undefined
                ? "a port without a name tells Istio no protocol (IST0118)"
                : `the port name ${name} tells Istio no protocol (IST0118)`,
            remedy: `name it http-${name ?? "web"} or the like, or set appProtocol: http`,
          });
        }),
    );

/** For a name outside of the cluster, Istio wants to be told more than `tcp`. */
function isTcpOutside(port: Tree, service: Resource): boolean {
  return stringAt(service.tree, "spec", "type") === "ExternalName" && stringAt(port, "name") === "tcp";
}

/** Namespaces that Istio's analyzers pass over (pkg/kube/inject, IgnoredNamespaces). */
const systemNamespaces = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

/** Kubernetes' and Istio's own Services, and those that Istio makes for Gateways (analyzers/service/portname.go). */
function isManaged({ namespace, labels }: Resource): boolean {
  const managed = labels.get("gateway.istio.io/managed") ?? "";
  const isIstio = labels.has("istio") || labels.get("release") === "istio";
  return isIstio || managed.startsWith("istio.io-") || systemNamespaces.includes(namespace);
}
