// The workloads that a user's objects make: what --for would name one by one.

import { once } from "../lookups/once.js";
import { haveLabels, podsIn, podsOf } from "../istio/pods.js";
import { extensionsIn } from "../extensions/extensions-object.js";
import { policiesIn } from "../istio/policy.js";
import { gatewayNameLabel, waypointClass, type Workload } from "../istio/workload.js";
import { resourceName, textsOf, type Resource } from "../resources/resource.js";
import { stringAt, valueAt } from "../resources/tree.js";

export interface FoundWorkload {
  /** `Deployment foo/httpbin`; of a waypoint `Service foo/httpbin by Gateway foo/waypoint`. */
  readonly name: string;
  /** What makes it. */
  readonly resource: Resource;
  readonly workload: Pick<Workload, "namespace" | "labels" | "service">;
  /** Whether its pods are not in the files, and may have more labels than a Service selects by. */
  readonly isKnownByService: boolean;
}

/** What Kubernetes itself puts on pods, each time others: no selector of a user's has them. */
const passing: ReadonlySet<string> = new Set([
  "pod-template-hash",
  "controller-revision-hash",
  "controller-uid",
  "batch.kubernetes.io/controller-uid",
  "job-name",
  "batch.kubernetes.io/job-name",
  "statefulset.kubernetes.io/pod-name",
  "apps.kubernetes.io/pod-index",
]);

/** Whose pods or ReplicaSets others make and number: they are told by those, where these are in the files. */
const made: ReadonlySet<string> = new Set(["Pod", "ReplicaSet", "Job"]);

/**
 * Every workload: what makes pods, in the order of the files; Services whose pods are not in them; Gateways of the Gateway API, and the Services
 * that waypoints serve. Pods and ReplicaSets that a Deployment among them makes are the Deployment.
 */
export const workloadsIn = once((resources: readonly Resource[]): readonly FoundWorkload[] => [
  ...ofPods(resources),
  ...resources.flatMap((one) => ofService(one, resources)),
  ...resources.flatMap((one) => ofGateway(one, resources)),
]);

function ofPods(resources: readonly Resource[]): FoundWorkload[] {
  const gateways = new Set(
    resources.filter(isOfGatewayApi).map(({ namespace, name }) => `${namespace}/${name}`),
  );
  return podsIn(resources).flatMap(({ resource, labels }) => {
    const { namespace, kind } = resource;
    const gateway = labels.get(gatewayNameLabel);
    // Told by its Gateway.
    if (gateway !== undefined && gateways.has(`${namespace}/${gateway}`)) return [];
    const lasting = new Map([...labels].filter(([label]) => !passing.has(label)));
    const isMade =
      made.has(kind) &&
      valueAt(resource.tree, "metadata", "ownerReferences") !== undefined &&
      podsOf(namespace, resources).some(
        (other) =>
          !made.has(other.resource.kind) && other.labels.size > 0 && haveLabels(labels, other.labels),
      );
    if (isMade) return [];
    const workload = { namespace, labels: lasting, service: undefined };
    return [{ name: resourceName(resource), resource, workload, isKnownByService: false }];
  });
}

/** A Service none of whose pods is in the files. */
function ofService(service: Resource, resources: readonly Resource[]): FoundWorkload[] {
  if (service.group !== "" || service.kind !== "Service") return [];
  if (stringAt(service.tree, "spec", "type") === "ExternalName") return [];
  const labels = textsOf(valueAt(service.tree, "spec", "selector"));
  const { namespace } = service;
  // One that Kubernetes makes for a Gateway selects by this label.
  if (labels.size === 0 || labels.has(gatewayNameLabel)) return [];
  if (podsOf(namespace, resources).some((pods) => haveLabels(pods.labels, labels))) return [];
  const workload = { namespace, labels, service: undefined };
  return [{ name: resourceName(service), resource: service, workload, isKnownByService: true }];
}

function ofGateway(gateway: Resource, resources: readonly Resource[]): FoundWorkload[] {
  if (!isOfGatewayApi(gateway)) return [];
  const { namespace, name } = gateway;
  const itself = {
    name: resourceName(gateway),
    resource: gateway,
    workload: { namespace, labels: new Map([[gatewayNameLabel, name]]), service: undefined },
    isKnownByService: false,
  };
  if (stringAt(gateway.tree, "spec", "gatewayClassName") !== waypointClass) return [itself];
  const served = resources.flatMap((one): FoundWorkload[] => {
    if (one.kind !== "Service" && one.kind !== "ServiceEntry") return [];
    if (!isServed(one, gateway, resources)) return [];
    const service = { kind: one.kind, namespace: one.namespace, name: one.name } as const;
    return [
      {
        ...itself,
        name: `${resourceName(one)} by ${itself.name}`,
        workload: { ...itself.workload, service },
      },
    ];
  });
  return [itself, ...served];
}

const isOfGatewayApi = ({ kind, group }: Resource) =>
  kind === "Gateway" && group === "gateway.networking.k8s.io";

const useWaypoint = "istio.io/use-waypoint";

/** Whether a Service is a waypoint's: by its label, by that of its namespace, or since a policy beside the waypoint is for it. */
function isServed(service: Resource, waypoint: Resource, resources: readonly Resource[]): boolean {
  const named = service.labels.get(useWaypoint);
  const asked = named === undefined ? namespacesIn(resources).get(service.namespace) : service.labels;
  const name = named ?? asked?.get(useWaypoint);
  if (name !== undefined) {
    const there = asked?.get(`${useWaypoint}-namespace`) ?? service.namespace;
    return name === waypoint.name && there === waypoint.namespace;
  }
  return (
    service.namespace === waypoint.namespace &&
    [...policiesIn(resources), ...extensionsIn(resources)].some(
      ({ resource, targetRefs }) =>
        resource.namespace === service.namespace &&
        targetRefs.some((ref) => ref.kind === service.kind && ref.name === service.name),
    )
  );
}

/** Labels of the namespaces. */
const namespacesIn = once(
  (resources: readonly Resource[]) =>
    new Map(
      resources
        .filter(({ group, kind }) => group === "" && kind === "Namespace")
        .map(({ name, labels }) => [name, labels]),
    ),
);
