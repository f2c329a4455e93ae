// Which protocol Istio takes a Service port for: pkg/config/kube/conversion.go (ConvertProtocol), pkg/config/protocol/instance.go.

import { stringAt, valueAt, type Tree } from "../resources/tree.js";

/** As port names and appProtocol begin. */
const protocols = [
  "tcp",
  "udp",
  "grpc",
  "grpc-web",
  "http",
  "http_proxy",
  "http2",
  "https",
  "tls",
  "mongo",
  "redis",
  "mysql",
] as const;

export type PortProtocol = (typeof protocols)[number];

const ofKubernetes: Readonly<Record<string, PortProtocol>> = {
  "kubernetes.io/h2c": "http2",
  "kubernetes.io/ws": "http",
  "kubernetes.io/wss": "https",
};

/** Ports that Istio takes for TCP where nothing else tells: SMTP, DNS, MySQL, MongoDB. */
const wellKnownPorts = [25, 53, 3306, 27017];

/** Protocols whose bytes pass as they are; TLS that a workload ends itself is one. */
const opaque: readonly PortProtocol[] = ["tcp", "https", "tls", "mongo", "redis", "mysql"];

/** The protocol of a Service's port; undefined: Istio looks at the bytes of each connection. */
export function portProtocol(port: Tree): PortProtocol | undefined {
  if (stringAt(port, "protocol") === "UDP") return "udp";
  const appProtocol = stringAt(port, "appProtocol");
  const known = ofKubernetes[appProtocol ?? ""];
  if (known !== undefined) return known;
  // An appProtocol counts before the name, an unknown one as well.
  const name = (appProtocol ?? stringAt(port, "name") ?? "").toLowerCase();
  if (name.startsWith("grpc-web")) return "grpc-web";
  const prefix = name.split("-")[0];
  const told = protocols.find((one) => one === prefix);
  return told ?? (wellKnownPorts.includes(portNumber(port)) ? "tcp" : undefined);
}

/** Whether HTTP filters see nothing of a port. UDP does not go through the proxy at all. */
export function isOpaque(protocol: PortProtocol | undefined): boolean {
  return protocol !== undefined && opaque.includes(protocol);
}

/** The number that clients of the Service use; NaN where there is none. */
export function portNumber(port: Tree): number {
  const number = valueAt(port, "port");
  return number?.kind === "scalar" ? Number(number.value) : NaN;
}
