// Further clusters beside that of the shipped configuration's issuer.

interface Cluster {
  name: string;
  load_assignment: {
    cluster_name: string;
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { port_value: number } } } }] }];
  };
}

/** A copy of a cluster with one endpoint, under another name and at another port of this machine. */
export function clusterLike(template: object, name: string, port: number): object {
  const cluster = structuredClone(template) as Cluster;
  cluster.name = name;
  cluster.load_assignment.cluster_name = name;
  cluster.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value = port;
  return cluster;
}
