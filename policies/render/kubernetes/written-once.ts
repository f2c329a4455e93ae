// What several workloads share is written once, and nothing is written under a name that is taken: to Kubernetes the second object of a
// kind, namespace and name is the first one's new content.

import { sameJson } from "../../resources/json.js";
import type { Finding } from "../../findings/finding.js";
import { resourceName, type Resource } from "../../resources/resource.js";
import { toJson, valueAt } from "../../resources/tree.js";

/** An object to be applied. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

export interface Written {
  readonly objects: readonly KubernetesObject[];
  /** Errors: names that two different objects have. */
  readonly findings: readonly Finding[];
}

/**
 * The objects, each once.
 * @param resources the user's own: a plugin among them that is for other pods must not be replaced either
 */
export function writtenOnce(objects: readonly KubernetesObject[], resources: readonly Resource[]): Written {
  const known = new Map<string, KubernetesObject>();
  const taken: Finding[] = [];
  for (const object of objects) {
    const { kind, metadata } = object;
    const name = `${kind} ${metadata.namespace}/${metadata.name}`;
    const before = known.get(name);
    if (before === undefined) {
      known.set(name, object);
      const replaced = resources.find((one) => resourceName(one) === name && isForOthers(one, object));
      if (replaced !== undefined) taken.push(collision(name, replaced));
    } else if (!sameJson(before, object)) taken.push(collision(name, undefined));
  }
  return { objects: [...known.values()], findings: taken };
}

const attachments = ["selector", "targetRef", "targetRefs"];

/** Whether an object of the user's is attached to something else than the one that would take its place. */
function isForOthers(resource: Resource, { kind, spec }: KubernetesObject): boolean {
  if (kind !== "WasmPlugin" && kind !== "TrafficExtension") return false;
  return attachments.some((field) => {
    const written = valueAt(resource.tree, "spec", field);
    const rendered = (spec as Readonly<Record<string, unknown>>)[field];
    return !sameJson(written === undefined ? undefined : toJson(written), rendered);
  });
}

function collision(name: string, replaced: Resource | undefined): Finding {
  return {
    id: "JP009",
    severity: "error",
    message:
      replaced === undefined
        ? `two different objects would be ${name}: the one that is applied last replaces the other`
        : `${name} is there, for other pods: it would be replaced, and those be without a filter`,
    at: replaced?.at ?? { file: "-", line: 1, column: 1, offset: 0, end: 0 },
    resource: name,
    remedy: "leave --name out, or give each workload a name of its own in a run of its own",
  };
}
