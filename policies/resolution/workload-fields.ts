// A workload and its mesh as users name them: in options, in test files, in calls of the library.

import { parseService, parseWorkload } from "../istio/workload.js";
import type { WorkloadOptions } from "./resolve.js";

export interface WorkloadFields {
  /** `foo/app=httpbin`: its namespace, and its labels. */
  readonly for: string;
  /** Of the mesh. Default: istio-system. */
  readonly rootNamespace?: string | undefined;
  /** Whether it is a gateway, or a waypoint; undefined: labels and objects tell. */
  readonly gateway?: boolean | undefined;
  readonly waypoint?: boolean | undefined;
  /** The Service, or the ServiceEntry, whose traffic a waypoint handles: `name` or `namespace/name`. */
  readonly service?: string | undefined;
  readonly serviceEntry?: string | undefined;
  /** Of the mesh. Default: cluster.local. */
  readonly trustDomain?: string | undefined;
  readonly trustDomainAliases?: readonly string[] | undefined;
}

/**
 * What the fields say.
 * @param place what messages call the field `for`
 * @throws InputError if one has another form
 */
export function readWorkloadFields(fields: WorkloadFields, place = "for"): WorkloadOptions {
  const workload = parseWorkload(fields.for, place);
  const { namespace } = workload;
  return {
    ...workload,
    service:
      fields.service !== undefined
        ? parseService("Service", fields.service, namespace)
        : fields.serviceEntry !== undefined
          ? parseService("ServiceEntry", fields.serviceEntry, namespace)
          : undefined,
    gateway: fields.gateway,
    waypoint: fields.waypoint,
    rootNamespace: fields.rootNamespace ?? "istio-system",
    trust: { trustDomain: fields.trustDomain, aliases: fields.trustDomainAliases ?? [] },
  };
}
