// The labels of the pods that a user's objects make.

import { addTo } from "../lookups/add-to.js";
import { once } from "../lookups/once.js";
import { textsOf, type Resource } from "../resources/resource.js";
import { valueAt } from "../resources/tree.js";

/** Kind -> where the labels of its pods are. */
const podLabels: Readonly<Record<string, readonly string[]>> = {
  Pod: ["metadata", "labels"],
  Deployment: ["spec", "template", "metadata", "labels"],
  StatefulSet: ["spec", "template", "metadata", "labels"],
  DaemonSet: ["spec", "template", "metadata", "labels"],
  ReplicaSet: ["spec", "template", "metadata", "labels"],
  Rollout: ["spec", "template", "metadata", "labels"],
  Job: ["spec", "template", "metadata", "labels"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "metadata", "labels"],
  WorkloadEntry: ["spec", "labels"],
  WorkloadGroup: ["spec", "metadata", "labels"],
};

export interface Pods {
  /** What makes them. */
  readonly resource: Resource;
  readonly labels: ReadonlyMap<string, string>;
}

/** The pods of each workload among the objects. */
export const podsIn = once((resources: readonly Resource[]): readonly Pods[] =>
  resources.flatMap((resource) => {
    const path = Object.hasOwn(podLabels, resource.kind) ? podLabels[resource.kind] : undefined;
    return path === undefined ? [] : [{ resource, labels: textsOf(valueAt(resource.tree, ...path)) }];
  }),
);

/** Those of one namespace. */
export function podsOf(namespace: string, resources: readonly Resource[]): readonly Pods[] {
  return podsByNamespace(resources).get(namespace) ?? [];
}

const podsByNamespace = once((resources: readonly Resource[]) => {
  const byNamespace = new Map<string, Pods[]>();
  for (const pods of podsIn(resources)) addTo(byNamespace, pods.resource.namespace, pods);
  return byNamespace;
});

/** Whether labels are all there, as a selector wants them. */
export function haveLabels(
  labels: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string> | undefined,
): boolean {
  for (const [label, value] of wanted ?? []) if (labels.get(label) !== value) return false;
  return true;
}

/** Whether one pod can have both: no label is wanted with two values. */
export function canMeet(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string> | undefined): boolean {
  for (const [label, value] of b ?? []) if ((a.get(label) ?? value) !== value) return false;
  return true;
}

/** `app=httpbin,version=v1` */
export function labelsText(labels: ReadonlyMap<string, string>): string {
  return [...labels].map(([label, value]) => `${label}=${value}`).join(",");
}
