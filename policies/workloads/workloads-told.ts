// Which policies hit which workload, as a table and as JSON.

import { labelsText } from "../istio/pods.js";
import type { Colours } from "../text/colours.js";
import { printable } from "../text/printable.js";
import type { AppliedPolicy, WorkloadPolicies } from "./workload-policies.js";

/** Something that a table tells of a workload besides: the file that was written for it. */
export type Beside = (workload: WorkloadPolicies) => string | undefined;

/**
 * A table: workload, RequestAuthentications, AuthorizationPolicies; several stand one below the other. A policy of the workload's own
 * namespace is named without it.
 */
export function workloadsText(
  workloads: readonly WorkloadPolicies[],
  colours: Colours,
  beside: Beside = () => undefined,
): string {
  const besides = workloads.map(beside);
  const hasBeside = besides.some((text) => text !== undefined);
  const heads = ["WORKLOAD", "REQUEST AUTHENTICATION", "AUTHORIZATION", ...(hasBeside ? ["FILE"] : [])];
  const rows = workloads.map((one, i) => [
    [one.found.name, ...remarksOf(one)],
    cell(one, "RequestAuthentication"),
    cell(one, "AuthorizationPolicy"),
    ...(hasBeside ? [[besides[i] ?? "-"]] : []),
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.flatMap((row) => row[column]!.map((text) => printable(text).length))),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => printable(text).padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  const body = rows.flatMap((row, i) => {
    const height = Math.max(...row.map(({ length }) => length));
    const lines = Array.from({ length: height }, (_, at) => line(row.map((texts) => texts[at] ?? "")));
    const isOpen = workloads[i]!.state !== "policies";
    return isOpen ? lines.map((text) => colours.yellow(text)) : lines;
  });
  return `${[colours.bold(line(heads)), ...body].join("\n")}\n${countText(workloads)}\n`;
}

function remarksOf({ found, isGateway }: WorkloadPolicies): string[] {
  const { isKnownByService, workload } = found;
  const labels = labelsText(workload.labels);
  if (isKnownByService) return [`  by its selector, ${labels}`, "  (its pods are not in these files)"];
  return isGateway && found.resource.kind !== "Gateway" ? ["  a gateway"] : [];
}

function cell({ state, policies, found, findings }: WorkloadPolicies, kind: AppliedPolicy["kind"]): string[] {
  if (state === "refused") {
    const ids = [...new Set(findings.map(({ id }) => id))].join(", ");
    return kind === "RequestAuthentication" ? ["refused:"] : [ids];
  }
  if (state === "open") return kind === "RequestAuthentication" ? ["none"] : ["none: all requests pass"];
  const own = policies.filter((one) => one.kind === kind);
  if (own.length === 0) return [kind === "RequestAuthentication" ? "none" : "none: no token is needed"];
  return own.map(({ namespace, name, action, isDryRun }) => {
    const place = namespace === found.workload.namespace ? name : `${namespace}/${name}`;
    const marks = `${isDryRun ? " (dry run)" : ""}${action === "CUSTOM" ? " (stays native)" : ""}`;
    return `${action === undefined ? "" : `${action} `}${place}${marks}`;
  });
}

function countText(workloads: readonly WorkloadPolicies[]): string {
  const count = (state: WorkloadPolicies["state"]) => workloads.filter((one) => one.state === state).length;
  const parts = [`${count("policies")} with policies`, `${count("open")} without any`];
  if (count("refused") > 0) parts.push(`${count("refused")} whose policies are refused`);
  return `${workloads.length} ${workloads.length === 1 ? "workload" : "workloads"}: ${parts.join(", ")}`;
}

/** A workload as an object for --json. */
export function workloadJson({
  found,
  policies,
  state,
  isGateway,
  findings,
}: WorkloadPolicies): Record<string, unknown> {
  const { workload, resource } = found;
  const { service } = workload;
  return {
    workload: found.name,
    kind: resource.kind,
    namespace: workload.namespace,
    name: resource.name,
    labels: Object.fromEntries(workload.labels),
    ...(service === undefined ? {} : { service: `${service.kind} ${service.namespace}/${service.name}` }),
    ...(found.isKnownByService ? { podsInFiles: false } : {}),
    gateway: isGateway,
    state,
    policies: policies.map(({ isDryRun, ...policy }) => ({
      ...policy,
      ...(isDryRun ? { dryRun: true } : {}),
    })),
    ...(state === "refused" ? { checks: [...new Set(findings.map(({ id }) => id))] } : {}),
  };
}
