// Where the policies run, as the core takes it: the workload, its proxy, its mesh.

import type { WorkloadFields } from "../../policies/resolution/workload-fields.js";
import type { Scene, SceneMesh } from "./scene.js";

export type Where = Pick<Scene, "workload" | "mesh">;

/** What is given; the usual is left out. */
export function workloadFields({ workload, mesh }: Where): WorkloadFields {
  const { proxy, trustDomain, rootNamespace, service, serviceEntry } = mesh;
  const aliases = aliasesOf(mesh);
  return {
    for: workload.trim(),
    ...(proxy === "gateway" ? { gateway: true } : {}),
    ...(proxy === "sidecar" ? { gateway: false } : {}),
    ...(proxy === "waypoint" ? { waypoint: true } : {}),
    ...given("service", service),
    ...given("serviceEntry", serviceEntry),
    ...given("rootNamespace", rootNamespace),
    ...given("trustDomain", trustDomain),
    ...(aliases.length === 0 ? {} : { trustDomainAliases: aliases }),
  };
}

/** The namespace of objects that name none, where one is given. */
export const namespaceField = ({ namespace }: SceneMesh): { readonly namespace?: string } =>
  given("namespace", namespace);

export const aliasesOf = ({ trustDomainAliases }: SceneMesh): string[] =>
  trustDomainAliases.split(/[\s,]+/).filter((alias) => alias !== "");

/** The mesh of a page that was told it by the command. */
export function meshOf(
  { gateway, waypoint, ...fields }: Partial<WorkloadFields>,
  namespace: string | undefined,
): SceneMesh {
  return {
    proxy: waypoint === true ? "waypoint" : gateway === true ? "gateway" : gateway === false ? "sidecar" : "",
    service: fields.service ?? "",
    serviceEntry: fields.serviceEntry ?? "",
    namespace: namespace ?? "",
    rootNamespace: fields.rootNamespace ?? "",
    trustDomain: fields.trustDomain ?? "",
    trustDomainAliases: (fields.trustDomainAliases ?? []).join(", "),
  };
}

function given<Name extends string>(name: Name, text: string): { readonly [name in Name]?: string } {
  return (text.trim() === "" ? {} : { [name]: text.trim() }) as { readonly [name in Name]?: string };
}
