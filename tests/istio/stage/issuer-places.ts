// Other issuers than idp.example.com: every place that policies fetch keys from is served by the world, with the trusted issuer's keys.

import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { Calls } from "./calls.js";
import { certificateFor } from "./certificates.js";
import type { ControlPlane } from "./control-plane.js";
import { WORLD_ADDRESS } from "./namespace.js";
import { yamlOf } from "./resource.js";
import type { WorldFunctions } from "./world-process.js";

/** Hosts of the cluster's own Services: `name.namespace`, `name.namespace.svc`, `name.namespace.svc.cluster.local`. */
const SERVICE_HOST = /^([a-z0-9-]+)\.([a-z0-9-]+)(\.svc(\.cluster\.local)?)?$/;

/** How long Go's resolver, which istiod uses, goes by what it has read of /etc/hosts, in milliseconds (net/hosts.go: five seconds). */
const HOSTS_REMEMBERED = 5100;

/** What serves places, each once, and resolves when everybody finds them. */
export function issuerPlaces(
  controlPlane: ControlPlane,
  world: Calls<WorldFunctions>,
): (uri: string, issuer: string | undefined) => Promise<void> {
  const served = new Map<string, Promise<void>>([["https://idp.example.com", Promise.resolve()]]);
  const serve = async (url: URL, issuer: string | undefined) => {
    const tls = url.protocol === "https:";
    const port = Number(url.port) || (tls ? 443 : 80);
    const host = url.hostname;
    await appendFile(join(controlPlane.directory, "hosts"), `${WORLD_ADDRESS} ${host}\n`);
    const [, name, namespace] = tls ? [] : (SERVICE_HOST.exec(host) ?? []);
    if (name !== undefined && namespace !== undefined)
      await createService(controlPlane, name, namespace, port);
    const pki = join(controlPlane.directory, "pki");
    const { key, certificate } = tls ? await certificateFor(host, pki) : { key: "", certificate: "" };
    await world.answerAt({ address: WORLD_ADDRESS, host, port, tls }, issuer, key, certificate);
  };
  let last = Promise.resolve();
  return (uri, issuer) => {
    const url = new URL(uri);
    let place = served.get(url.origin);
    if (place === undefined) {
      last = last.then(() => serve(url, issuer));
      place = last.then(() => new Promise((resolve) => setTimeout(resolve, HOSTS_REMEMBERED)));
      served.set(url.origin, place);
    }
    return place;
  };
}

/** A Service whose one endpoint is the world: without a pod, so that nobody expects mTLS of it. */
async function createService(
  { kubectl }: ControlPlane,
  name: string,
  namespace: string,
  port: number,
): Promise<void> {
  const metadata = { name, namespace };
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ name: "http", port }] } },
    {
      ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
      metadata: { ...metadata, labels: { "kubernetes.io/service-name": name } },
      ...{ addressType: "IPv4", ports: [{ name: "http", port }] },
      endpoints: [{ addresses: [WORLD_ADDRESS], conditions: { ready: true } }],
    },
  ];
  await kubectl(["apply", "-f", "-"], yamlOf(objects));
}
