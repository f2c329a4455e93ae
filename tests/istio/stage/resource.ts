// Resources of Kubernetes, as far as the stage looks into them.

import { parseAllDocuments, stringify } from "yaml";

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** The resources of a YAML text. Throws what is wrong with its YAML. */
export function resourcesOf(yaml: string): Resource[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const resource = document.toJS() as Resource | null;
    return resource === null ? [] : [resource];
  });
}

interface SelectorSpec {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** Whether the selector of a resource is for pods with these labels. */
export function selects({ spec }: Resource, labels: Readonly<Record<string, string>>): boolean {
  const wanted = (spec as SelectorSpec | undefined)?.selector?.matchLabels ?? {};
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}

/** One text of them, for kubectl, which reads YAML 1.1. */
export function yamlOf(resources: readonly object[]): string {
  return resources
    .map((resource) => stringify(resource, { aliasDuplicateObjects: false, compat: "yaml-1.1" }))
    .join("---\n");
}

/** The filters that the WasmPlugins and TrafficExtensions among resources make, by Istio's names for them, with their configurations. */
export function pluginsOf(resources: readonly Resource[]): Record<string, unknown> {
  const named = resources.flatMap(({ kind, metadata, spec }) => {
    const name = `${metadata.namespace ?? "default"}.${metadata.name}`;
    if (kind === "WasmPlugin") return [[name, spec?.["pluginConfig"]] as const];
    if (kind !== "TrafficExtension") return [];
    return [[name, (spec?.["wasm"] as { pluginConfig?: unknown } | undefined)?.pluginConfig] as const];
  });
  return Object.fromEntries(named);
}

export interface JwtRule {
  readonly issuer: string;
  readonly jwksUri?: string;
  readonly jwks?: string;
  readonly fromHeaders?: readonly { readonly name: string; readonly prefix?: string }[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
}

/** The jwtRules of the RequestAuthentications among resources. */
export function jwtRulesOf(resources: readonly Resource[]): JwtRule[] {
  return resources
    .filter(({ kind }) => kind === "RequestAuthentication")
    .flatMap(({ spec }) => (spec?.["jwtRules"] ?? []) as JwtRule[]);
}
