// Plugin configurations among the user's documents: by themselves, in a WasmPlugin or TrafficExtension, in an Envoy configuration.

import type { SourceFile } from "../resources/source-file.js";
import { readResource, resourceName, type Resource } from "../resources/resource.js";
import { entry, itemsOf, stringAt, valueAt, type Tree, type TreeMap } from "../resources/tree.js";
import { nearestName } from "../text/spelling.js";
import { embeddedJson } from "./embedded-json.js";

export interface PluginFile {
  /** `WasmPlugin foo/httpbin`, `Envoy filter foo.httpbin`, `plugin configuration`: for messages. */
  readonly name: string;
  /** Undefined: there is none where one should be. */
  readonly configuration: Tree | undefined;
  /** What loads the plugin: the resource's spec, Envoy's PluginConfig. Undefined for a configuration by itself. */
  readonly loader: TreeMap | undefined;
  readonly kind: "WasmPlugin" | "TrafficExtension" | "Envoy" | "configuration";
  readonly document: Tree;
}

/** JSON text in an Envoy configuration that could not be read is told by embeddedJson. */
export function pluginFilesIn(documents: readonly Tree[], sources: readonly SourceFile[]): PluginFile[] {
  return documents.flatMap((document) => {
    const resource = readResource(document, "default");
    if (resource !== undefined) {
      return istioPlugins([resource]);
    }
    if (isPluginConfiguration(document)) {
      const name = "plugin configuration";
      return [{ name, configuration: document, loader: undefined, kind: "configuration", document }];
    }
    return [...envoyFilters(document, sources)];
  });
}

/** A configuration that Istio hands to the filter, and the object that has it. */
export interface IstioPlugin extends PluginFile {
  readonly resource: Resource;
}

/** The WasmPlugins and TrafficExtensions among objects that load this filter. */
export function istioPlugins(resources: readonly Resource[]): IstioPlugin[] {
  return resources.flatMap((resource) => {
    const { group, kind, tree } = resource;
    if (group !== "extensions.istio.io" || (kind !== "WasmPlugin" && kind !== "TrafficExtension")) return [];
    const spec = valueAt(tree, "spec");
    const loader = kind === "WasmPlugin" ? spec : valueAt(spec, "wasm");
    if (loader?.kind !== "map") return [];
    const configuration = valueAt(loader, "pluginConfig");
    const isOurs =
      stringAt(loader, "pluginName") === "jwt-policy" ||
      /jwt-policy/.test(stringAt(loader, "url") ?? "") ||
      looksLikeOurs(configuration);
    if (!isOurs) return [];
    return [{ name: resourceName(resource), configuration, loader, kind, document: tree, resource }];
  });
}

const mainFields = ["requestAuthentications", "authorizationPolicies"];

function looksLikeOurs(configuration: Tree | undefined): boolean {
  return mainFields.some((name) => entry(configuration, name) !== undefined);
}

/** A document that is no Kubernetes object: ours if it has a main field, or what is nearly one. */
function isPluginConfiguration(document: Tree): boolean {
  return (
    document.kind === "map" && document.entries.some(({ key }) => nearestName(key, mainFields) !== undefined)
  );
}

const wasmFilter = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";

/** Our filters anywhere in an Envoy configuration. */
function* envoyFilters(tree: Tree, sources: readonly SourceFile[]): Generator<PluginFile> {
  for (const item of itemsOf(tree)) yield* envoyFilters(item, sources);
  if (tree.kind !== "map") return;
  if (stringAt(tree, "@type") === wasmFilter) {
    const loader = valueAt(tree, "config");
    if (loader?.kind !== "map") return;
    const value = valueAt(loader, "configuration", "value");
    const configuration = value?.kind === "scalar" ? embeddedJson(value, sources) : value;
    const code = valueAt(loader, "vm_config", "code");
    const file = stringAt(code, "local", "filename") ?? stringAt(code, "remote", "http_uri", "uri") ?? "";
    const isOurs =
      stringAt(loader, "root_id") === "jwt-policy" || /jwt-policy/.test(file) || looksLikeOurs(configuration);
    const name = `Envoy filter ${stringAt(loader, "name") ?? ""}`.trim();
    if (isOurs) yield { name, configuration, loader, kind: "Envoy", document: tree };
    return;
  }
  for (const { value } of tree.entries) yield* envoyFilters(value, sources);
}
