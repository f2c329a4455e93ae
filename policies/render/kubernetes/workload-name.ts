// The name of what is written for a workload. Two workloads of one name in one namespace would be one object to Kubernetes: applying the
// second replaces the first, and that workload is then open.

import { HASH_DIGITS, LONGEST_SUFFIX, nameWords, shortHash } from "../../text/object-name.js";
import { gatewayNameLabel, type Workload } from "../../istio/workload.js";

/** Names of many kinds are labels somewhere, which have 63 characters at most. */
const MAX_LENGTH = 63 - LONGEST_SUFFIX;

const ending = "jwt-policy";

/**
 * A name that only this workload has in its namespace, the same in every run: `httpbin-jwt-policy` for `app=httpbin`, `jwt-policy` for a
 * whole namespace. Every other workload, or one whose name would be too long, has a hash of all that tells it behind that.
 */
export function workloadName(workload: Pick<Workload, "namespace" | "labels" | "service">): string {
  const { namespace, labels, service } = workload;
  if (labels.size === 0 && service === undefined) return ending;
  const app = labels.get("app") ?? "";
  const isPlain = labels.size === 1 && service === undefined && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(app);
  if (isPlain && app.length + 1 + ending.length <= MAX_LENGTH) return `${app}-${ending}`;
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  // A plugin for a Service is in the Service's namespace, where it may meet that of another namespace's waypoint.
  const identity = JSON.stringify([
    sorted,
    service && [namespace, service.kind, service.namespace, service.name],
  ]);
  const hash = shortHash(identity);
  const words = [
    ...sorted.filter(([label]) => label !== gatewayNameLabel).map(([, value]) => value),
    labels.get(gatewayNameLabel) ?? "",
    service?.name ?? "",
  ];
  const room = MAX_LENGTH - ending.length - HASH_DIGITS - 2;
  return [nameWords(words.join("-"), room), ending, hash].filter((part) => part !== "").join("-");
}
