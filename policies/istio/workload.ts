// The workload that policies are resolved for, as the option --for names it.

import { InputError } from "../resources/input-error.js";
import type { Resource } from "../resources/resource.js";
import { stringAt } from "../resources/tree.js";

export interface Workload {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  /** A waypoint obeys targetRefs only. */
  readonly isWaypoint: boolean;
  /** What a waypoint's policies may refer to: the one service that the traffic is for. */
  readonly service: AttachedService | undefined;
}

export interface AttachedService {
  readonly kind: "Service" | "ServiceEntry";
  readonly namespace: string;
  readonly name: string;
}

/** By this label a workload is known to belong to a Gateway of the Gateway API (istio/api label/labels.yaml). */
export const gatewayNameLabel = "gateway.networking.k8s.io/gateway-name";

/** The GatewayClass of waypoints. */
export const waypointClass = "istio-waypoint";

/** What kubectl calls workloads in `kind/name`. */
const kubectlKind = /^(deploy(ments?)?|statefulsets?|sts|daemonsets?|ds|replicasets?|rs|jobs?|pods?|po)$/;

/**
 * Reads `namespace/label=value,label2=value2`; the labels, or all from the slash on, may be left out.
 * @param place what messages call it
 * @throws InputError if it is of another form
 */
export function parseWorkload(text: string, place = "for"): Pick<Workload, "namespace" | "labels"> {
  const slash = text.indexOf("/");
  const namespace = slash < 0 ? text : text.slice(0, slash);
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) {
    throw new InputError(
      `${place} ${text}: expected namespace/label=value,label=value, such as foo/app=httpbin`,
    );
  }
  const labels = new Map<string, string>();
  for (const pair of slash < 0 ? [] : text.slice(slash + 1).split(",")) {
    if (pair === "") continue;
    if (/\s/.test(pair))
      throw new InputError(`${place} ${text}: labels are separated by commas, and no blank is in them`);
    const equals = pair.indexOf("=");
    if (equals < 1)
      throw new InputError(
        `${place} ${text}: ${pair} is no label=value${kubectlKind.test(namespace) ? "; a workload is named by its namespace and labels, as foo/app=httpbin (kubectl jwt-policy looks them up)" : ""}`,
      );
    const [label, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    if (!isLabel(label) || !isLabelValue(value)) {
      throw new InputError(`${place} ${text}: ${pair} is no label of Kubernetes`);
    }
    if (labels.has(label)) throw new InputError(`${place} ${text}: the label ${label} is there twice`);
    labels.set(label, value);
  }
  return { namespace, labels };
}

/** `app`, `app.kubernetes.io/name`. */
function isLabel(text: string): boolean {
  const name = text.slice(text.lastIndexOf("/") + 1);
  const isPrefixed = text.length > name.length;
  return (
    name !== "" && isLabelValue(name) && (!isPrefixed || /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?\/[^/]*$/.test(text))
  );
}

function isLabelValue(text: string): boolean {
  return /^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/.test(text);
}

/** Reads `namespace/name` or `name` of the option --service or --service-entry. */
export function parseService(
  kind: AttachedService["kind"],
  text: string,
  namespace: string,
): AttachedService {
  const match = /^(?:([^/]+)\/)?([^/]+)$/.exec(text);
  if (match === null) throw new InputError(`${text}: expected the name of a ${kind}, or namespace/name`);
  return { kind, namespace: match[1] ?? namespace, name: match[2]! };
}

/** Whether the Gateway that the workload belongs to is, among these objects, one of class istio-waypoint. */
export function belongsToWaypoint(
  workload: Pick<Workload, "namespace" | "labels">,
  resources: readonly Resource[],
): boolean {
  const name = workload.labels.get(gatewayNameLabel);
  return resources.some(
    (one) =>
      one.kind === "Gateway" &&
      one.group === "gateway.networking.k8s.io" &&
      one.namespace === workload.namespace &&
      one.name === name &&
      stringAt(one.tree, "spec", "gatewayClassName") === waypointClass,
  );
}

/** A selector in the root namespace reaches into all; targetRefs do not. */
export function servesAllNamespaces(workload: Workload, rootNamespace: string): boolean {
  return workload.namespace === rootNamespace && !workload.labels.has(gatewayNameLabel);
}
