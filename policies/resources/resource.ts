// A Kubernetes object of the user's.

import type { Position } from "./position.js";
import { stringAt, valueAt, type Tree, type TreeMap } from "./tree.js";

export interface Resource {
  /** `security.istio.io`; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** Empty for kinds that live in no namespace. */
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** As in `kubectl get -o yaml`; undefined in files that people write. */
  readonly creationTimestamp: string | undefined;
  readonly tree: TreeMap;
  /** Of its name. */
  readonly at: Position;
}

const clusterScoped: ReadonlySet<string> = new Set(["Namespace", "GatewayClass"]);

/**
 * The object in a document.
 * @param defaultNamespace for objects that name none, as with `kubectl -n`
 * @returns undefined if the document has no apiVersion and kind: it is no Kubernetes object. With metadata it is one in which one of
 * them was forgotten, and that is empty
 */
export function readResource(tree: Tree, defaultNamespace: string): Resource | undefined {
  if (tree.kind !== "map") return undefined;
  const metadata = valueAt(tree, "metadata");
  const apiVersion = stringAt(tree, "apiVersion") ?? "";
  const kind = stringAt(tree, "kind") ?? "";
  if ((apiVersion === "" || kind === "") && (apiVersion === kind || metadata?.kind !== "map")) {
    return undefined;
  }
  const slash = apiVersion.indexOf("/");
  return {
    group: slash < 0 ? "" : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    name: textAt(metadata, "name") ?? "",
    namespace: clusterScoped.has(kind) ? "" : textAt(metadata, "namespace") || defaultNamespace,
    labels: textsOf(valueAt(metadata, "labels")),
    annotations: textsOf(valueAt(metadata, "annotations")),
    creationTimestamp: textAt(metadata, "creationTimestamp"),
    tree,
    at: valueAt(metadata, "name")?.at ?? tree.at,
  };
}

/** The string entries of a map such as labels; Istio's reader turns numbers and booleans into strings there. */
export function textsOf(tree: Tree | undefined): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { key, value } of tree?.kind === "map" ? tree.entries : []) {
    if (value.kind === "scalar") texts.set(key, value.value === null ? "" : String(value.value));
  }
  return texts;
}

/** `RequestAuthentication foo/httpbin-jwt`, for messages. */
export function resourceName(resource: Resource): string {
  return `${resource.kind || "object"} ${resource.namespace === "" ? "" : `${resource.namespace}/`}${resource.name}`;
}

function textAt(metadata: Tree | undefined, name: string): string | undefined {
  return textsOf(metadata).get(name);
}
