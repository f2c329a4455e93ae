// A cluster's worth of policies with the requests that are put to it, as a directory of YAML files.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PodKind, PodPort } from "../stage/pod.js";
import { resourcesOf, type Resource } from "../stage/resource.js";

/** A pod that the requests go to or come from. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly kind?: PodKind;
  readonly ports?: readonly PodPort[];
  readonly serviceLabels?: Readonly<Record<string, string>>;
  /** Settings of its pilot-agent. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `namespace/name` of the workload by which requests come to this one: a waypoint's gateway. */
  readonly reachedBy?: string;
  /** Only sends requests: no policy is rendered for it. */
  readonly client?: boolean;
}

export interface SetRequest {
  /** `namespace/name` of a workload; the first one if undefined. */
  readonly to?: string;
  /** `namespace/name` of the workload that sends it, through its own sidecar; from outside the mesh if undefined. */
  readonly from?: string;
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as `Authorization: Bearer`; `{token}` in a header's value or the path is replaced by it instead. */
  readonly token?: string | SetToken;
}

/** A token that is signed for the request. */
export interface SetToken {
  /** Beside `iss` (the first issuer of the policies), `sub`, `aud`, `iat` and `exp`, which have usual values; null takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** `trusted` if undefined; `impostor` and `stranger` have keys that nobody publishes. */
  readonly signer?: "trusted" | "impostor" | "stranger";
  /** Seconds from now to `exp`; 3600 if undefined. */
  readonly expiresIn?: number;
}

export interface PolicySet {
  readonly name: string;
  /** RequestAuthentications and AuthorizationPolicies. */
  readonly policies: readonly Resource[];
  /** What else is in the files, and stands in the cluster for both. */
  readonly surroundings: readonly Resource[];
  readonly workloads: readonly Workload[];
  readonly requests: readonly SetRequest[];
  /** More arguments of `jwt-policy render`. */
  readonly render?: readonly string[];
}

interface RequestsFile {
  readonly workloads?: readonly Workload[];
  readonly requests?: readonly SetRequest[];
  readonly render?: readonly string[];
}

const POLICY_KINDS: ReadonlySet<string> = new Set(["RequestAuthentication", "AuthorizationPolicy"]);

/** Whose pods run the workloads: they are read for their labels, not applied. */
const WORKLOAD_KINDS: ReadonlySet<string> = new Set(["Pod", "Deployment", "StatefulSet", "DaemonSet"]);

/** The sets of a directory: itself if it has YAML files, else its subdirectories. */
export async function readPolicySets(directory: string): Promise<PolicySet[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name));
  if (files.length > 0) {
    const texts = files.map(({ name }) => readFile(join(directory, name), "utf8"));
    return [policySetOf(directory, (await Promise.all(texts)).join("\n---\n"))];
  }
  const directories = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
  const sets = await Promise.all(directories.sort().map((below) => readPolicySets(below)));
  if (sets.flat().length === 0)
    throw new Error(`${directory} has no YAML files, nor subdirectories with some.`);
  return sets.flat();
}

/** @param yaml resources, and documents without `kind` that have `workloads`, `requests` or `render` */
export function policySetOf(name: string, yaml: string): PolicySet {
  const documents = resourcesOf(yaml).flatMap((found) => listItems(found));
  const described = documents.filter(({ kind }) => (kind as string | undefined) === undefined);
  const resources = documents.filter(({ kind }) => (kind as string | undefined) !== undefined);
  const files = described as unknown as readonly RequestsFile[];
  const requests = files.flatMap((file) => file.requests ?? []);
  if (requests.length === 0) throw new Error(`${name}: no document has requests.`);
  const named = files.flatMap((file) => file.workloads ?? []);
  const found = resources.filter(({ kind }) => WORKLOAD_KINDS.has(kind)).map(workloadOf);
  const services = resources.filter(({ kind }) => kind === "Service");
  const workloads = [...named, ...found].map((workload) => withPortsOf(services, workload));
  if (workloads.length === 0)
    throw new Error(`${name}: no workloads, neither named nor as Pods or Deployments.`);
  const apart = (kind: string) => POLICY_KINDS.has(kind) || WORKLOAD_KINDS.has(kind) || kind === "Service";
  const render = files.flatMap((file) => file.render ?? []);
  return {
    ...{ name, workloads, requests },
    policies: resources.filter(({ kind }) => POLICY_KINDS.has(kind)),
    surroundings: resources.filter(({ kind }) => !apart(kind)),
    ...(render.length > 0 && { render }),
  };
}

/** What `kubectl get -o yaml` gathers is one List. */
function listItems(resource: Resource): readonly Resource[] {
  return resource.kind === "List" ? (resource as unknown as { items: Resource[] }).items : [resource];
}

interface PodTemplate {
  readonly template?: { readonly metadata?: { readonly labels?: Record<string, string> } };
}

function workloadOf({ kind, metadata, spec }: Resource): Workload {
  const labels =
    kind === "Pod" ? metadata.labels : (spec as PodTemplate | undefined)?.template?.metadata?.labels;
  return { name: metadata.name, namespace: metadata.namespace ?? "default", labels: labels ?? {} };
}

interface ServiceSpec {
  readonly selector?: Record<string, string>;
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly targetPort?: number }[];
}

/** The ports of the Services that select a workload, if it names none itself. */
function withPortsOf(services: readonly Resource[], workload: Workload): Workload {
  if (workload.ports !== undefined) return workload;
  const labels = workload.labels ?? { app: workload.name };
  const ports = services.flatMap(({ metadata, spec }) => {
    const { selector = {}, ports: listed = [] } = (spec ?? {}) as ServiceSpec;
    const selects = Object.entries(selector).every(([label, value]) => labels[label] === value);
    if (!selects || (metadata.namespace ?? "default") !== workload.namespace) return [];
    return listed.map(({ name = "http", port, targetPort }) => ({
      ...{ name, port },
      ...(typeof targetPort === "number" && { targetPort }),
    }));
  });
  return ports.length === 0 ? workload : { ...workload, ports };
}
