// From a user's objects to the policies that apply to one workload, or the reasons why they cannot be put into a filter.

import type { Finding } from "../findings/finding.js";
import { extensionsFaults } from "../validation/extensions-faults.js";
import { extensionsIn } from "../extensions/extensions-object.js";
import { contradictingExtensions } from "../extensions/merged-extensions.js";
import { isGateway } from "../istio/gateway.js";
import { actionOf, policiesIn, type Policy } from "../istio/policy.js";
import { selectPolicies, type Selection } from "../istio/selection.js";
import { belongsToWaypoint, type Workload } from "../istio/workload.js";
import { once } from "../lookups/once.js";
import type { Resource } from "../resources/resource.js";
import { misnamedPolicies } from "../validation/misnamed-policies.js";
import { validatePolicy } from "../validation/validate-policy.js";
import type { TrustDomains } from "../plugin-config/plugin-config.js";
import { InputError } from "../resources/input-error.js";
import { nothingApplies, refusals } from "./refusals.js";

/** Which workload, in which mesh. */
export interface WorkloadOptions extends Pick<Workload, "namespace" | "labels" | "service"> {
  readonly rootNamespace: string;
  /** What the user says; undefined leaves it to the labels and the objects. */
  readonly gateway: boolean | undefined;
  readonly waypoint: boolean | undefined;
  readonly trust: TrustDomains;
  /** Whether a CUSTOM policy refuses everything; without, it is left to the native filter, with a warning. */
  readonly strict?: boolean;
}

export interface Resolved {
  /** A warning for each CUSTOM policy, which stays with Istio's native filter. */
  readonly leftToNative: readonly Finding[];
  /** Those policies. */
  readonly customPolicies: readonly Policy[];
  readonly selection: Selection;
  readonly workload: Workload;
  readonly isGateway: boolean;
  readonly rootNamespace: string;
  readonly trust: TrustDomains;
}

export interface Resolution {
  /** Undefined if the policies are refused. */
  readonly resolved: Resolved | undefined;
  readonly findings: readonly Finding[];
}

/** Resolves which policies apply to a workload, as Istio does. */
export function resolvePolicies(resources: readonly Resource[], options: WorkloadOptions): Resolution {
  const workload: Workload = {
    namespace: options.namespace,
    labels: options.labels,
    service: options.service,
    isWaypoint: options.waypoint ?? belongsToWaypoint(options, resources),
  };
  checkService(workload);
  const policies = policiesIn(resources);
  const extensions = extensionsIn(resources);
  const all = selectPolicies(policies, extensions, workload, options.rootNamespace);
  const custom = refusals(all.authorizationPolicies);
  const customPolicies = all.authorizationPolicies.filter((policy) => actionOf(policy) === "CUSTOM");
  const rest = all.authorizationPolicies.filter((policy) => actionOf(policy) !== "CUSTOM");
  // Where nothing else is there, a filter without policies would let every request through.
  const isAlone = rest.length + all.requestAuthentications.length === 0;
  const refusesCustom = options.strict === true || isAlone;
  const selection = refusesCustom ? all : { ...all, authorizationPolicies: rest };
  const selected = [...selection.requestAuthentications, ...selection.authorizationPolicies];
  const reach = new Set([options.namespace, options.rootNamespace, options.service?.namespace]);
  const isInReach = ({ namespace }: Resource) => reach.has(namespace);
  const findings = [
    ...misnamedIn(resources)
      .filter(({ resource }) => isInReach(resource))
      .map(({ finding }) => finding),
    ...(selected.length === 0 ? [nothingApplies(policies, workload)] : []),
    // A policy in reach with a broken selector may be meant for this workload too.
    ...policies.filter(({ resource }) => isInReach(resource)).flatMap(errorsOf),
    ...extensions.filter(({ resource }) => isInReach(resource)).flatMap(extensionsFaults),
    ...contradictingExtensions(selection.extensions),
    ...(refusesCustom ? custom : []),
  ];
  if (findings.length > 0) return { resolved: undefined, findings };
  const gateway = options.gateway ?? isGateway(workload, resources);
  const { rootNamespace, trust } = options;
  const leftToNative = custom.map((one): Finding => ({
    ...one,
    severity: "warning",
    message: "left out: a CUSTOM policy asks an external authorizer, and stays with Istio's native filter",
    remedy:
      "leave the object in the cluster; what is written or asked here is the rest. --strict refuses instead",
  }));
  return {
    resolved: { leftToNative, customPolicies, selection, workload, isGateway: gateway, rootNamespace, trust },
    findings,
  };
}

/** The same whichever workload is asked about. */
const errorsOf = once((policy: Policy) =>
  validatePolicy(policy).filter(({ severity }) => severity === "error"),
);

const misnamedIn = once((resources: readonly Resource[]) =>
  resources.flatMap((resource) => misnamedPolicies([resource]).map((finding) => ({ resource, finding }))),
);

/** Policies of a Service's namespace are for what its waypoint lets through, and for nobody else. */
function checkService({ isWaypoint, service, labels, namespace }: Workload): void {
  if (isWaypoint || service === undefined) return;
  const field = service.kind === "Service" ? "service" : "serviceEntry";
  const workload = `${namespace}/${[...labels].map(([label, value]) => `${label}=${value}`).join(",")}`;
  throw new InputError(
    `${field} ${service.namespace}/${service.name}: waypoints handle the traffic of Services, and ${workload} is none: say --waypoint, or give its Gateway among the files`,
  );
}
