// The options that name a workload and its mesh: the same for every verb that resolves policies.

import type { Command } from "commander";
import { InputError } from "../../policies/resources/input-error.js";
import { readWorkloadFields } from "../../policies/resolution/workload-fields.js";
import type { WorkloadOptions } from "../../policies/resolution/resolve.js";
import { collect, once } from "./repeated-option.js";

export interface WorkloadFlags {
  for: string;
  rootNamespace: string;
  namespace: string;
  gateway?: boolean;
  waypoint?: boolean;
  service?: string;
  serviceEntry?: string;
  trustDomain?: string;
  strict?: true;
  trustDomainAlias?: readonly string[] | undefined;
}

/** Adds the options to a verb that is always about a workload. */
export function addWorkloadOptions(command: Command): Command {
  command.requiredOption(
    "--for <namespace/label=value,...>",
    "the workload: its namespace and labels",
    once("--for"),
  );
  return addMeshOptions(command);
}

/** The same for a verb that takes several workloads at once, or all. */
export function addWorkloadsOptions(command: Command): Command {
  command
    .option(
      "--for <namespace/label=value,...>",
      "the workload: its namespace and labels; may be repeated",
      collect,
    )
    .option("--all", "every workload in the files: Deployments and their like, Services, Gateways");
  return addMeshOptions(command);
}

/** The same for a verb that can do without a workload. */
export function addOptionalWorkloadOptions(command: Command): Command {
  command.option(
    "--for <namespace/label=value,...>",
    "the workload: its namespace and labels",
    once("--for"),
  );
  return addMeshOptions(command);
}

function addMeshOptions(command: Command): Command {
  return addPlaceOptions(command).option(
    "--strict",
    "refuse CUSTOM policies instead of leaving them to the native filter",
  );
}

/** Where the policies run, but for the workload's name. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option("--root-namespace <name>", "the mesh's root namespace", "istio-system")
    .option("-n, --namespace <name>", "the namespace of objects that name none", "default")
    .option("--gateway", "the workload is a gateway (known without it from labels and Gateways in the files)")
    .option("--no-gateway", "the workload is not a gateway, although its labels look like one")
    .option("--waypoint", "the workload is a waypoint (known without it from Gateways in the files)")
    .option("--service <[namespace/]name>", "the Service whose traffic a waypoint handles")
    .option("--service-entry <[namespace/]name>", "the ServiceEntry whose traffic a waypoint handles")
    .option("--trust-domain <name>", "the mesh's trust domain, if it is not cluster.local")
    .option("--trust-domain-alias <name>", "an alias of the trust domain; may be repeated", collect);
}

/**
 * What the options say where --for may be repeated.
 * @throws InputError as readWorkloadOptions, or if an option for one workload is given for several
 */
export function readWorkloadsOptions(
  flags: Omit<WorkloadFlags, "for"> & { readonly for: readonly string[] },
): WorkloadOptions[] {
  if (flags.for.length === 0)
    throw new InputError(
      "name the workload: --for namespace/label=value, or --all for every one in the files",
    );
  if (flags.for.length > 1 && (flags.service !== undefined || flags.serviceEntry !== undefined)) {
    throw new InputError("--service and --service-entry are for one workload: give --for once");
  }
  return flags.for.map((workload) => readWorkloadOptions({ ...flags, for: workload }));
}

/**
 * What the options say.
 * @throws InputError if they contradict each other, or one has another form
 */
export function readWorkloadOptions(flags: WorkloadFlags): WorkloadOptions {
  if (flags.service !== undefined && flags.serviceEntry !== undefined) {
    throw new InputError("--service and --service-entry exclude each other");
  }
  const fields = readWorkloadFields({ ...flags, trustDomainAliases: flags.trustDomainAlias }, "--for");
  return { ...fields, strict: flags.strict === true };
}
