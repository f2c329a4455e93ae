// The name of what is written for a workload. Two workloads of one name in one namespace would be one object to Kubernetes: applying the
// second replaces the first, and that workload is then open.

import { createHash } from "node:crypto";
import { gatewayNameLabel, type Workload } from "../istio/workload.js";

/** Longest suffix that another object of the workload has after its name. */
const SUFFIX = "-direct-address".length;

/** Names of many kinds are labels somewhere, which have 63 characters at most. */
const MAX_LENGTH = 63 - SUFFIX;

const HASH_DIGITS = 8;
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
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, HASH_DIGITS);
  const words = [
    ...sorted.filter(([label]) => label !== gatewayNameLabel).map(([, value]) => value),
    labels.get(gatewayNameLabel) ?? "",
    service?.name ?? "",
  ];
  const room = MAX_LENGTH - ending.length - HASH_DIGITS - 2;
  return [nameWords(words.join("-"), room), ending, hash].filter((part) => part !== "").join("-");
}

/** What a DNS label may have of a text (RFC 1123 §2.1, as Kubernetes reads it), at most that long. */
export function nameWords(text: string, length: number): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, length)
    .replace(/-$/, "");
}

/** Whether Kubernetes takes a name, with room for suffixes: a DNS subdomain (RFC 1123). */
export function isObjectName(name: string): boolean {
  const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  return name.length <= 253 - SUFFIX && new RegExp(`^${label}(\\.${label})*$`).test(name);
}
