// The node of all pods, as far as `kubectl logs` needs one: the API server asks its kubelet, in whose place the world answers.

import { yamlOf } from "./resource.js";

export const NODE = "node1";

/** kubelet's usual one. */
export const KUBELET_PORT = 10250;

/** @param address where kubelet answers */
export async function addNode(
  kubectl: (args: readonly string[], input?: string) => Promise<string>,
  address: string,
): Promise<void> {
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: NODE } };
  await kubectl(["apply", "-f", "-"], yamlOf([node]));
  const status = {
    addresses: [{ type: "InternalIP", address }],
    daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
  };
  await kubectl([
    ...["patch", "node", NODE, "--subresource=status", "--type=merge", "-p"],
    JSON.stringify({ status }),
  ]);
}
